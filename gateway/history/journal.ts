import type { HistoryPoint, HistoryQuery, ReadHistory } from '../../rules/model.ts'
import { readingTime } from '../../rules/alarms/device-state.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { firstJournalIdAt } from '../../rules/storage/journal.ts'

const SLICE_ROWS = 20_000
/** A device's clock may be so far ahead and still count. */
const AHEAD_MS = 5 * 60_000

/** Reads history from the journal itself, in slices, so that a long look back does not stop the service. */
export function journalHistory(reader: Db): ReadHistory {
  return async (query) => {
    const buckets = new Map<number, HistoryPoint>()
    const widthMs = Math.max(1, Math.ceil((query.toMs - query.fromMs) / query.maxPoints))
    let after = (await firstJournalIdAt(reader, query.fromMs - AHEAD_MS)) - 1
    for (;;) {
      const rows = await reader
        .selectFrom('readings')
        .select(['id', 'device_key', 'received_at', 'device_at', 'body'])
        .where('id', '>', after)
        .where('id', '<=', after + SLICE_ROWS)
        .orderBy('id')
        .execute()
      const last = rows.at(-1)
      if (last === undefined) break
      for (const row of rows) {
        if (query.deviceKeys.includes(row.device_key)) addReading(buckets, query, widthMs, row)
      }
      after = last.id
      await new Promise((resolve) => setImmediate(resolve))
    }
    return [...buckets.values()].sort((a, b) => a.at - b.at)
  }
}

interface JournalRow {
  received_at: number
  device_at: number | null
  body: string
}

function addReading(buckets: Map<number, HistoryPoint>, query: HistoryQuery, widthMs: number, row: JournalRow): void {
  const at = readingTime(row.device_at, row.received_at)
  if (at < query.fromMs || at > query.toMs) return
  const { v } = JSON.parse(row.body) as { v?: Record<string, unknown> }
  const value = v !== undefined && Object.hasOwn(v, query.point) ? v[query.point] : undefined
  if (typeof value !== 'number') return
  const index = Math.min(query.maxPoints - 1, Math.floor((at - query.fromMs) / widthMs))
  const start = query.fromMs + index * widthMs
  const bucket = buckets.get(start)
  if (!bucket) {
    buckets.set(start, { at: start, min: value, max: value, average: value, count: 1 })
    return
  }
  bucket.min = Math.min(bucket.min, value)
  bucket.max = Math.max(bucket.max, value)
  bucket.count += 1
  bucket.average += (value - bucket.average) / bucket.count
}
