/**
 * The names of points (one measured quantity of a device) and condition codes that every device family is brought to.
 * Units are coherent and without prefix: V, A, W, var, VA, Hz, Wh, varh, Cel, %, m, m/s, 1.
 */

export interface PointDefinition {
  unit: string
  type: 'number' | 'text'
  /** What a sensor can physically say, inclusive; beyond it the value is rejected. Wide on purpose. */
  min: number
  max: number
}

const number = (unit: string, min: number, max: number): PointDefinition => ({ unit, type: 'number', min, max })

const VOLTAGE = number('V', 0, 1e6)
const CURRENT = number('A', -1e6, 1e6)
const POWER = number('W', -1e10, 1e10)
const ENERGY = number('Wh', 0, 1e15)
const REACTIVE_ENERGY = number('varh', 0, 1e15)
const FACTOR = number('1', -1, 1)
const FREQUENCY = number('Hz', 0, 1000)
const TEMPERATURE = number('Cel', -273.15, 2000)

const phases = (name: string, definition: PointDefinition): [string, PointDefinition][] =>
  ['l1', 'l2', 'l3'].map((phase) => [`${name}.${phase}`, definition])

/** By name. Channels that are not phases (`voltage.ch3`) and tariffs are matched by `pointDefinition`. */
const POINTS = new Map<string, PointDefinition>([
  ...phases('voltage', VOLTAGE),
  ...['voltage.l12', 'voltage.l23', 'voltage.l31'].map((name): [string, PointDefinition] => [name, VOLTAGE]),
  ...phases('current', CURRENT),
  ['current.total', CURRENT],
  ['current.neutral', CURRENT],
  ['current.residual', CURRENT],
  ['current.rated', number('A', 0, 1e6)],
  ['power.active', POWER],
  ...phases('power.active', POWER),
  ['power.active.import', POWER],
  ['power.active.export', POWER],
  ['power.reactive', { ...POWER, unit: 'var' }],
  ['power.reactive.import', { ...POWER, unit: 'var' }],
  ['power.reactive.export', { ...POWER, unit: 'var' }],
  ...phases('power.reactive', { ...POWER, unit: 'var' }),
  ['power.apparent', { ...POWER, unit: 'VA' }],
  ...phases('power.apparent', { ...POWER, unit: 'VA' }),
  ['power_factor', FACTOR],
  ...phases('power_factor', FACTOR),
  ['frequency', FREQUENCY],
  ['energy.active.import', ENERGY],
  ...phases('energy.active.import', ENERGY),
  ['energy.active.export', ENERGY],
  ...phases('energy.active.export', ENERGY),
  ['energy.reactive.import', REACTIVE_ENERGY],
  ...phases('energy.reactive.import', REACTIVE_ENERGY),
  ['energy.reactive.export', REACTIVE_ENERGY],
  ...phases('energy.reactive.export', REACTIVE_ENERGY),
  ['grid.sags', number('1', 0, 2 ** 53)],
  ['grid.swells', number('1', 0, 2 ** 53)],
  ['grid.outages', number('1', 0, 2 ** 53)],
  ['temperature.ambient', TEMPERATURE],
  ['temperature.device', TEMPERATURE],
  ['humidity.relative', number('%', 0, 100)],
  ['water.depth', number('m', -100, 10_000)],
  ['leak.count', number('1', 0, 2 ** 53)],
  ['leak.last_duration', number('s', 0, 2 ** 53)],
  ['leak.raw', number('1', -(2 ** 53), 2 ** 53)],
  ['lift.floor', number('1', -1000, 1000)],
  ['lift.floor_label', { unit: 'text', type: 'text', min: 0, max: 64 }],
  ['lift.speed', number('m/s', -100, 100)],
  ['rain.amount', number('mm', 0, 1e5)],
])

/** Names that need no number of a channel or tariff, and that devices tell. */
export const POINT_NAMES: readonly string[] = [...POINTS.keys()]

/** What the service itself computes over time from what devices tell; `rules/alarms/measures/derived` says how. */
export const DERIVED_POINTS: ReadonlyMap<string, PointDefinition> = new Map([
  ['voltage.unbalance', number('%', 0, 100)],
  ['current.residual.trend', number('A/d', -1e9, 1e9)],
  ['energy.active.night', ENERGY],
])

/** What the service tells of itself. */
const SERVICE_POINTS = new Map([
  ['service.failing_rules', number('1', 0, 1e6)],
  ['service.late_steps', number('1', 0, 1e9)],
  ['service.clock_drift', number('s', -1e9, 1e9)],
])

const CHANNEL_POINT = /^(.+)\.ch\d{1,3}$/
const TARIFF_POINT = /^energy\.(?:re)?active\.(?:import|export)\.tariff\d{1,2}$/
const PULSE_POINT = /^pulse\.\d{1,3}$/
const PULSES = number('1', 0, 2 ** 53)
/** Quantities that a meter may tell for each of its channels. */
const CHANNEL_DEFINITIONS = new Map([
  ['voltage', VOLTAGE],
  ['current', CURRENT],
  ['power.active', POWER],
  ['power.reactive', { ...POWER, unit: 'var' }],
  ['power.apparent', { ...POWER, unit: 'VA' }],
  ['power_factor', FACTOR],
  ['frequency', FREQUENCY],
  ['energy.active.import', ENERGY],
  ['energy.active.export', ENERGY],
  ['energy.reactive.import', REACTIVE_ENERGY],
  ['energy.reactive.export', REACTIVE_ENERGY],
  ['temperature.device', TEMPERATURE],
])

/** The definition of a point's name, or `undefined` for a name that is not in the vocabulary. */
export function pointDefinition(name: string): PointDefinition | undefined {
  const known = POINTS.get(name) ?? MATCHED.get(name) ?? DERIVED_POINTS.get(name) ?? SERVICE_POINTS.get(name)
  if (known) return known
  const matched = matchedDefinition(name)
  if (matched && MATCHED.size < MATCHED_MAX) MATCHED.set(name, matched)
  return matched
}

/** Names that were matched once; asked for again and again by the same meters. */
const MATCHED = new Map<string, PointDefinition>()
const MATCHED_MAX = 2_000

function matchedDefinition(name: string): PointDefinition | undefined {
  const quantity = CHANNEL_POINT.exec(name)?.[1]
  if (quantity !== undefined) return CHANNEL_DEFINITIONS.get(quantity)
  if (TARIFF_POINT.test(name)) return name.startsWith('energy.reactive') ? REACTIVE_ENERGY : ENERGY
  return PULSE_POINT.test(name) ? PULSES : undefined
}

/** Health as a device may send it among its values. */
export const HEALTH_POINTS = new Map<string, PointDefinition | 'boolean'>([
  ['batteryPercent', number('%', 0, 100)],
  ['batteryVoltage', number('V', 0, 1000)],
  ['batteryLow', 'boolean'],
  ['linkQuality', number('1', 0, 255)],
  ['rssi', number('dBm', -300, 100)],
  ['snr', number('dB', -200, 200)],
  ['linkMargin', number('dB', -200, 200)],
  ['signalPercent', number('%', 0, 100)],
  ['signalRaw', number('1', -(2 ** 53), 2 ** 53)],
  ['online', 'boolean'],
  ['tamper', 'boolean'],
  ['externalPower', 'boolean'],
  ['supplyVoltage', number('V', 0, 1e6)],
  ['reportIntervalS', number('s', 1, 31_536_000)],
])

const prefixed = (prefix: string, codes: string) => codes.split(' ').map((code) => `${prefix}.${code}`)

/** Condition codes: something is or is not the case, or happened. */
export const CONDITION_CODES: ReadonlySet<string> = new Set([
  'water.leak',
  ...prefixed(
    'elevator',
    'entrapment alarm_button overspeed safety_gear overtravel_top overtravel_bottom unintended_movement mislevelling ' +
      'door_fault safety_circuit emergency_stop power_loss emergency_power out_of_service maintenance_mode fire_mode ' +
      'earthquake_mode start_failure runtime_limit position_lost drive_fault controller_fault overload other_fault ' +
      'predictive_maintenance',
  ),
  ...prefixed(
    'meter',
    'phase_loss over_voltage under_voltage over_current overload residual_current phase_imbalance power_outage ' +
      'over_temperature short_circuit surge fire tamper_magnetic under_power voltage_limit',
  ),
  ...prefixed(
    'device',
    'offline controller_link battery_low tamper sensor_fault comm_error test_button alert decoupled',
  ),
  'gateway.offline',
  'valve.open',
  'pump.running',
  'door.open',
  'weather.rain',
])

const GENERIC_CODE = /^generic\.[A-Za-z0-9_.-]{1,64}$/

export function isConditionCode(code: string): boolean {
  return CONDITION_CODES.has(code) || GENERIC_CODE.test(code)
}

const RESERVED = /^(water|elevator|meter|device|gateway|generic|valve|pump|door|weather)\./
const CUSTOM_POINT = /^[A-Za-z][A-Za-z0-9_]{0,31}(\.[A-Za-z][A-Za-z0-9_]{0,31}){0,4}$/

/** A point outside the vocabulary is kept without a unit, unless its name could be a misspelt condition. */
export function isCustomPoint(name: string): boolean {
  return CUSTOM_POINT.test(name) && !RESERVED.test(name)
}
