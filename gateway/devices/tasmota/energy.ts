import type { Decoded } from '../../../rules/model.ts'
import { measure } from '../decoded.ts'
import { field, isObject, type JsonObject } from '../family.ts'
import { isImplausiblePower } from '../numbers.ts'

/** `ENERGY` of Tasmota: every field a number, or an array with one for each phase or channel. */

interface Quantity {
  field: string
  point: string
  scale: number
}

const QUANTITIES: readonly Quantity[] = [
  { field: 'Voltage', point: 'voltage', scale: 1 },
  { field: 'Current', point: 'current', scale: 1 },
  { field: 'ApparentPower', point: 'power.apparent', scale: 1 },
  { field: 'ReactivePower', point: 'power.reactive', scale: 1 },
  { field: 'Factor', point: 'power_factor', scale: 1 },
  { field: 'Frequency', point: 'frequency', scale: 1 },
  { field: 'Total', point: 'energy.active.import', scale: 1_000 },
  { field: 'ExportActive', point: 'energy.active.export', scale: 1_000 },
  { field: 'ImportReactive', point: 'energy.reactive.import', scale: 1_000 },
  { field: 'ExportReactive', point: 'energy.reactive.export', scale: 1_000 },
]
/** Points that a device has one of for each phase, even where it has only one. */
const OF_PHASES = new Set(['voltage', 'current'])
const PARTS_MAX = 8
const TARIFFS = [
  ['TotalTariff', 'energy.active.import'],
  ['ExportTariff', 'energy.active.export'],
] as const

export function measureEnergy(decoded: Decoded, energy: JsonObject): void {
  const voltage = field(energy, 'Voltage')
  // Three voltages are those of three phases; one voltage beside arrays, or none, leaves only channels.
  const prefix = Array.isArray(voltage) && voltage.length === 3 ? 'l' : 'ch'
  const values = new Map<string, number>()
  for (const { field: name, point, scale } of QUANTITIES) {
    for (const [at, raw] of partsOf(field(energy, name), point, prefix)) {
      const value = measure(decoded, at, raw, scale, name)
      if (value !== null) values.set(at, value)
    }
  }
  if (!values.has('energy.active.import') && field(energy, 'Total') === undefined) {
    measure(decoded, 'energy.active.import', field(energy, 'ImportActive'), 1_000, 'ImportActive')
  }
  for (const [at, raw] of partsOf(field(energy, 'Power'), 'power.active', prefix)) {
    measurePower(decoded, at, raw, values)
  }
  for (const [name, point] of TARIFFS) {
    const tariffs = field(energy, name)
    if (!Array.isArray(tariffs)) continue
    for (const [index, raw] of tariffs.slice(0, PARTS_MAX).entries()) {
      measure(decoded, `${point}.tariff${index + 1}`, raw, 1_000, name)
    }
  }
}

function measurePower(decoded: Decoded, at: string, raw: unknown, values: ReadonlyMap<string, number>): void {
  const part = at.slice('power.active'.length)
  const volts = values.get(`voltage${part || '.l1'}`) ?? values.get('voltage.l1') ?? null
  const amperes = values.get(`current${part || '.l1'}`) ?? null
  const watts = Number(raw)
  // Zero amperes are below what the meter chip resolves, while it still tells the power.
  if (isImplausiblePower(watts, volts, amperes === 0 ? null : amperes)) decoded.warnings.push('implausible:Power')
  else measure(decoded, at, raw, 1, 'Power')
}

/** A field's points and raw values: `voltage.l1`, or for arrays one for each part. */
function partsOf(raw: unknown, point: string, prefix: string): [string, unknown][] {
  if (raw === undefined) return []
  if (!Array.isArray(raw)) return [[OF_PHASES.has(point) ? `${point}.l1` : point, raw]]
  const parts = (raw as unknown[]).slice(0, PARTS_MAX)
  if (parts.length === 1) return partsOf(parts[0], point, prefix)
  // A mains has one frequency, whichever phase tells it.
  if (point === 'frequency' && prefix === 'l') return [[point, parts[0]]]
  return parts.map((part, index) => [`${point}.${prefix}${index + 1}`, part])
}

/** Teleinformation of French meters (`TIC`), in its own units: Wh, VA, A, V. */
const TELEINFO: readonly (readonly [string, string])[] = [
  ['BASE', 'energy.active.import'],
  ['EAST', 'energy.active.import'],
  ['EAIT', 'energy.active.export'],
  ['HCHC', 'energy.active.import.tariff1'],
  ['HCHP', 'energy.active.import.tariff2'],
  ['EASF01', 'energy.active.import.tariff1'],
  ['EASF02', 'energy.active.import.tariff2'],
  ['PAPP', 'power.apparent'],
  ['SINSTS', 'power.apparent'],
  ['ISOUSC', 'current.rated'],
  ['IINST', 'current.l1'],
  ...[1, 2, 3].flatMap((phase): [string, string][] => [
    [`IINST${phase}`, `current.l${phase}`],
    [`IRMS${phase}`, `current.l${phase}`],
    [`URMS${phase}`, `voltage.l${phase}`],
  ]),
]

/**
 * Meters read over SML: its owner's script names the fields. These are the names and units of the scripts that Tasmota
 * documents; others need a mapping.
 */
const SML: ReadonlyMap<string, readonly [string, number]> = new Map([
  ['total_in', ['energy.active.import', 1_000]],
  ['total_out', ['energy.active.export', 1_000]],
  ['power_curr', ['power.active', 1]],
  ...[1, 2, 3].flatMap((phase): [string, [string, number]][] => [
    [`power_l${phase}`, [`power.active.l${phase}`, 1]],
    [`power_p${phase}`, [`power.active.l${phase}`, 1]],
    [`voltage_l${phase}`, [`voltage.l${phase}`, 1]],
    [`volt_p${phase}`, [`voltage.l${phase}`, 1]],
    [`current_l${phase}`, [`current.l${phase}`, 1]],
    [`amperage_p${phase}`, [`current.l${phase}`, 1]],
  ]),
])

export function measureTeleinfo(decoded: Decoded, tic: JsonObject): void {
  for (const [name, point] of TELEINFO) measureOnce(decoded, point, field(tic, name), 1, name)
}

export function measureSml(decoded: Decoded, sml: JsonObject): void {
  for (const name of Object.keys(sml).slice(0, 200)) {
    const known = SML.get(name.toLowerCase())
    if (known) measureOnce(decoded, known[0], sml[name], known[1], name)
  }
}

function measureOnce(decoded: Decoded, point: string, raw: unknown, scale: number, label: string): void {
  if (raw === undefined || isObject(raw) || decoded.measurements.some(({ name }) => name === point)) return
  measure(decoded, point, raw, scale, label)
}
