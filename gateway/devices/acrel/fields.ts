import type { Decoded } from '../../../rules/model.ts'
import { measure } from '../decoded.ts'
import { type Binding, field, isObject, type JsonObject } from '../family.ts'
import { finiteNumber } from '../numbers.ts'
import { dropImplausiblePower } from '../quantities.ts'

/** Which transformers stand before a quantity. */
type Ratio = 'none' | 'current' | 'voltage' | 'both'

/**
 * Field, point, factor from the meter's unit (V, A, kW, kvar, kVA, kWh), and what its secondary value is multiplied
 * by.
 */
const FIELDS: readonly (readonly [string, string, number, Ratio])[] = [
  ...['ua', 'ub', 'uc'].map((key, index) => [key, `voltage.l${index + 1}`, 1, 'voltage'] as const),
  ['u', 'voltage.l1', 1, 'voltage'],
  ['uab', 'voltage.l12', 1, 'voltage'],
  ['ubc', 'voltage.l23', 1, 'voltage'],
  ['uca', 'voltage.l31', 1, 'voltage'],
  ...['ia', 'ib', 'ic'].map((key, index) => [key, `current.l${index + 1}`, 1, 'current'] as const),
  ['i', 'current.l1', 1, 'current'],
  ...['pa', 'pb', 'pc'].map((key, index) => [key, `power.active.l${index + 1}`, 1e3, 'both'] as const),
  ['p', 'power.active', 1e3, 'both'],
  ...['qa', 'qb', 'qc'].map((key, index) => [key, `power.reactive.l${index + 1}`, 1e3, 'both'] as const),
  ['q', 'power.reactive', 1e3, 'both'],
  ...['sa', 'sb', 'sc'].map((key, index) => [key, `power.apparent.l${index + 1}`, 1e3, 'both'] as const),
  ['s', 'power.apparent', 1e3, 'both'],
  ...['pfa', 'pfb', 'pfc'].map((key, index) => [key, `power_factor.l${index + 1}`, 1, 'none'] as const),
  ['pf', 'power_factor', 1, 'none'],
  ['f', 'frequency', 1, 'none'],
  ['hz', 'frequency', 1, 'none'],
  ['wh', 'energy.active.import', 1e3, 'both'],
  ['epi', 'energy.active.import', 1e3, 'both'],
  ['epe', 'energy.active.export', 1e3, 'both'],
]

/** Point numbers of the ADW300 and its kin → fields of the others. */
const POINTS: Readonly<Record<number, string>> = {
  ...{ 1: 'ua', 2: 'ub', 3: 'uc', 4: 'uab', 5: 'ubc', 6: 'uca', 7: 'ia', 8: 'ib', 9: 'ic' },
  ...{
    10: 'pa',
    11: 'pb',
    12: 'pc',
    13: 'p',
    14: 'qa',
    15: 'qb',
    16: 'qc',
    17: 'q',
    18: 'sa',
    19: 'sb',
    20: 'sc',
    21: 's',
  },
  ...{ 22: 'pfa', 23: 'pfb', 24: 'pfc', 25: 'pf', 26: 'f', 34: 'pt', 35: 'ct', 42: 'wh' },
}
const POINTS_MAX = 1_000

/** `point: [{id, val}]` as the fields that others send; `null` where it is no such list. */
export function fieldsOfPoints(points: unknown): JsonObject | null {
  if (!Array.isArray(points)) return null
  const fields: [string, unknown][] = []
  for (const point of points.slice(0, POINTS_MAX)) {
    if (!isObject(point)) continue
    const id = Number(field(point, 'id'))
    const key = Object.hasOwn(POINTS, id) ? POINTS[id] : undefined
    if (key !== undefined) fields.push([key, field(point, 'val')])
  }
  return Object.fromEntries(fields)
}

/** Whether it says anything that a meter measures. */
export function isMeasured(fields: JsonObject): boolean {
  return FIELDS.some(([key]) => Object.hasOwn(fields, key))
}

/** Writes down what a meter measured. Currents, powers and energies are those of the transformers' secondary side. */
export function writeFields(
  into: Pick<Decoded, 'measurements' | 'warnings'>,
  fields: JsonObject,
  binding: Binding,
): void {
  const ct = ratioOf(field(fields, 'ct'), binding.ct)
  const pt = ratioOf(field(fields, 'pt'), binding.pt)
  const ratios: Record<Ratio, number> = { none: 1, current: ct ?? 1, voltage: pt ?? 1, both: (ct ?? 1) * (pt ?? 1) }
  for (const [key, name, factor, ratio] of FIELDS) {
    const raw = field(fields, key)
    if (raw !== undefined) measure(into, name, raw, scaleOf(name, raw, factor * ratios[ratio]), key)
  }
  if (ct === null || pt === null) into.warnings.push('ct_pt_not_told')
  else if (ct !== 1 || pt !== 1) into.warnings.push('ct_pt_applied')
  dropImplausiblePower(into)
}

/** A power factor beyond one is in percent. */
function scaleOf(name: string, raw: unknown, scale: number): number {
  return name.startsWith('power_factor') && Math.abs(Number(raw)) > 1 ? 0.01 : scale
}

function ratioOf(raw: unknown, bound: number | undefined): number | null {
  const told = raw === undefined ? null : finiteNumber(raw, 'ratio', [])
  if (told !== null && told > 0) return told
  return bound ?? null
}
