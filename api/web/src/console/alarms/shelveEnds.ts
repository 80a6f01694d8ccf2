const HOUR_MS = 3_600_000
export const SHELVE_MAX_MS = 24 * HOUR_MS

export const SHELVE_CHOICES = ['halfHour', 'twoHours', 'eightHours', 'morning', 'custom'] as const
export type ShelveChoice = (typeof SHELVE_CHOICES)[number]

/** When the shift of the morning takes over, in the site's zone. */
const MORNING_HOUR = 8

/** In epoch milliseconds, at most 24 hours ahead. `customHours` is for `custom` alone. */
export function shelveEnd(choice: ShelveChoice, nowMs: number, timeZone: string, customHours: number): number {
  if (choice === 'halfHour') return nowMs + HOUR_MS / 2
  if (choice === 'twoHours') return nowMs + 2 * HOUR_MS
  if (choice === 'eightHours') return nowMs + 8 * HOUR_MS
  if (choice === 'morning') return nextMorning(nowMs, timeZone)
  return nowMs + Math.min(SHELVE_MAX_MS, customHours * HOUR_MS)
}

/** Whether the next morning is that of this day. */
export const isMorningToday = (nowMs: number, timeZone: string) => hourIn(nowMs, timeZone) < MORNING_HOUR

/** The wall clock's next 8 o'clock; where the clocks change in between, by an hour more or less. */
function nextMorning(nowMs: number, timeZone: string): number {
  const aheadMs = ((MORNING_HOUR - hourIn(nowMs, timeZone) + 24) % 24 || 24) * HOUR_MS
  const guessMs = Math.round((nowMs + aheadMs) / 1_000) * 1_000
  const offHours = MORNING_HOUR - hourIn(guessMs, timeZone)
  return Math.min(nowMs + SHELVE_MAX_MS, guessMs + Math.round(offHours * HOUR_MS))
}

/** Hours of the day in the zone, with their fraction. */
function hourIn(atMs: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  } as Intl.DateTimeFormatOptions)
  const [hours = 0, minutes = 0, seconds = 0] = format.format(atMs).split(':').map(Number)
  return hours + minutes / 60 + (seconds + (atMs % 1_000) / 1_000) / 3_600
}
