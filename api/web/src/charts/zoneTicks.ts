import { zoneOffsetMs } from './zoneOffset.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 4, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 5, 10, 30, 90, 365].map((count) => count * DAY),
]

const past = (value: number, step: number) => ((value % step) + step) % step

/** At most so many places on an axis of time, at round times by the clock of a zone, also where that is changed. */
export function zoneTicks(fromMs: number, toMs: number, timeZone: string, most: number): number[] {
  const stepMs = STEPS_MS.find((step) => (toMs - fromMs) / step <= most) ?? STEPS_MS.at(-1)!
  const ticks: number[] = []
  for (let at = nextTick(fromMs - 1, stepMs, timeZone); at <= toMs; at = nextTick(at, stepMs, timeZone)) ticks.push(at)
  return ticks
}

/** The first after `atMs`. */
function nextTick(atMs: number, stepMs: number, timeZone: string): number {
  const offsetMs = zoneOffsetMs(atMs, timeZone)
  const next = atMs + stepMs - past(atMs + offsetMs, stepMs)
  const changed = zoneOffsetMs(next, timeZone)
  if (changed === offsetMs) return next
  // Of days the same hour by the other clock; of hours the next that is round by it, where the clock shows that at all.
  if (stepMs >= DAY) return next + offsetMs - changed
  const round = next - past(next + changed, stepMs)
  return round > atMs && zoneOffsetMs(round, timeZone) === changed ? round : round + stepMs
}

/** Whether a day begins there. */
export const isMidnight = (atMs: number, timeZone: string) => past(atMs + zoneOffsetMs(atMs, timeZone), DAY) === 0
