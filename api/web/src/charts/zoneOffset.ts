const clocks = new Map<string, Intl.DateTimeFormat>()

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone)
  if (known) return known
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hourCycle: 'h23' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  })
  clocks.set(timeZone, clock)
  return clock
}

/** How far a zone's wall clock is ahead of UTC at a moment, in milliseconds. */
export function zoneOffsetMs(atMs: number, timeZone: string): number {
  const whole = Math.floor(atMs / 1_000) * 1_000
  try {
    const fields = clockOf(timeZone)
      .formatToParts(whole)
      .reduce<Record<string, number>>((found, { type, value }) => ({ ...found, [type]: Number(value) }), {})
    const { year, month, day, hour, minute, second } = fields
    return Date.UTC(year!, month! - 1, day, hour, minute, second) - whole
  } catch {
    // A zone that this browser does not know is shown as UTC, as texts are.
    return 0
  }
}
