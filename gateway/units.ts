import { HEALTH_POINTS, pointDefinition } from '../rules/model.ts'

/** Units that devices and people write, and what brings them to the vocabulary's own. */

/** A value in the vocabulary's unit is `value × factor + offset`. */
export interface Conversion {
  factor: number
  offset: number
}

const by = (factor: number): Conversion => ({ factor, offset: 0 })
const prefixed = (unit: string, factors: Readonly<Record<string, number>>) =>
  Object.entries(factors).map(([prefix, factor]): [string, Conversion] => [`${prefix}${unit}`, by(factor)])
const each = (factors: Readonly<Record<string, number>>) => prefixed('', factors)

const JOULES_A_WATT_HOUR = 3_600

/** By the vocabulary's unit, then by the written one. */
const UNITS: ReadonlyMap<string, ReadonlyMap<string, Conversion>> = new Map(
  Object.entries({
    V: prefixed('V', { '': 1, m: 1e-3, k: 1e3 }),
    A: prefixed('A', { '': 1, m: 1e-3, k: 1e3 }),
    W: prefixed('W', { '': 1, m: 1e-3, k: 1e3, M: 1e6 }),
    var: prefixed('var', { '': 1, k: 1e3, M: 1e6 }),
    VA: prefixed('VA', { '': 1, k: 1e3, M: 1e6 }),
    Hz: prefixed('Hz', { '': 1, m: 1e-3, k: 1e3 }),
    Wh: [
      ...prefixed('Wh', { '': 1, m: 1e-3, k: 1e3, M: 1e6, G: 1e9 }),
      ...prefixed('J', { '': 1 / JOULES_A_WATT_HOUR, k: 1e3 / JOULES_A_WATT_HOUR, M: 1e6 / JOULES_A_WATT_HOUR }),
    ],
    varh: prefixed('varh', { '': 1, k: 1e3, M: 1e6 }),
    Cel: [
      ...each({ Cel: 1, '°C': 1, '℃': 1, degC: 1, C: 1 }),
      ...['°F', 'degF', 'F'].map((unit): [string, Conversion] => [unit, { factor: 5 / 9, offset: (-32 * 5) / 9 }]),
      ['K', { factor: 1, offset: -273.15 }],
    ],
    '%': each({ '%': 1, '%RH': 1, '1': 100, '‰': 0.1 }),
    '1': each({ '1': 1, '%': 0.01 }),
    m: each({ m: 1, dm: 0.1, cm: 0.01, mm: 0.001, ft: 0.3048, in: 0.0254 }),
    mm: each({ mm: 1, cm: 10, m: 1_000, in: 25.4 }),
    s: each({ s: 1, ms: 0.001, min: 60, h: 3_600 }),
    'm/s': each({ 'm/s': 1, 'cm/s': 0.01, 'mm/s': 0.001, 'km/h': 1 / 3.6, 'm/min': 1 / 60 }),
  } satisfies Record<string, [string, Conversion][]>).map(([own, units]) => [own, new Map(units)]),
)

/** The units of a quantity, written exactly so, by the vocabulary's own. */
export const unitsOf = (own: string): ReadonlyMap<string, Conversion> | undefined => UNITS.get(own)

/** Whatever the case, where that leaves no doubt: `mw` may be milli or mega, but no meter counts milliwatt-hours. */
const ANY_CASE = new Map([...UNITS].map(([own, units]) => [own, inLowerCase(units)]))
ANY_CASE.get('Wh')!.set('mwh', by(1e6))

function inLowerCase(units: ReadonlyMap<string, Conversion>): Map<string, Conversion> {
  const lower = new Map<string, Conversion>()
  for (const [unit, conversion] of units) lower.set(unit.toLowerCase(), conversion)
  for (const [unit, conversion] of units) {
    if (lower.get(unit.toLowerCase()) !== conversion) lower.delete(unit.toLowerCase())
  }
  return lower
}

/**
 * The factor that brings a point or a figure of health from a unit as devices write it to its own; `null` where the
 * unit is of another quantity, or takes more than a factor. Without a unit, or outside the vocabulary, it is as it is.
 */
export function scaleOf(unit: string, name: string): number | null {
  const definition = pointDefinition(name) ?? HEALTH_POINTS.get(name)
  if (definition === 'boolean') return null
  return definition === undefined ? 1 : scaleBetween(unit, definition.unit)
}

/** The same to a unit of the vocabulary. */
export function scaleBetween(unit: string, own: string): number | null {
  const text = unit.trim()
  if (text === '' || text === own) return 1
  const found = UNITS.get(own)?.get(text) ?? ANY_CASE.get(own)?.get(text.toLowerCase())
  return found?.offset === 0 ? found.factor : null
}
