import type { ReadMessages } from '../../rules/model.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { firstJournalIdAt, journalOf, messageAbout } from '../../rules/storage/journal.ts'

/** So many rows are read and followed in some 10 ms. */
const SLICE_ROWS = 1_000

/** Reads messages again from the journal, in slices, so that a long look back does not stop the service. */
export function journalMessages(reader: Db): ReadMessages {
  return async function* ({ fromMs, toMs, devices, names }) {
    const first = await firstJournalIdAt(reader, fromMs)
    const last = (await firstJournalIdAt(reader, toMs)) - 1
    const keys = JSON.stringify([...devices.keys()])
    let at = fromMs
    for (let after = first - 1; after < last;) {
      const upTo = Math.min(after + SLICE_ROWS, last)
      const rows = await journalOf(reader, keys, after, upTo)
      const messages = rows.map((row) => messageAbout(row, devices.get(row.device_key)!, names))
      after = upTo
      at = rows.at(-1)?.received_at ?? at
      yield { messages, rows: upTo - first + 1, of: last - first + 1, at }
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}
