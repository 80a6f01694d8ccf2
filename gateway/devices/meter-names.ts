import { type Decoded, pointDefinition } from '../../rules/model.ts'
import { scalarNumber } from './bodies.ts'
import { measure } from './decoded.ts'
import { finiteNumber } from './numbers.ts'

/** How mbmd, and Homie devices after it, name what a meter measures, written together in small letters: `voltagel1`. */
export interface MeterName {
  point: string
  /** The factor that brings mbmd's own unit to ours: it tells energy in kWh. */
  scale: number
  /** A name without a phase: the only phase of a small meter, an average or a sum of a large one. */
  plain?: true
}

const PHASES = ['l1', 'l2', 'l3']
const TARIFFS = [1, 2]
const STRINGS = [1, 2, 3, 4]

function named(names: readonly string[], point: string, scale = 1): [string, MeterName][] {
  const phases = PHASES.filter((phase) => pointDefinition(`${point}.${phase}`) !== undefined)
  const hasSum = pointDefinition(point) !== undefined
  return names.flatMap((name): [string, MeterName][] => [
    hasSum ? [name, { point, scale }] : [name, { point: `${point}.l1`, scale, plain: true }],
    ...phases.flatMap((phase): [string, MeterName][] => [
      [`${name}${phase}`, { point: `${point}.${phase}`, scale }],
      [`${phase}${name}`, { point: `${point}.${phase}`, scale }],
    ]),
    ...TARIFFS.filter((tariff) => pointDefinition(`${point}.tariff${tariff}`) !== undefined).map(
      (tariff): [string, MeterName] => [`${name}t${tariff}`, { point: `${point}.tariff${tariff}`, scale }],
    ),
  ])
}

function strings(name: string, point: string): [string, MeterName][] {
  return STRINGS.flatMap((number): [string, MeterName][] => [
    [`${name}s${number}`, { point: `${point}.ch${number}`, scale: 1 }],
    [`dc${name}s${number}`, { point: `${point}.ch${number}`, scale: 1 }],
    [`string${number}${name}`, { point: `${point}.ch${number}`, scale: 1 }],
  ])
}

export const METER_NAMES: ReadonlyMap<string, MeterName> = new Map([
  ...named(['voltage'], 'voltage'),
  ...named(['current'], 'current'),
  ...named(['power', 'activepower'], 'power.active'),
  ...named(['importpower'], 'power.active.import'),
  ...named(['exportpower'], 'power.active.export'),
  ...named(['reactivepower'], 'power.reactive'),
  ...named(['apparentpower'], 'power.apparent'),
  ...named(['cosphi', 'powerfactor'], 'power_factor'),
  ...named(['frequency'], 'frequency'),
  ...named(['import', 'importenergy', 'energyimport'], 'energy.active.import', 1_000),
  ...named(['export', 'exportenergy', 'energyexport'], 'energy.active.export', 1_000),
  ...named(['reactiveimport'], 'energy.reactive.import', 1_000),
  ...named(['reactiveexport'], 'energy.reactive.export', 1_000),
  ...strings('voltage', 'voltage'),
  ...strings('current', 'current'),
  ...strings('power', 'power.active'),
  ['heatsinktemp', { point: 'temperature.device', scale: 1 }],
])

/** What mbmd and Homie also tell and that has no point: sums of both directions, distortion, the DC side. */
export const isMeterWord = (name: string) => METER_NAMES.has(name) || /^(sum|reactivesum|thd|dc)/.test(name)

/** A bare value of a topic: its being text is no news. */
export function measureText(
  into: Pick<Decoded, 'measurements' | 'warnings'>,
  point: string,
  text: string,
  scale: number,
  label: string,
): void {
  const value = scalarNumber(text)
  if (typeof value === 'number') measure(into, point, value, scale, label)
  else finiteNumber(value, label, into.warnings)
}
