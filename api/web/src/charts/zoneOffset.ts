/**
 * How far a zone's wall clock is ahead of UTC at a moment, in milliseconds. ECharts knows the browser's zone and UTC:
 * times moved by this are drawn as if they were UTC, with whole hours of the zone where hours are marked.
 */
export function zoneOffsetMs(atMs: number, timeZone: string): number {
  const whole = Math.floor(atMs / 1_000) * 1_000
  try {
    const fields = new Intl.DateTimeFormat('en-US', {
      timeZone,
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hourCycle: 'h23' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    })
      .formatToParts(whole)
      .reduce<Record<string, number>>((found, { type, value }) => ({ ...found, [type]: Number(value) }), {})
    const { year, month, day, hour, minute, second } = fields
    return Date.UTC(year!, month! - 1, day, hour, minute, second) - whole
  } catch {
    // A zone that this browser does not know is shown as UTC, as texts are.
    return 0
  }
}
