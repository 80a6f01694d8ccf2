import type { PointValue } from '../../model.ts'
import type { Measure } from '../../model/rules.ts'
import { consumptionOf, type CounterMemory, observeCounter } from './counter.ts'
import { readNumber } from './reading.ts'
import { observeSample, rateOf, type SamplesMemory } from './samples.ts'
import { averageOf, type Fold, foldedOf, observeSlot, type SlotsMemory, slotsWithin, spanOf, sum } from './slots.ts'
import { trendOf, trendSpan } from './trend.ts'
import { UNBALANCE_INPUTS, type UnbalanceMemory, unbalanceOf } from './unbalance.ts'

/** What one measure remembers of a device: plain JSON, bounded. It is replaced, never changed. */
export type MeasureMemory = SamplesMemory | SlotsMemory | CounterMemory | UnbalanceMemory | { kind: 'nothing' }

const NOTHING: MeasureMemory = { kind: 'nothing' }

/** The points that a measure reads. */
export function inputsOf(measure: Measure): readonly string[] {
  return 'unbalance' in measure ? UNBALANCE_INPUTS[measure.unbalance] : [pointOf(measure)]
}

type OfPoint = Exclude<Measure, { unbalance: unknown }>

function pointOf(measure: OfPoint): string {
  if ('rate' in measure) return measure.rate
  if ('trend' in measure) return measure.trend
  if ('consumption' in measure) return measure.consumption
  if ('average' in measure) return measure.average
  return 'minimum' in measure ? measure.minimum : measure.maximum
}

/** A stable text for equal measures: two rules that ask for the same share one memory. */
export function keyOf(measure: Measure): string {
  return Object.entries<string | number>(measure)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(' ')
}

/**
 * What is remembered after a reading; `at` is the server's receive time, `read` gives the points as they are after the
 * reading. To be called when one of the measure's inputs was told.
 */
export function observeMeasure(
  measure: Measure,
  memory: MeasureMemory | undefined,
  read: (name: string) => PointValue | undefined,
  at: number,
  timezone: string,
): MeasureMemory {
  if ('unbalance' in measure) return { kind: 'unbalance', percent: unbalanceOf(measure.unbalance, read) ?? null }
  const value = readNumber(read, pointOf(measure))
  if (value === undefined) return memory ?? NOTHING
  if ('rate' in measure) return observeSample(kindOf(memory, 'samples'), measure.overMs, value, at)
  if ('consumption' in measure) return observeCounter(kindOf(memory, 'counter'), measure, timezone, value, at)
  const span = 'trend' in measure ? trendSpan(measure.overMs) : spanOf(measure.overMs)
  return observeSlot(kindOf(memory, 'slots'), span, foldOf(measure), value, at)
}

function kindOf<K extends MeasureMemory['kind']>(memory: MeasureMemory | undefined, kind: K) {
  return memory?.kind === kind ? (memory as Extract<MeasureMemory, { kind: K }>) : undefined
}

function foldOf(measure: OfPoint): Fold {
  if ('minimum' in measure) return Math.min
  return 'maximum' in measure ? Math.max : sum
}

/** The value at `now`, or undefined where it is unknown: too few readings. */
export function valueOf(measure: Measure, memory: MeasureMemory | undefined, now: number): number | undefined {
  switch (memory?.kind) {
    case 'unbalance':
      return memory.percent ?? undefined
    case 'samples':
      return 'rate' in measure ? rateOf(memory, measure.overMs, now) : undefined
    case 'counter':
      return consumptionOf(memory, now)
    case 'slots':
      return valueOfSlots(measure, memory, now)
    default:
      return undefined
  }
}

function valueOfSlots(measure: Measure, memory: SlotsMemory, now: number): number | undefined {
  if ('trend' in measure) return trendOf(memory, trendSpan(measure.overMs), now)
  if (!('overMs' in measure)) return undefined
  const slots = slotsWithin(memory, spanOf(measure.overMs), now)
  return 'average' in measure ? averageOf(slots) : foldedOf(slots, foldOf(measure))
}

/** The unit of the value, given that of the point; `null`: unknown. */
export function unitOf(measure: Measure, inputUnit: string | null): string | null {
  if ('unbalance' in measure) return '%'
  if (inputUnit === null) return null
  if ('rate' in measure) return `${inputUnit}/s`
  return 'trend' in measure ? `${inputUnit}/d` : inputUnit
}
