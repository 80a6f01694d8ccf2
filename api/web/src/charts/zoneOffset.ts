import { formatOf } from '../zoneTime.ts'

const FIELDS: Intl.DateTimeFormatOptions = {
  ...{ year: 'numeric', month: 'numeric', day: 'numeric', hourCycle: 'h23' },
  ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
}

/** How far a zone's wall clock is ahead of UTC at a moment, in milliseconds; 0 of a zone that is shown as UTC. */
export function zoneOffsetMs(atMs: number, timeZone: string): number {
  const whole = Math.floor(atMs / 1_000) * 1_000
  const fields = formatOf('en-US', timeZone, FIELDS)
    .formatToParts(whole)
    .reduce<Record<string, number>>((found, { type, value }) => ({ ...found, [type]: Number(value) }), {})
  const { year, month, day, hour, minute, second } = fields
  return Date.UTC(year!, month! - 1, day, hour, minute, second) - whole
}
