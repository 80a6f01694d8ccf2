import type { z } from '@hono/zod-openapi'
import type { rateSchema } from '../../../routes/alarm-charts.ts'
import type { serviceReportSchema } from '../../../routes/service-report-view.ts'
import type { Client } from './client.ts'
import type { DeviceView, Page, TicketView } from './types.ts'

/** What the wallboard asks for beside the live stream. A `site` of `null` is all that the asker may see. */

export type AlarmRateView = z.infer<typeof rateSchema>

const DEVICES_PER_PAGE = 500
/** More than a property has; an answer that never ends must not fill the screen's memory. */
const PAGES_MAX = 20

const query = (asked: Record<string, string | number | null>) => {
  const told = Object.entries(asked).filter(([, value]) => value !== null)
  return new URLSearchParams(told.map(([name, value]): [string, string] => [name, String(value)])).toString()
}

export const readAlarmRate = (client: Client, site: string | null, minutes: number, signal: AbortSignal) =>
  client.get<AlarmRateView>(`reports/alarm-rate?${query({ site, minutes })}`, signal)

/** Of one day, `2026-11-28`. */
export const readDayReport = (client: Client, site: string | null, day: string, signal: AbortSignal) =>
  client.get<z.infer<typeof serviceReportSchema>>(`reports/service?${query({ site, day })}`, signal)

/** Those opened last, the latest first. */
export const readLatestTickets = (client: Client, site: string | null, limit: number, signal: AbortSignal) =>
  client.get<Page<TicketView>>(`tickets?${query({ site, limit })}`, signal)

/** All of them, of each only where it is. */
export async function readPlaces(client: Client, site: string | null, signal: AbortSignal) {
  const places: Pick<DeviceView, 'id' | 'site' | 'building' | 'location'>[] = []
  let cursor: string | null = null
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const path: string = `devices?${query({ site, cursor, limit: DEVICES_PER_PAGE })}`
    const { items, next }: Page<DeviceView> = await client.get(path, signal)
    places.push(...items.map(({ id, site, building, location }) => ({ id, site, building, location })))
    if (next === null) break
    cursor = next
  }
  return places
}
