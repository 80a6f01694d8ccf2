import type { Engine } from '../rules/engine.ts'
import type { DeviceMessage, Outgoing, Rejection } from '../rules/model.ts'
import { draftContexts } from './contexts.ts'
import { decodePacket, type DecodeContext, type Packet } from './decode.ts'

/** Called once the packet is committed and on disk; with an error when it never will be. */
export type Taken = (error?: Error) => void

export interface Ingest {
  /** Queues a packet. `done` comes in the order of arrival. */
  take(packet: Packet, done: Taken): void
  /** Packets that wait. */
  waiting(): number
  /** Resolves when nothing waits. */
  settled(): Promise<void>
}

export interface CommittedBatch {
  packets: number
  messages: number
  /** Recognised as sent again, by the engine or by a family. */
  duplicates: number
  /** Metadata, acknowledgements, and what came too late to count. */
  ignored: number
  rejections: readonly Rejection[]
}

export interface IngestOptions {
  engine: Engine
  /** What the site knows about a topic. */
  binding: DecodeContext['binding']
  /** The mappings in force now; without them nothing is mapped. */
  mappings?: () => DecodeContext['mappings']
  /** Told of every batch after its commit. */
  onBatch: (batch: CommittedBatch) => void
  /** Sends what a family asks of its devices, through the gateway or broker that it spoke through. */
  onRequest: (gateway: string, request: Outgoing) => void
  /** `true` when so many wait that no more should be read, `false` when there is room again. */
  onPressure: (high: boolean) => void
}

const BATCH_PACKETS = 2_000
const HIGH_WATER = 20_000
const LOW_WATER = 5_000

interface Waiting {
  packet: Packet
  done: Taken
}

/**
 * One batch a turn: whatever waits is committed at once, in arrival order. While it is written, packets gather in the
 * sockets and make the next batch, so that batches grow with the load and nobody waits for a timer.
 */
export function createIngest({ engine, binding, mappings, onBatch, onRequest, onPressure }: IngestOptions): Ingest {
  let queue: Waiting[] = []
  let running = false
  let high = false
  let idle: (() => void)[] = []

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const items = queue.length <= BATCH_PACKETS ? queue : queue.slice(0, BATCH_PACKETS)
      queue = queue.slice(items.length)
      if (high && queue.length <= LOW_WATER) {
        high = false
        onPressure(false)
      }
      const error = await commit(items)
      for (const { done } of items) done(error)
      // The next batch begins after the sockets were read again.
      await new Promise((resolve) => setImmediate(resolve))
    }
    running = false
    for (const resolve of idle) resolve()
    idle = []
  }

  async function commit(items: readonly Waiting[]): Promise<Error | undefined> {
    const messages: DeviceMessage[] = []
    const rejections: Rejection[] = []
    const requests: { gateway: string; request: Outgoing }[] = []
    const passed = { ignored: 0, duplicate: 0, stale: 0 }
    const draft = draftContexts(engine.recall)
    const context: DecodeContext = { memory: draft.memory, binding, mappings: mappings?.() }
    for (const { packet } of items) {
      const decoded = decodePacket(packet, context)
      messages.push(...decoded.messages)
      rejections.push(...decoded.rejections)
      for (const request of decoded.requests) requests.push({ gateway: packet.gateway ?? '', request })
      if (decoded.passed !== null) passed[decoded.passed] += 1
    }
    try {
      const taken = await engine.ingest({ messages, rejections, remembered: draft.changes() })
      const duplicates = taken.duplicates + passed.duplicate
      const ignored = passed.ignored + passed.stale
      onBatch({
        packets: items.length,
        messages: messages.length,
        duplicates,
        ignored,
        rejections: [...rejections, ...taken.rejections],
      })
      for (const { gateway, request } of requests) onRequest(gateway, request)
      return undefined
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  return {
    take(packet, done) {
      queue.push({ packet, done })
      if (!high && queue.length > HIGH_WATER) {
        high = true
        onPressure(true)
      }
      if (running) return
      running = true
      setImmediate(() => void run())
    },
    waiting: () => queue.length,
    settled: () => (running ? new Promise((resolve) => idle.push(resolve)) : Promise.resolve()),
  }
}
