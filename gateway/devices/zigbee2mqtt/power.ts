import type { Decoded } from '../../../rules/model.ts'
import { measure } from '../decoded.ts'
import { field, type JsonObject } from '../family.ts'
import { finiteNumber, isImplausiblePower, isPlaceholder } from '../numbers.ts'

/** Electrical properties of Zigbee2MQTT meters, plugs and breakers, and the points that they are. */

interface Quantity {
  point: string
  /** Factor from the property's unit to ours: kWh → Wh, mA → A. */
  scale: number
}

export interface Property extends Quantity {
  /** `l1`, `ch1` …; empty for the property of the whole device. */
  part: string
  /** The points of the part as a phase and as a channel. */
  phase: string
  channel: string
  /** The property that tells which way this power flows, where there may be one. */
  flow: string | null
}

function propertyOf(key: string, point: string, scale: number, part: string): Property {
  const flow = key === 'power' || key.startsWith('power_') ? `energy_flow${key.slice('power'.length)}` : null
  return { point, scale, part, phase: `${point}.${part}`, channel: `${point}.${part.replace('l', 'ch')}`, flow }
}

const QUANTITIES: readonly (readonly [string, string, number])[] = [
  ['voltage', 'voltage', 1],
  ['rms_voltage', 'voltage', 1],
  ['current', 'current', 1],
  ['rms_current', 'current', 1],
  ['power', 'power.active', 1],
  ['active_power', 'power.active', 1],
  ['power_reactive', 'power.reactive', 1],
  ['reactive_power', 'power.reactive', 1],
  ['power_apparent', 'power.apparent', 1],
  ['apparent_power', 'power.apparent', 1],
  ['power_factor', 'power_factor', 1],
  ['energy', 'energy.active.import', 1_000],
  ['consumed_energy', 'energy.active.import', 1_000],
  ['energy_consumed', 'energy.active.import', 1_000],
  ['produced_energy', 'energy.active.export', 1_000],
  ['energy_produced', 'energy.active.export', 1_000],
]

const PARTS: readonly (readonly [string, string])[] = [
  ['', ''],
  ...['a', 'b', 'c'].flatMap((phase, index): [string, string][] => [
    [`_${phase}`, `l${index + 1}`],
    [`_phase_${phase}`, `l${index + 1}`],
    [`_ph_${phase}`, `l${index + 1}`],
    [`_l${index + 1}`, `l${index + 1}`],
  ]),
  ...[1, 2, 3, 4].map((channel): [string, string] => [`_${channel}`, `ch${channel}`]),
  ['_left', 'ch1'],
  ['_right', 'ch2'],
]

const WHOLE: readonly (readonly [string, string, number])[] = [
  ['ac_frequency', 'frequency', 1],
  ['frequency', 'frequency', 1],
  ['total_current', 'current.total', 1],
  ['current_total', 'current.total', 1],
  ['current_neutral', 'current.neutral', 1],
  ['neutral_current', 'current.neutral', 1],
  ['leakage_current', 'current.residual', 0.001],
  ['total_power', 'power.active', 1],
  ['power_total', 'power.active', 1],
  ['power_ab', 'power.active', 1],
  ['total_energy', 'energy.active.import', 1_000],
  ['energy_total', 'energy.active.import', 1_000],
  ['current_summ_delivered', 'energy.active.import', 1_000],
  ['energy_tier_1', 'energy.active.import.tariff1', 1_000],
  ['energy_tier_2', 'energy.active.import.tariff2', 1_000],
  ['produced_energy_tier_1', 'energy.active.export.tariff1', 1_000],
  ['produced_energy_tier_2', 'energy.active.export.tariff2', 1_000],
]

const PROPERTIES: ReadonlyMap<string, Property> = new Map([
  ...QUANTITIES.flatMap(([key, point, scale]) =>
    PARTS.map(([suffix, part]) => {
      const name = `${key}${suffix}`
      return [name, propertyOf(name, point, scale, part)] as const
    }),
  ),
  ...WHOLE.map(([key, point, scale]) => [key, propertyOf(key, point, scale, 'whole')] as const),
])

/** What a property measures of electricity, `undefined` where nothing. */
export const electricalProperty = (key: string): Property | undefined => PROPERTIES.get(key)

/** Whether a property alone tells that its device measures electricity. A voltage may be a battery's. */
export const isElectrical = (key: string): boolean => key !== 'voltage' && PROPERTIES.has(key)

/** Writes down the electrical properties that were found in a state. */
export function measurePower(
  decoded: Decoded,
  state: JsonObject,
  found: readonly (readonly [key: string, Property])[],
): void {
  const layout = layoutOf(state, found)
  // Voltages and currents, by point.
  const values = new Map<string, number>()
  const powers: [string, Property, number][] = []
  // A phase whose current is not known leaves nothing to hold the whole power against.
  let blind = false
  for (const [key, property] of found) {
    const raw = field(state, key)
    if (property.point === 'power.active') {
      const watts = finiteNumber(raw, key, decoded.warnings)
      if (watts === null) continue
      const isProducing = property.flow !== null && field(state, property.flow) === 'producing'
      powers.push([key, property, isProducing ? -Math.abs(watts) : watts])
      continue
    }
    const scale = property.point === 'power_factor' && layout.percent ? 0.01 : property.scale
    const name = pointOf(property, layout)
    const isNone = isPlaceholder(raw) || isUnread(raw, property)
    const value = isNone ? implausible(decoded, key) : measure(decoded, name, raw, scale, key)
    if (property.point !== 'current' && property.point !== 'voltage') continue
    if (value !== null) values.set(name, value)
    else if (property.point === 'current') blind = true
  }
  for (const [key, property, watts] of powers) {
    const name = pointOf(property, layout)
    if (isBeyond(watts, name, values, blind)) implausible(decoded, key)
    else measure(decoded, name, watts, 1, key)
  }
}

interface Layout {
  /** Some property names a phase or channel. */
  parts: boolean
  /** Phases are named from the second on; the bare property is the first. */
  bareIsFirst: boolean
  /** `a` and `b` are two clamps, not phases. */
  channels: boolean
  /** Power factors are given in percent: one of them is beyond 1. */
  percent: boolean
}

function layoutOf(state: JsonObject, found: readonly (readonly [string, Property])[]): Layout {
  let parts = false
  let first = false
  let percent = false
  for (const [key, { part, point }] of found) {
    if (part !== '' && part !== 'whole') parts = true
    if (part === 'l1' || part === 'ch1') first = true
    if (point === 'power_factor' && Math.abs(Number(field(state, key))) > 1) percent = true
  }
  const clamps = ['power_ab', 'energy_flow_a', 'energy_flow_b'].some((key) => Object.hasOwn(state, key))
  const channels = (clamps && !Object.hasOwn(state, 'power_c')) || Object.hasOwn(state, 'state_l1')
  return { parts, bareIsFirst: parts && !first, channels, percent }
}

function pointOf({ point, part, phase, channel }: Property, { parts, bareIsFirst, channels }: Layout): string {
  if (part === 'whole') return point
  if (part !== '') return channels ? channel : phase
  if (bareIsFirst && !point.startsWith('energy.')) return `${point}.l1`
  if (point === 'voltage') return 'voltage.l1'
  if (point === 'current') return parts && !channels ? 'current.total' : 'current.l1'
  return point
}

/** No mains that a Zigbee device measures has more; registers that were not read say 6553.5 V. */
const VOLTS_MAX = 1_000
const OF_REGISTERS = new Set(['voltage', 'current', 'frequency'])
/** What an unread 16-bit register looks like after the usual divisors. */
const UNREAD = new Set([65_535, 6_553.5, 655.35, 65.535, -32_768, -3_276.8])

function isUnread(raw: unknown, { point }: Property): boolean {
  if (typeof raw !== 'number' || !OF_REGISTERS.has(point)) return false
  return UNREAD.has(raw) || (point === 'voltage' && raw > VOLTS_MAX)
}

/** The points beside a part's power: a channel without a voltage of its own is at that of the first phase. */
const SIDES = new Map(
  ['l1', 'l2', 'l3', 'ch1', 'ch2', 'ch3', 'ch4'].map((part) => [
    `power.active.${part}`,
    { volts: `voltage.${part}`, elseVolts: part.startsWith('ch') ? 'voltage.l1' : null, amperes: `current.${part}` },
  ]),
)

function isBeyond(watts: number, name: string, values: ReadonlyMap<string, number>, blind: boolean): boolean {
  if (Math.abs(watts) > 1_000 && UNREAD.has(watts)) return true
  const side = SIDES.get(name)
  if (side !== undefined) {
    const volts = values.get(side.volts) ?? (side.elseVolts === null ? undefined : values.get(side.elseVolts))
    return isImplausiblePower(watts, volts ?? null, values.get(side.amperes) ?? null)
  }
  return isImplausiblePower(watts, blind ? null : sumOfPhases(values), 1)
}

/** Volt-amperes of all that was measured; `null` where a current has no voltage. */
function sumOfPhases(values: ReadonlyMap<string, number>): number | null {
  let sum: number | null = null
  for (const side of SIDES.values()) {
    const amperes = values.get(side.amperes)
    if (amperes === undefined) continue
    const volts = values.get(side.volts) ?? values.get('voltage.l1')
    if (volts === undefined) return null
    sum = (sum ?? 0) + Math.abs(volts * amperes)
  }
  return sum
}

function implausible(decoded: Decoded, label: string): null {
  decoded.warnings.push(`implausible:${label}`)
  return null
}
