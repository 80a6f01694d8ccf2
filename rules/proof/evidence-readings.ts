import type { DeviceMessage, Ticket } from '../model.ts'
import type { Db } from '../storage/connect.ts'
import { firstJournalIdAt, messageOfRow, messagesOf } from '../storage/journal.ts'

const AROUND_MS = 30 * 60_000
export const READINGS_MAX = 100_000
/** So many rows are read and followed in some 5 ms. */
const SLICE_ROWS = 1_000

/** From and to, both included. */
export type Window = readonly [fromMs: number, toMs: number]

/** Half an hour around the opening, and around the completion where that comes later than it reaches. */
export function windowsOf({ openedAt, reached, job }: Pick<Ticket, 'openedAt' | 'reached' | 'job'>): Window[] {
  const opening: Window = [openedAt - AROUND_MS, openedAt + AROUND_MS]
  const completedAt = job.completedAt ?? reached.complete
  if (completedAt === undefined || completedAt + AROUND_MS <= opening[1]) return [opening]
  if (completedAt - AROUND_MS <= opening[1]) return [[opening[0], completedAt + AROUND_MS]]
  return [opening, [completedAt - AROUND_MS, completedAt + AROUND_MS]]
}

/** What devices (their ids, by number) said in these windows, in slices, oldest first; at most `max` and one. */
export async function* messagesWithin(
  db: Db,
  devices: ReadonlyMap<number, string>,
  windows: readonly Window[],
  max = READINGS_MAX,
): AsyncGenerator<DeviceMessage[], void> {
  const keys = JSON.stringify([...devices.keys()])
  let left = max + 1
  for (const [fromMs, toMs] of windows) {
    const last = (await firstJournalIdAt(db, toMs + 1)) - 1
    for (let after = (await firstJournalIdAt(db, fromMs)) - 1; after < last && left > 0; after += SLICE_ROWS) {
      const rows = await messagesOf(db, keys, after, Math.min(after + SLICE_ROWS, last))
      const messages = rows.slice(0, left).map((row) => messageOfRow(row, devices.get(row.device_key)!))
      left -= messages.length
      yield messages
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}
