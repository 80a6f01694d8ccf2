import { finite } from './reading.ts'
import { firstWithin, type Slot, type SlotsMemory, type Span } from './slots.ts'
import { HOUR_MS } from '../../model.ts'

/** 31 days: the running hour and those before it. */
export const TREND_SLOTS_MAX = 744
const SLOTS_MIN = 3
const HOURS_PER_DAY = 24

/** The hours that a trend is drawn through; a longer one is drawn through the last 31 days. */
export function trendSpan(overMs: number): Span {
  const slots = Math.min(Math.ceil(overMs / HOUR_MS), TREND_SLOTS_MAX - 1)
  return { overMs: slots * HOUR_MS, slots }
}

/** Of points (hour, mean of the hour), both less those of the first one, so that nothing is lost in large figures. */
interface Sums {
  from: number
  count: number
  first: Slot
  x: number
  y: number
  xy: number
  xx: number
}

/** Hours that are over stay as they are for an hour, and a device tells a point a thousand times in one. */
const sumsOfClosed = new WeakMap<readonly Slot[], Sums>()

/** Slope per day of the least-squares line through the means of the hours; unknown below three of them. */
export function trendOf(memory: SlotsMemory, span: Span, now: number): number | undefined {
  const { closed, open } = memory
  const from = firstWithin(memory, span, now)
  const known = sumsOfClosed.get(closed)
  const sums = known?.from === from ? known : summed(closed, from)
  if (sums === null) return undefined
  if (sums !== known) sumsOfClosed.set(closed, sums)
  const count = sums.count + 1
  if (count < SLOTS_MIN) return undefined
  const [dx, dy] = away(open, sums.first)
  const [x, y, xy, xx] = [sums.x + dx, sums.y + dy, sums.xy + dx * dy, sums.xx + dx * dx]
  return finite(((count * xy - x * y) / (count * xx - x * x)) * HOURS_PER_DAY)
}

/** `null`: none of them counts any more. */
function summed(closed: readonly Slot[], from: number): Sums | null {
  const first = closed.find((slot) => slot[0] >= from)
  if (first === undefined) return null
  const sums = { from, count: 0, first, x: 0, y: 0, xy: 0, xx: 0 }
  for (const slot of closed) {
    if (slot[0] < from) continue
    const [dx, dy] = away(slot, first)
    sums.count += 1
    sums.x += dx
    sums.y += dy
    sums.xy += dx * dy
    sums.xx += dx * dx
  }
  return sums
}

const away = (slot: Slot, first: Slot): [hours: number, mean: number] => [
  slot[0] - first[0],
  slot[2] / slot[1] - first[2] / first[1],
]
