import type { AlarmView } from '../../api/types.ts'

/** A row as it stands; `gone`: the alarm is over, or no longer among those asked for. */
export interface ShownRow {
  alarm: AlarmView
  gone: boolean
}

export const rowsOf = (alarms: readonly AlarmView[]): ShownRow[] => alarms.map((alarm) => ({ alarm, gone: false }))

/**
 * The same rows in the same places, each with what is known of it now, so that nothing moves below somebody's pointer;
 * `waiting` alarms have come since and are not among them.
 */
export function heldRows(shown: readonly ShownRow[], now: readonly AlarmView[]): { rows: ShownRow[]; waiting: number } {
  const known = new Map(now.map((alarm) => [alarm.id, alarm]))
  const rows = shown.map(({ alarm }) => {
    const current = known.get(alarm.id)
    return current ? { alarm: current, gone: false } : { alarm, gone: true }
  })
  const stayed = rows.filter(({ gone }) => !gone).length
  return { rows, waiting: now.length - stayed }
}
