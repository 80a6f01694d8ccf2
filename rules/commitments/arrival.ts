import { SERVICE_HOURS } from '../calendar/due.ts'
import { timeOf } from '../calendar/windows.ts'
import { firstShown, wallTime } from '../calendar/zone.ts'
import { DAY_MS, TICKET_CATEGORIES, type TicketOrigin } from '../model.ts'
import type { PlanSurroundings } from '../plans/check.ts'
import { commitmentsOf } from './choose.ts'
import { startClocks } from './clocks.ts'

const ORIGINS: readonly TicketOrigin[] = ['alarm', 'report']

/**
 * An emergency of a site that nobody of the property would owe a visit: its category and the local time `HH:MM` at
 * which it would be so; `null` where somebody comes at any time.
 */
export function withoutArrival(
  site: string,
  { book, sites, now }: PlanSurroundings,
): { category: string; time: string } | null {
  const timezone = sites.get(site)!.timezone
  const commitments = commitmentsOf(book, site, { now, timezone })
  const hours = commitments.flatMap(({ serviceHours = SERVICE_HOURS }) => [serviceHours.from, serviceHours.to])
  const midnight = Math.floor(wallTime(timezone, now) / DAY_MS) * DAY_MS
  // Between these nothing opens or closes.
  for (const time of new Set(['00:00', ...hours])) {
    const at = firstShown(timezone, midnight + timeOf(time))
    for (const category of TICKET_CATEGORIES) {
      const isOwed = ORIGINS.every((origin) => {
        const what = { category, priority: 'critical', origin, kind: 'repair', size: null, problems: [] } as const
        const when = { openedAt: at, occurredAt: at, appointmentAt: null }
        const clocks = startClocks(commitments, { ...what, ...when }, timezone)
        return clocks.some(({ milestone, party }) => milestone === 'arrive' && party === 'property')
      })
      if (!isOwed) return { category, time }
    }
  }
  return null
}
