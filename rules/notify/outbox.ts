import type { Clock } from '../clock.ts'
import type { Engine } from '../engine.ts'
import type { Notice, Principal } from '../model.ts'
import type { Db } from '../storage/connect.ts'
import { dueNotices } from '../storage/outbox.ts'
import type { Channel } from './channel.ts'

export interface Outbox {
  /** Sends what is due, and resolves when it is recorded what became of it. Calls while it runs join that run. */
  flush(): Promise<void>
  /** `null` when well, else what is wrong. */
  trouble(): string | null
}

export interface OutboxOptions {
  engine: Engine
  reader: Db
  clock: Clock
  channels: readonly Channel[]
  onResult: (channel: string, result: 'sent' | 'retried' | 'failed') => void
}

const BATCH = 100
const ATTEMPTS_MAX = 10
const FIRST_RETRY_MS = 5_000
const LONGEST_RETRY_MS = 10 * 60_000
const OUTBOX: Principal = { id: 'outbox', name: 'outbox', role: 'admin', sites: null }

export function createOutbox({ engine, reader, clock, channels, onResult }: OutboxOptions): Outbox {
  const byName = new Map(channels.map((channel) => [channel.name, channel]))
  let running: Promise<void> | null = null
  let again = false
  let failing: string | null = null

  async function deliver(notice: Notice): Promise<Notice> {
    const attempts = notice.attempts + 1
    try {
      const channel = byName.get(notice.channel)
      if (!channel) throw new Error(`there is no channel ${notice.channel}`)
      await channel.send(notice)
      onResult(notice.channel, 'sent')
      failing = null
      return { ...notice, state: 'sent', attempts, reason: null, settledAt: clock.now() }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      failing = `${notice.channel}: ${reason}`
      const last = attempts >= ATTEMPTS_MAX
      onResult(notice.channel, last ? 'failed' : 'retried')
      if (last) return { ...notice, state: 'failed', attempts, reason, settledAt: clock.now() }
      const waitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** notice.attempts)
      return { ...notice, attempts, reason, dueAt: clock.now() + waitMs }
    }
  }

  async function run(): Promise<void> {
    do {
      again = false
      const due = await dueNotices(reader, clock.now(), BATCH)
      if (due.length === 0) continue
      const notices = await Promise.all(due.map(deliver))
      await engine.command({ type: 'record_deliveries', notices }, { by: OUTBOX })
      again ||= due.length === BATCH
    } while (again)
  }

  return {
    flush() {
      if (running !== null) {
        again = true
        return running
      }
      running = run().finally(() => (running = null))
      return running
    },
    trouble: () => failing,
  }
}
