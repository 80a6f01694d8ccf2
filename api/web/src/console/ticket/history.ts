import type { AlarmEntryView } from '../../api/alarmDetails.ts'
import type { AlarmView, HistoryView } from '../../api/types.ts'

export type Entry =
  | { kind: 'ticket'; key: string; atMs: number; entry: HistoryView }
  | { kind: 'alarm'; key: string; atMs: number; entry: AlarmEntryView; alarm: AlarmView }

/** What happened to a ticket and to its alarms, in order; what is told of one moment stays in the order it was told. */
export function mergedHistory(
  ofTicket: readonly HistoryView[],
  ofAlarms: readonly { alarm: AlarmView; entries: readonly AlarmEntryView[] }[],
): Entry[] {
  const all: Entry[] = [
    ...ofAlarms.flatMap(({ alarm, entries }) =>
      entries.map((entry, index): Entry => {
        return { kind: 'alarm', key: `${alarm.id} ${index}`, atMs: Date.parse(entry.at), entry, alarm }
      }),
    ),
    ...ofTicket.map((entry, index): Entry => {
      return { kind: 'ticket', key: `ticket ${index}`, atMs: Date.parse(entry.at), entry }
    }),
  ]
  return all.sort((a, b) => a.atMs - b.atMs)
}

export interface Span {
  fromMs: number
  /** `null`: it still lasts. */
  toMs: number | null
}

/** When an alarm's condition stood, by what is told of it. */
export function activeSpans(alarm: AlarmView, entries: readonly AlarmEntryView[]): Span[] {
  const spans: Span[] = []
  for (const { at, action } of entries) {
    const last = spans.at(-1)
    const stands = last !== undefined && last.toMs === null
    if ((action === 'raised' || action === 're_alarmed') && !stands) spans.push({ fromMs: Date.parse(at), toMs: null })
    if ((action === 'returned' || action === 'ended') && stands) last.toMs = Date.parse(at)
  }
  const last = spans.at(-1)
  if (last && last.toMs === null && !alarm.active) {
    last.toMs = alarm.returnedAt === null ? last.fromMs : Math.max(last.fromMs, Date.parse(alarm.returnedAt))
  }
  if (spans.length > 0 || alarm.raisedAt === null) return spans
  const returned = alarm.returnedAt === null ? null : Date.parse(alarm.returnedAt)
  return [{ fromMs: Date.parse(alarm.raisedAt), toMs: alarm.active ? null : returned }]
}
