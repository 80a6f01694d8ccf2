import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../rules/model.ts'
import type { LocalTime } from '../../local-time.ts'

/** Time from left to right, its long quiet stretches left out, so that ten minutes can be seen in a week. */
export interface Axis {
  /** Where a moment lies, in units of the picture. */
  x(atMs: number): number
  fromX: number
  toX: number
  /** `day` where it is another one than that of the tick before. */
  ticks: readonly { x: number; time: string; day: string | null }[]
  /** What is left out, and how long it lasted. */
  breaks: readonly { x: number; forMs: number }[]
}

interface Stretch {
  fromMs: number
  toMs: number
  fromX: number
  toX: number
}

const BREAKS_MAX = 6
const BREAK_WIDTH = 26
const STRETCH_MIN_WIDTH = 44
const QUIET_MS = 10 * MINUTE_MS
/** A quiet stretch is left out where it is more than this share of what is shown. */
const QUIET_SHARE = 0.2
const TICK_APART = 66
const STEPS_MS = [
  ...[1, 5, 10, 30].map((count) => count * SECOND_MS),
  ...[1, 2, 5, 10, 30].map((count) => count * MINUTE_MS),
  ...[1, 3, 6, 12].map((count) => count * HOUR_MS),
  ...[1, 7, 30, 90, 365].map((count) => count * DAY_MS),
]

export function createAxis(moments: readonly number[], [fromX, toX]: readonly [number, number], time: LocalTime): Axis {
  const stretches = laidOut(stretchesOf(moments), fromX, toX)
  const x = (atMs: number) => {
    const at = stretches.findIndex(({ toMs }) => atMs <= toMs)
    if (at < 0) return toX
    const here = stretches[at]!
    const before = stretches[at - 1]
    if (atMs < here.fromMs) return before === undefined ? fromX : (before.toX + here.fromX) / 2
    const share = here.toMs === here.fromMs ? 0.5 : (atMs - here.fromMs) / (here.toMs - here.fromMs)
    return here.fromX + share * (here.toX - here.fromX)
  }
  const breaks = stretches.slice(1).map((stretch, at) => {
    const before = stretches[at]!
    return { x: (before.toX + stretch.fromX) / 2, forMs: stretch.fromMs - before.toMs }
  })
  return { x, fromX, toX, ticks: ticksOf(stretches, x, time), breaks }
}

/** What is between the longest quiet stretches. */
function stretchesOf(moments: readonly number[]): Pick<Stretch, 'fromMs' | 'toMs'>[] {
  const sorted = [...new Set(moments)].sort((one, other) => one - other)
  const gaps = sorted.slice(1).map((atMs, at) => ({ fromMs: sorted[at]!, toMs: atMs, forMs: atMs - sorted[at]! }))
  gaps.sort((one, other) => other.forMs - one.forMs)
  let shownMs = sorted.at(-1)! - sorted[0]!
  const cuts: typeof gaps = []
  for (const gap of gaps.slice(0, BREAKS_MAX)) {
    if (gap.forMs <= QUIET_MS || gap.forMs <= shownMs * QUIET_SHARE) break
    cuts.push(gap)
    shownMs -= gap.forMs
  }
  cuts.sort((one, other) => one.fromMs - other.fromMs)
  const starts = [sorted[0]!, ...cuts.map(({ toMs }) => toMs)]
  return starts.map((fromMs, at) => ({ fromMs, toMs: cuts[at]?.fromMs ?? sorted.at(-1)! }))
}

/** Each stretch is as wide as it is long, and none too small to be seen. */
function laidOut(stretches: readonly Pick<Stretch, 'fromMs' | 'toMs'>[], fromX: number, toX: number): Stretch[] {
  const totalMs = stretches.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  const fixed = stretches.length * STRETCH_MIN_WIDTH + (stretches.length - 1) * BREAK_WIDTH
  const free = toX - fromX - fixed
  let left = fromX
  return stretches.map(({ fromMs, toMs }) => {
    const share = totalMs === 0 ? 1 / stretches.length : (toMs - fromMs) / totalMs
    const stretch = { fromMs, toMs, fromX: left, toX: left + STRETCH_MIN_WIDTH + share * free }
    left = stretch.toX + BREAK_WIDTH
    return stretch
  })
}

/** Of ticks too near to each other the earlier stays, but for one at which a stretch begins. */
function ticksOf(stretches: readonly Stretch[], x: (atMs: number) => number, time: LocalTime): Axis['ticks'] {
  const ticks: { atMs: number; begins: boolean }[] = []
  for (const stretch of stretches) {
    const whole = wholeMoments(stretch, time).map((atMs) => ({ atMs, begins: false }))
    for (const tick of [{ atMs: stretch.fromMs, begins: true }, ...whole]) {
      const last = ticks.at(-1)
      const isNear = last !== undefined && x(tick.atMs) - x(last.atMs) < TICK_APART
      if (isNear && (last.begins || !tick.begins)) continue
      if (isNear) ticks.pop()
      ticks.push(tick)
    }
  }
  let today = ''
  return ticks.map(({ atMs }) => {
    const [date = '', clock = ''] = time.spell(atMs).split(' ')
    const day = date === today ? null : date
    today = date
    return { x: x(atMs), time: clock.slice(0, clock.slice(5, 8) === ':00' ? 5 : 8), day }
  })
}

/** Whole minutes, hours or days of the wall clock, as many as there is room for. */
function wholeMoments({ fromMs, toMs, fromX, toX }: Stretch, time: LocalTime): number[] {
  const lastsMs = toMs - fromMs
  const room = (toX - fromX) / TICK_APART
  const stepMs = STEPS_MS.find((each) => lastsMs / each <= room) ?? STEPS_MS.at(-1)!
  const midnightMs = fromMs - Math.round(time.hourOfDay(fromMs) * HOUR_MS)
  const first = Math.floor((fromMs - midnightMs) / stepMs) + 1
  const count = Math.max(0, Math.floor((toMs - midnightMs) / stepMs) - first + 1)
  return Array.from({ length: count }, (_, at) => midnightMs + (first + at) * stepMs)
}

/** A length as a picture has it: tenths of its units. */
export const round = (units: number): string => units.toFixed(1).replace(/\.0$/, '')
