import type { Clock } from '../rules/clock.ts'
import type { Outgoing, Random } from '../rules/model.ts'
import type { Ingest } from './ingest.ts'
import { openUpstream, type OutsideBroker, type UpstreamConnection, wordsOf } from './upstream-connection.ts'

export type { OutsideBroker } from './upstream-connection.ts'

/** The same intake from an outside broker; its messages are acknowledged after the commit. */
export interface Upstream {
  /** Connects, and again whenever the connection is lost; what is wrong meanwhile is trouble, never an error. */
  start(): void
  /** Sends to a device behind the broker, with QoS 1. Rejects when the broker did not acknowledge it. */
  publish(outgoing: Outgoing): Promise<void>
  /** Stops and resumes reading. */
  hold(paused: boolean): void
  connected(): boolean
  /** `null` when connected and every topic is subscribed to, else what is wrong, in words. */
  trouble(): string | null
  /** Finishes what is being committed, within 2 s, and says goodbye. */
  close(): Promise<void>
}

export interface UpstreamOptions {
  broker: OutsideBroker
  ingest: Ingest
  clock: Clock
  random: Random
  /** Told when the trouble changes: `null` when it is over. */
  onTrouble: (trouble: string | null) => void
}

const FIRST_DELAY_MS = 1_000
const LONGEST_DELAY_MS = 30_000
/** A connection that held so long was a good one: the next attempt comes soon again. */
const STABLE_MS = 10_000

/** Doubles from 1 s to 30 s; the upper half of it by chance, so that services do not come back all at once. */
export function reconnectDelayMs(failures: number, random: Random): number {
  const wholeMs = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures, 10))
  return Math.round(wholeMs * (0.5 + random() / 2))
}

export function createUpstream({ broker, ingest, clock, random, onTrouble }: UpstreamOptions): Upstream {
  let connection: UpstreamConnection | null = null
  let connected = false
  let trouble: string | null = 'it is not connected yet'
  let failures = 0
  let timer: NodeJS.Timeout | null = null
  let held = false
  let due = false
  let closing = false

  function connect(): void {
    if (closing) return
    // What is read on a new connection waits as well: while the intake is full there is nothing to connect for.
    due = held
    if (held) return
    const onSubscribed = (words: string | null) => tell(words)
    try {
      connection = openUpstream(broker, { ingest, clock, onConnected, onSubscribed, onClosed })
    } catch (error) {
      // A key or certificate that is none.
      onClosed(wordsOf(error as Error))
    }
  }

  function onConnected(): void {
    connected = true
    timer = setTimeout(() => (failures = 0), STABLE_MS)
  }

  function onClosed(words: string): void {
    connection = null
    connected = false
    if (timer !== null) clearTimeout(timer)
    if (closing) return
    tell(words)
    timer = setTimeout(connect, reconnectDelayMs(failures, random))
    failures += 1
  }

  function tell(words: string | null): void {
    if (words === trouble) return
    trouble = words
    onTrouble(words)
  }

  return {
    start: connect,
    publish: (outgoing) => connection?.publish(outgoing) ?? Promise.reject(new Error('the broker is not connected')),
    hold(paused) {
      held = paused
      connection?.hold(paused)
      if (!paused && due) connect()
    },
    connected: () => connected,
    trouble: () => trouble,
    async close() {
      closing = true
      if (timer !== null) clearTimeout(timer)
      await connection?.close()
    },
  }
}
