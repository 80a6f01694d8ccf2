import { finite } from './reading.ts'

/** The readings of one span of time in three numbers; `folded` is their sum, minimum or maximum. */
export type Slot = readonly [index: number, count: number, folded: number]

/** Slots without readings are left out. Closed ones are shared from one memory to the next, which is cheap. */
export interface SlotsMemory {
  kind: 'slots'
  closed: readonly Slot[]
  open: Slot
}

/** How the readings of a slot become one number. */
export type Fold = (folded: number, value: number) => number

export const sum: Fold = (folded, value) => folded + value

/** How long is remembered, and in how many slots. */
export interface Span {
  overMs: number
  slots: number
}

const AVERAGE_SLOTS = 60

export const spanOf = (overMs: number): Span => ({ overMs, slots: AVERAGE_SLOTS })

/** The number of the slot that a time is in, counted from 1970. */
const indexOf = (at: number, { overMs, slots }: Span) => Math.floor((at * slots) / overMs)

export function observeSlot(
  memory: SlotsMemory | undefined,
  span: Span,
  fold: Fold,
  value: number,
  at: number,
): SlotsMemory {
  const index = indexOf(at, span)
  if (memory?.open[0] === index) return { ...memory, open: added(memory.open, fold, value) }
  if (memory === undefined) return { kind: 'slots', closed: [], open: [index, 1, value] }
  const { closed, open } = memory
  if (index > open[0]) {
    const from = closed.findIndex((slot) => slot[0] >= index - span.slots)
    const kept = from < 0 ? [] : closed.slice(from)
    if (open[0] >= index - span.slots) kept.push(open)
    return { kind: 'slots', closed: kept, open: [index, 1, value] }
  }
  // After the clock was set back, slots ahead of it are forgotten, and the one that it is in goes on.
  const again = closed.find((slot) => slot[0] === index)
  return {
    kind: 'slots',
    closed: closed.filter((slot) => slot[0] >= index - span.slots && slot[0] < index),
    open: again ? added(again, fold, value) : [index, 1, value],
  }
}

function added(slot: Slot, fold: Fold, value: number): Slot {
  return [slot[0], slot[1] + 1, fold(slot[2], value)]
}

/** The number of the first slot that lies within the span at least in part. */
export const firstWithin = ({ open }: SlotsMemory, span: Span, now: number): number =>
  Math.max(indexOf(now, span), open[0]) - span.slots

/** The slots that lie within the span at least in part, oldest first. */
export function slotsWithin(memory: SlotsMemory, span: Span, now: number): Slot[] {
  const { closed, open } = memory
  const start = firstWithin(memory, span, now)
  const from = closed.findIndex((slot) => slot[0] >= start)
  if (from >= 0) return [...closed.slice(from), open]
  return open[0] >= start ? [open] : []
}

/** Of the readings, so that a slot counts as often as it has some. */
export function averageOf(slots: readonly Slot[]): number | undefined {
  let count = 0
  let total = 0
  for (const slot of slots) {
    count += slot[1]
    total += slot[2]
  }
  return count === 0 ? undefined : finite(total / count)
}

export function foldedOf(slots: readonly Slot[], fold: Fold): number | undefined {
  if (slots.length === 0) return undefined
  return finite(slots.map(([, , folded]) => folded).reduce((one, other) => fold(one, other)))
}
