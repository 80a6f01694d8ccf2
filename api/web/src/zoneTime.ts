const formats = new Map<string, Intl.DateTimeFormat>()

/** Made once of each kind. */
export function formatOf(tag: string, timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([tag, timeZone, options])
  let format = formats.get(key)
  if (!format) {
    try {
      format = new Intl.DateTimeFormat(tag, { ...options, timeZone })
    } catch {
      // A zone this browser does not know; the service checks names, so its list is merely older.
      format = new Intl.DateTimeFormat(tag, { ...options, timeZone: 'UTC', timeZoneName: 'short' })
    }
    formats.set(key, format)
  }
  return format
}

/** `14:05:09` in the zone. */
export function formatTime(atMs: number, timeZone: string, tag: string): string {
  return formatOf(tag, timeZone, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(
    atMs,
  )
}

/** Month and day in the zone. */
export function formatMonthDay(atMs: number, timeZone: string, tag: string): string {
  return formatOf(tag, timeZone, { month: 'short', day: 'numeric' }).format(atMs)
}

/** Month, day, hour and minute in the zone. */
export function formatDate(atMs: number, timeZone: string, tag: string): string {
  const fields = { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  return formatOf(tag, timeZone, fields).format(atMs)
}

/** What people call the zone: `中国标准时间`. */
export function zoneName(atMs: number, timeZone: string, tag: string): string {
  const parts = formatOf(tag, timeZone, { timeZoneName: 'long' }).formatToParts(atMs)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
}

/** Month, day and weekday in the zone. */
export function formatDay(atMs: number, timeZone: string, tag: string): string {
  return formatOf(tag, timeZone, { month: 'short', day: 'numeric', weekday: 'short' }).format(atMs)
}

/** `14:05`, with the day where that is not the one of `nowMs`. */
export function formatNear(atMs: number, nowMs: number, timeZone: string, tag: string): string {
  const [day, today] = [formatDay(atMs, timeZone, tag), formatDay(nowMs, timeZone, tag)]
  const time = formatTime(atMs, timeZone, tag).slice(0, 5)
  return day === today ? time : `${day} ${time}`
}

/** Its day and time in the zone. */
export const formatMoment = (atMs: number, timeZone: string, tag: string) =>
  `${formatDay(atMs, timeZone, tag)} ${formatTime(atMs, timeZone, tag)}`
