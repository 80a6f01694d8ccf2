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
  /** The points that the measure reads. */
  inputs: readonly string[]
}

const MEASURED: readonly Omit<DerivedPoint, 'key' | 'inputs'>[] = [
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

const DERIVED = MEASURED.map((point): DerivedPoint => ({
  ...point,
  key: keyOf(point.measure),
  inputs: inputsOf(point.measure),
}))
const NONE: readonly DerivedPoint[] = []
const BY_KIND = new Map(
  [...new Set(DERIVED.flatMap(({ kinds }) => kinds))].map((kind) => [
    kind,
    DERIVED.filter(({ kinds }) => kinds.includes(kind)),
  ]),
)

export function derivedPoints(kind: DeviceKind): readonly DerivedPoint[] {
  return BY_KIND.get(kind) ?? NONE
}
