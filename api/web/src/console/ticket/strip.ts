import { stopOf } from './milestones.ts'
import type { Flag, Hold, Stop } from './milestones.ts'

/** Where everything of the timeline is drawn. All in pixels but for times, which are epoch milliseconds. */
export interface StripLayout {
  width: number
  height: number
  axisY: number
  stops: PlacedStop[]
  flags: PlacedFlag[]
  holds: { x: number; width: number }[]
  /** Where time is left out, and how much of it. */
  breaks: { x: number; leftOutMs: number }[]
  nowX: number | null
}

export interface PlacedStop {
  stop: Stop
  /** Of its dot; `null`: it has not been reached. */
  x: number | null
  labelX: number
}

export interface PlacedFlag {
  flag: Flag
  x: number
  labelX: number
  labelY: number
  isOver: boolean
}

/** Narrower than this its labels do not fit side by side. */
export const NARROWEST = 700

const LABEL_WIDTH = 106
const EDGE = LABEL_WIDTH / 2
const AXIS_Y = 84
const FLAG_ROW_HEIGHT = 58
const LAST_ROW_HEIGHT = 36
const FIRST_FLAG_ROW_Y = AXIS_Y + 46
const BREAK_WIDTH = 76
/** A stretch of time so many times longer than all the rest together would leave no room for what matters. */
const TOO_LONG = 3

export interface StripInput {
  stops: readonly Stop[]
  flags: readonly Flag[]
  holds: readonly Hold[]
  /** `null` once the ticket is over: time goes on without it. */
  nowMs: number | null
}

/**
 * To scale: equal times are equally long, and what is too long is cut out where it says so. Labels keep their order and
 * give way to each other; lines lead from them to their places.
 */
export function layoutStrip({ stops, flags, holds, nowMs }: StripInput, width: number): StripLayout {
  const instants = [
    ...stops.flatMap(({ atMs }) => atMs ?? []),
    ...flags.map(({ dueMs }) => dueMs),
    ...holds.flatMap(({ fromMs, toMs }) => [fromMs, toMs ?? fromMs]),
    ...(nowMs === null ? [] : [nowMs]),
  ]
  const scale = brokenScale(instants, EDGE, width - EDGE)
  const rows = Math.max(1, Math.ceil((flags.length * LABEL_WIDTH) / width))
  return {
    width,
    height: FIRST_FLAG_ROW_Y + (rows - 1) * FLAG_ROW_HEIGHT + LAST_ROW_HEIGHT,
    axisY: AXIS_Y,
    stops: placeStops(stops, flags, scale.x, width),
    flags: placeFlags(flags, rows, scale.x, width, nowMs),
    holds: holds.map(({ fromMs, toMs }) => {
      const x = scale.x(fromMs)
      return { x, width: Math.max(2, scale.x(toMs ?? nowMs ?? fromMs) - x) }
    }),
    breaks: scale.breaks,
    nowX: nowMs === null ? null : scale.x(nowMs),
  }
}

function placeStops(
  stops: readonly Stop[],
  flags: readonly Flag[],
  xOf: (atMs: number) => number,
  width: number,
): PlacedStop[] {
  let least = 0
  const wished = stops.map(({ name, atMs }) => {
    const due = flags.find(({ clock }) => clock.party === 'property' && stopOf(clock.milestone) === name)
    const atOrDue = atMs ?? due?.dueMs
    least = Math.max(least, atOrDue === undefined ? least + LABEL_WIDTH : xOf(atOrDue))
    return least
  })
  const labels = spread(wished, LABEL_WIDTH, EDGE, width - EDGE)
  return stops.map((stop, index) => ({
    stop,
    x: stop.atMs === null ? null : xOf(stop.atMs),
    labelX: labels[index]!,
  }))
}

function placeFlags(
  flags: readonly Flag[],
  rows: number,
  xOf: (atMs: number) => number,
  width: number,
  nowMs: number | null,
): PlacedFlag[] {
  const placed: PlacedFlag[] = []
  for (let row = 0; row < rows; row++) {
    const inRow = flags.filter((_flag, index) => index % rows === row)
    const xs = inRow.map(({ dueMs }) => xOf(dueMs))
    const labels = spread(xs, LABEL_WIDTH, EDGE, width - EDGE)
    inRow.forEach((flag, index) => {
      const isOver = flag.standing === 'running' && nowMs !== null && flag.dueMs < nowMs
      const labelY = FIRST_FLAG_ROW_Y + row * FLAG_ROW_HEIGHT
      placed.push({ flag, x: xs[index]!, labelX: labels[index]!, labelY, isOver })
    })
  }
  return placed
}

/**
 * Moves ascending places apart to at least `apart`, as little as it can, from `least` to `most`. Where they do not all
 * fit they are spread evenly.
 */
export function spread(wished: readonly number[], apart: number, least: number, most: number): number[] {
  const count = wished.length
  const step = count > 1 ? Math.min(apart, (most - least) / (count - 1)) : apart
  const placed = wished.map((x) => Math.min(Math.max(x, least), most))
  for (let index = 1; index < count; index++) placed[index] = Math.max(placed[index]!, placed[index - 1]! + step)
  let limit = most
  for (let index = count - 1; index >= 0; index--) {
    placed[index] = Math.min(placed[index]!, limit)
    limit = placed[index]! - step
  }
  return placed
}

/** From times to places between `from` and `to`: linear, with the stretches that are too long cut out. */
export function brokenScale(
  instants: readonly number[],
  from: number,
  to: number,
): { x: (atMs: number) => number; breaks: { x: number; leftOutMs: number }[] } {
  const times = [...new Set(instants)].sort((a, b) => a - b)
  const gaps = times.slice(1).map((time, index) => time - times[index]!)
  const broken = tooLong(gaps)
  const plainMs = gaps.reduce((sum, gap, index) => (broken.has(index) ? sum : sum + gap), 0)
  const pixelsPerMs = plainMs > 0 ? (to - from - broken.size * BREAK_WIDTH) / plainMs : 0
  const places = [from]
  gaps.forEach((gap, index) => {
    places.push(places[index]! + (broken.has(index) ? BREAK_WIDTH : gap * pixelsPerMs))
  })
  const breaks = [...broken]
    .sort((a, b) => a - b)
    .map((index) => ({ x: (places[index]! + places[index + 1]!) / 2, leftOutMs: gaps[index]! }))
  function x(atMs: number): number {
    const index = times.findLastIndex((time) => time <= atMs)
    if (index < 0) return from
    if (index === times.length - 1) return places[index]!
    const share = (atMs - times[index]!) / gaps[index]!
    return places[index]! + share * (places[index + 1]! - places[index]!)
  }
  return { x, breaks }
}

function tooLong(gaps: readonly number[]): Set<number> {
  const broken = new Set<number>()
  for (;;) {
    const plain = gaps.map((gap, index) => ({ gap, index })).filter(({ index }) => !broken.has(index))
    const longest = plain.reduce((most, each) => (each.gap > most.gap ? each : most), { gap: 0, index: -1 })
    const rest = plain.reduce((sum, { gap }) => sum + gap, 0) - longest.gap
    if (rest <= 0 || longest.gap <= TOO_LONG * rest) return broken
    broken.add(longest.index)
  }
}
