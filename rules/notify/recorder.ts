import type { Engine } from '../engine.ts'
import type { Delivery, Notice, Principal } from '../model.ts'
import { giveWay } from '../turns.ts'

/** What became of one message, or of notices that were held. */
export interface Outcome {
  notices: readonly Notice[]
  deliveries: readonly Delivery[]
}

export interface Recorder {
  /** Resolves when it is committed, in one transaction with what came meanwhile; rejects where it could not be yet. */
  record(outcome: Outcome): Promise<void>
  /** Tries again what could not be committed. */
  again(): Promise<void>
  /** Whether a notice's last try is not committed: it must not be tried again before. */
  owes(notice: string): boolean
}

/** So many messages in one transaction: what is taken in meanwhile must not wait long for the writer. */
const AT_ONCE = 15

const OUTBOX: Principal = { id: 'outbox', name: 'outbox', role: 'admin', sites: null }

export function createRecorder(engine: Engine): Recorder {
  let gathering: { outcomes: Outcome[]; done: Promise<void> } | null = null
  let last: Promise<unknown> = Promise.resolve()
  let unwritten: Outcome[] = []
  const owed = new Set<string>()

  async function write(outcomes: Outcome[]): Promise<void> {
    const notices = outcomes.flatMap((outcome) => outcome.notices)
    const deliveries = outcomes.flatMap((outcome) => outcome.deliveries)
    try {
      await engine.command({ type: 'record_deliveries', notices, deliveries }, { by: OUTBOX })
    } catch (error) {
      unwritten.push(...outcomes)
      for (const { id } of notices) owed.add(id)
      throw error
    }
  }

  return {
    record(outcome) {
      if (gathering === null || gathering.outcomes.length >= AT_ONCE) {
        const outcomes: Outcome[] = []
        // A turn for others first: what is answered in it is written in the same transaction.
        const done = last.then(giveWay).then(() => {
          if (gathering?.outcomes === outcomes) gathering = null
          return write(outcomes)
        })
        last = done.catch(() => undefined)
        gathering = { outcomes, done }
      }
      gathering.outcomes.push(outcome)
      return gathering.done
    },
    async again() {
      if (unwritten.length === 0) return
      const outcomes = unwritten
      unwritten = []
      await write(outcomes)
      for (const { notices } of outcomes) for (const { id } of notices) owed.delete(id)
    },
    owes: (notice) => owed.has(notice),
  }
}
