import { DAY_MS, type DeviceKind } from '../../model.ts'
import type { Measure } from '../../model/rules.ts'
import { inputsOf, keyOf } from './measure.ts'

/** A point that no device tells: the service computes it from what devices tell. */
export interface DerivedPoint {
  /** In the vocabulary. */
  name: string
  unit: string
  kinds: readonly DeviceKind[]
  measure: Measure
  /** Of the measure. */
  key: string
}

const MEASURED: readonly Omit<DerivedPoint, 'key'>[] = [
  {
    name: 'voltage.unbalance',
    unit: '%',
    kinds: ['power_meter'],
    measure: { unbalance: 'voltage' },
  },
  {
    name: 'current.residual.trend',
    unit: 'A/d',
    kinds: ['power_meter'],
    measure: { trend: 'current.residual', overMs: 7 * DAY_MS },
  },
  {
    name: 'energy.active.night',
    unit: 'Wh',
    kinds: ['power_meter'],
    measure: { consumption: 'energy.active.import', from: '00:00', to: '05:00' },
  },
]

const DERIVED: readonly DerivedPoint[] = MEASURED.map((point) => ({ ...point, key: keyOf(point.measure) }))
const NONE: readonly DerivedPoint[] = []
const BY_KIND = new Map(
  [...new Set(DERIVED.flatMap(({ kinds }) => kinds))].map((kind) => {
    const points = DERIVED.filter(({ kinds }) => kinds.includes(kind))
    const inputs = new Set(points.flatMap(({ measure }) => inputsOf(measure)))
    const reads = (input: string) => points.filter(({ measure }) => inputsOf(measure).includes(input))
    return [kind, { points, byInput: new Map([...inputs].map((input) => [input, reads(input)])) }]
  }),
)

export function derivedPoints(kind: DeviceKind): readonly DerivedPoint[] {
  return BY_KIND.get(kind)?.points ?? NONE
}

/** Those that read the point; asked for every value of every message. */
export function derivedBy(kind: DeviceKind, pointName: string): readonly DerivedPoint[] {
  return BY_KIND.get(kind)?.byInput.get(pointName) ?? NONE
}
