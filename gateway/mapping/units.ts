import { misfit, type Parsed, parsed } from './fault.ts'

/** A value in the vocabulary's unit is `value × factor + offset`. */
export interface Conversion {
  factor: number
  offset: number
}

const AS_IT_IS: Conversion = { factor: 1, offset: 0 }
const by = (factor: number): Conversion => ({ factor, offset: 0 })
const prefixed = (unit: string, factors: Readonly<Record<string, number>>) =>
  Object.entries(factors).map(([prefix, factor]): [string, Conversion] => [`${prefix}${unit}`, by(factor)])

const CELSIUS = ['Cel', '°C', 'degC', 'C']
const FAHRENHEIT = ['°F', 'degF', 'F']

/** Units that devices send, by the vocabulary's own. 1 Wh is 3,600 J. */
const UNITS = new Map<string, ReadonlyMap<string, Conversion>>([
  ['V', new Map(prefixed('V', { '': 1, m: 1e-3, k: 1e3 }))],
  ['A', new Map(prefixed('A', { '': 1, m: 1e-3, k: 1e3 }))],
  ['W', new Map(prefixed('W', { '': 1, m: 1e-3, k: 1e3, M: 1e6 }))],
  ['var', new Map(prefixed('var', { '': 1, k: 1e3, M: 1e6 }))],
  ['VA', new Map(prefixed('VA', { '': 1, k: 1e3, M: 1e6 }))],
  ['Hz', new Map(prefixed('Hz', { '': 1, m: 1e-3, k: 1e3 }))],
  [
    'Wh',
    new Map([
      ...prefixed('Wh', { '': 1, k: 1e3, M: 1e6, G: 1e9 }),
      ...prefixed('J', { '': 1 / 3600, k: 1e3 / 3600, M: 1e6 / 3600 }),
    ]),
  ],
  ['varh', new Map(prefixed('varh', { '': 1, k: 1e3, M: 1e6 }))],
  [
    'Cel',
    new Map([
      ...CELSIUS.map((unit): [string, Conversion] => [unit, AS_IT_IS]),
      ...FAHRENHEIT.map((unit): [string, Conversion] => [unit, { factor: 5 / 9, offset: (-32 * 5) / 9 }]),
      ['K', { factor: 1, offset: -273.15 }],
    ]),
  ],
  [
    '%',
    new Map([
      ['%', AS_IT_IS],
      ['1', by(100)],
      ['‰', by(0.1)],
    ]),
  ],
  [
    '1',
    new Map([
      ['1', AS_IT_IS],
      ['%', by(0.01)],
    ]),
  ],
  [
    'm',
    new Map([
      ['m', AS_IT_IS],
      ['dm', by(0.1)],
      ['cm', by(0.01)],
      ['mm', by(0.001)],
      ['ft', by(0.3048)],
      ['in', by(0.0254)],
    ]),
  ],
  [
    's',
    new Map([
      ['s', AS_IT_IS],
      ['ms', by(0.001)],
      ['min', by(60)],
      ['h', by(3600)],
    ]),
  ],
  [
    'm/s',
    new Map([
      ['m/s', AS_IT_IS],
      ['cm/s', by(0.01)],
      ['mm/s', by(0.001)],
      ['km/h', by(1 / 3.6)],
      ['m/min', by(1 / 60)],
    ]),
  ],
  [
    'mm',
    new Map([
      ['mm', AS_IT_IS],
      ['cm', by(10)],
      ['m', by(1000)],
      ['in', by(25.4)],
    ]),
  ],
])

/** From a device's unit (none: the vocabulary's own) to the vocabulary's `coherent` one. */
export function conversionOf(unit: string | undefined, coherent: string): Parsed<Conversion> {
  if (unit === undefined || unit === coherent) return parsed(AS_IT_IS)
  const allowed = UNITS.get(coherent)
  const found = allowed?.get(unit)
  if (found) return parsed(found)
  return misfit(`${unit} is no unit of this; allowed: ${[...(allowed?.keys() ?? [coherent])].join(', ')}`)
}

/** Twelve digits: what a factor of ten adds in binary is not the device's. */
export function converted(value: number, { factor, offset }: Conversion, scale = 1, shift = 0): number {
  if (factor === 1 && offset === 0 && scale === 1 && shift === 0) return value
  return Number(((value * scale + shift) * factor + offset).toPrecision(12))
}
