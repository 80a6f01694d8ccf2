import type { Decoded, DeviceKind, Health } from '../../../rules/model.ts'
import { accepted, measure, measureHealth, report, genericCode } from '../decoded.ts'
import { applyFields, boundKind } from '../bound.ts'
import { type Binding, field, type JsonObject } from '../family.ts'
import { finiteNumber, truthOf } from '../numbers.ts'
import { epochTime, writtenTime } from '../times.ts'
import { reportFaults } from './faults.ts'
import { about, type KnownDevice } from './models.ts'
import { electricalProperty, isElectrical, measurePower, type Property } from './power.ts'

/** The cached state of a device, which Zigbee2MQTT sends whole on any change. */

const KEYS_MAX = 1_000

interface Condition {
  code: string
  /** The kind that a device with this property has. */
  kind?: DeviceKind
  /** The property says the opposite: `contact` is true when a door is shut. */
  inverted?: true
  health?: 'tamper' | 'batteryLow'
}

const leak: Condition = { code: 'water.leak', kind: 'water_leak' }
const valve: Condition = { code: 'valve.open', kind: 'valve' }
const pump: Condition = { code: 'pump.running', kind: 'pump' }
const rain: Condition = { code: 'weather.rain', kind: 'rain_gauge' }

const CONDITIONS: ReadonlyMap<string, Condition> = new Map<string, Condition>([
  ['water_leak', leak],
  ['water_leakage', leak],
  ['leak', leak],
  ['water_leakage_state', leak],
  ['water_leak_state', leak],
  ['contact', { code: 'door.open', kind: 'door', inverted: true }],
  ['rain', rain],
  ['raining', rain],
  ['pump', pump],
  ['pump_state', pump],
  ['pump_status', pump],
  ['pump_running', pump],
  ['valve', valve],
  ['valve_state', valve],
  ['valve_status', valve],
  ['valve_switch', valve],
  ['tamper', { code: 'device.tamper', health: 'tamper' }],
  ['battery_low', { code: 'device.battery_low', health: 'batteryLow' }],
  ['test', { code: 'device.test_button' }],
])

/** A watering valve tells shortage and leakage in one word: `water_shortage & water_leakage`. */
const VALVE_STATUS = new Set(['current_device_status', 'valve_abnormal_state'])
/** What only a switched valve has beside its `state`. */
const OF_A_VALVE = new Set([
  ...VALVE_STATUS,
  ...['water_leakage_state', 'cyclic_timed_irrigation', 'cyclic_quantitative_irrigation', 'irrigation_mode'],
])
/** The valve of a radiator is no water valve. */
const OF_A_RADIATOR = ['local_temperature', 'current_heating_setpoint', 'occupied_heating_setpoint']
const GENERIC_ALARMS = new Set([
  ...Array.from({ length: 16 }, (_, index) => `alarm_${index + 1}`),
  ...['smoke', 'gas', 'carbon_monoxide'],
])

const YES_WORDS = ['water_leakage_yes', 'leak', 'leaking', 'leakage', 'wet', 'alarm', 'detected', 'flood', 'raining']
const OPEN_WORDS = ['open', 'opened', 'running', 'pumping', 'started', 'working']
const NO_WORDS = ['water_leakage_no', 'no_leak', 'dry', 'normal', 'clear', 'none', 'not_raining', 'no_rain']
const SHUT_WORDS = ['close', 'closed', 'stopped', 'stop', 'idle', 'standby']
const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...[...YES_WORDS, ...OPEN_WORDS].map((word): [string, boolean] => [word, true]),
  ...[...NO_WORDS, ...SHUT_WORDS].map((word): [string, boolean] => [word, false]),
])

export function decodeState(key: string, state: JsonObject, known: KnownDevice | undefined, binding: Binding): Decoded {
  const decoded = accepted(key, 'unknown', about(known))
  const keys = Object.keys(state)
  if (keys.length > KEYS_MAX) decoded.warnings.push(`too_many_keys:${keys.length}`)
  const electrical: [string, Property][] = []
  const others: string[] = []
  for (const name of keys.length > KEYS_MAX ? keys.slice(0, KEYS_MAX) : keys) {
    const property = electricalProperty(name)
    if (property === undefined) others.push(name)
    else electrical.push([name, property])
  }
  const isMeter = electrical.some(([name]) => isElectrical(name))
  const told = kindTold(state, others, isMeter)
  const kind = boundKind(binding, key.slice('z2m:'.length)) ?? knownKind(known) ?? told
  decoded.device!.kind = kind
  const isRadiator = OF_A_RADIATOR.some((each) => Object.hasOwn(state, each))
  for (const name of others) readKey(decoded, name, state, kind, isRadiator, binding)
  readSupply(decoded, state, isMeter || kind === 'power_meter', electrical)
  readTemperature(decoded, state, kind)
  const seen = field(state, 'last_seen')
  const time = typeof seen === 'number' ? epochTime(seen) : writtenTime(seen, binding.timezone)
  decoded.time = time.basis === 'none' ? epochTime(seen) : time
  applyFields(decoded, state, binding.fields)
  return decoded
}

const knownKind = (known: KnownDevice | undefined) => (known && known.kind !== 'unknown' ? known.kind : null)

function kindTold(state: JsonObject, others: readonly string[], isMeter: boolean): DeviceKind {
  let told: DeviceKind = 'unknown'
  let electrical = isMeter
  for (const name of others) {
    const kind = CONDITIONS.get(name)?.kind
    if (kind === 'water_leak') return kind
    if (kind !== undefined && told === 'unknown') told = kind
    if (OF_A_VALVE.has(name)) told = 'valve'
    if (name === 'fault' || name === 'faults') electrical = true
    if (name === 'precipitation' || name === 'rain_intensity') told = 'rain_gauge'
  }
  if (told === 'valve' && OF_A_RADIATOR.some((name) => Object.hasOwn(state, name))) return 'unknown'
  if (told === 'unknown' && (electrical || isMains(field(state, 'voltage'), state))) return 'power_meter'
  return told
}

function readKey(
  decoded: Decoded,
  name: string,
  state: JsonObject,
  kind: DeviceKind,
  isRadiator: boolean,
  binding: Binding,
): void {
  const raw = state[name]
  const condition = CONDITIONS.get(name)
  if (condition !== undefined) {
    if (!(isRadiator && condition === valve)) reportLevel(decoded, condition, raw, name)
  } else if (VALVE_STATUS.has(name)) {
    const wet = typeof raw === 'string' ? raw.includes('leakage') : null
    report(decoded, 'water.leak', wet ?? 'unknown', raw)
  } else if (name === 'state' && isSwitchedBy(kind, state)) {
    reportLevel(decoded, kind === 'pump' ? pump : valve, raw, name)
  } else if (name === 'fault' || name === 'faults') {
    reportFaults(decoded, raw, name, binding)
  } else if (name === 'precipitation' || name === 'rain_amount' || name === 'rainfall') {
    measure(decoded, 'rain.amount', raw, 1, name)
  } else if (name === 'humidity') {
    measure(decoded, 'humidity.relative', raw, 1, name)
  } else if (GENERIC_ALARMS.has(name)) {
    reportAlarm(decoded, name, raw, kind, binding)
  }
}

function isSwitchedBy(kind: DeviceKind, state: JsonObject): boolean {
  if (kind === 'valve' || kind === 'pump') return true
  return kind === 'water_leak' && Object.hasOwn(state, 'water_leakage_state')
}

/** Null and foreign words are unknown, never "no". */
function reportLevel(decoded: Decoded, { code, inverted, health }: Condition, raw: unknown, label: string): void {
  const truth = typeof raw === 'string' ? (truthOf(raw) ?? WORDS.get(raw.trim().toLowerCase()) ?? null) : truthOf(raw)
  if (truth === null) decoded.warnings.push(raw === null ? `null_value:${label}` : `not_a_truth:${label}`)
  else if (health !== undefined) decoded.health[health] = truth
  report(decoded, code, truth === null ? 'unknown' : truth !== (inverted === true), raw)
}

/** What an alarm of a generic zone means is told by its device's kind or by the site, else by nobody. */
function reportAlarm(decoded: Decoded, name: string, raw: unknown, kind: DeviceKind, { codes }: Binding): void {
  if (raw === null) decoded.warnings.push(`null_value:${name}`)
  else if (typeof raw !== 'boolean') return
  const bound = codes === undefined ? undefined : (field(codes, name) as string | undefined)
  const code = bound ?? (name === 'alarm_1' && kind === 'water_leak' ? 'water.leak' : genericCode(name))
  if (code.startsWith('generic.')) decoded.warnings.push(`unmapped_alarm_key:${name}`)
  if (decoded.conditions.every((each) => each.code !== code)) report(decoded, code, raw ?? 'unknown', raw)
}

/** A battery's voltage that was never read: 0xFF tenths of a volt, 0xFFFF millivolts. */
const NO_MILLIVOLTS = new Set([25_500, 65_535])
/** Below this no mains is, and above it no battery that is told in volts. */
const BATTERY_VOLTS_MAX = 60
const BATTERY_MILLIVOLTS_MIN = 1_000

/** `voltage` is a battery's in millivolts or the mains' in volts: other properties and the size tell. */
function isMains(raw: unknown, state: JsonObject): boolean {
  const volts = Number(raw)
  if (!(volts > BATTERY_VOLTS_MAX && volts < BATTERY_MILLIVOLTS_MIN)) return false
  return !Object.hasOwn(state, 'battery') && !Object.hasOwn(state, 'battery_low')
}

function readSupply(
  decoded: Decoded,
  state: JsonObject,
  isMeter: boolean,
  electrical: readonly (readonly [string, Property])[],
): void {
  measureHealth(decoded, 'linkQuality', field(state, 'linkquality'), 1, 'linkquality')
  measureHealth(decoded, 'batteryPercent', field(state, 'battery'), 1, 'battery')
  const word = field(state, 'battery_state')
  if (word === 'low' && decoded.health.batteryLow === undefined) {
    decoded.health.batteryLow = true
    report(decoded, 'device.battery_low', true, word)
  }
  const power = field(state, 'power_source')
  if (power === 'mains' || power === 'battery') decoded.health.externalPower = power === 'mains'
  const onBattery = Object.hasOwn(state, 'battery') || Object.hasOwn(state, 'battery_low')
  const voltage = field(state, 'voltage')
  const isBattery = voltage !== undefined && !isMains(voltage, state) && (onBattery || !isMeter)
  if (isBattery) readBatteryVoltage(decoded, voltage, decoded.health)
  measurePower(decoded, state, isBattery ? electrical.filter(([name]) => name !== 'voltage') : electrical)
}

function readBatteryVoltage(decoded: Decoded, raw: unknown, health: Health): void {
  const number = finiteNumber(raw, 'voltage', decoded.warnings)
  if (number === null) return
  if (NO_MILLIVOLTS.has(number)) decoded.warnings.push('sentinel:voltage')
  else if (number <= BATTERY_VOLTS_MAX) health.batteryVoltage = number
  else measureHealth(decoded, 'batteryVoltage', number, 0.001, 'voltage')
}

/** Zigbee's "no value" in hundredths of a degree. */
const NO_TEMPERATURE = new Set([-327.68, 327.67])

function readTemperature(decoded: Decoded, state: JsonObject, kind: DeviceKind): void {
  const own = kind === 'power_meter' ? 'temperature.device' : 'temperature.ambient'
  for (const [name, point] of [
    ['device_temperature', 'temperature.device'],
    ['temperature', own],
  ] as const) {
    const raw = field(state, name)
    if (NO_TEMPERATURE.has(raw as number)) decoded.warnings.push(`sentinel:${name}`)
    else if (decoded.measurements.every((each) => each.name !== point)) measure(decoded, point, raw, 1, name)
  }
}

const OTHER_PROPERTIES = new Set(
  (
    'state fault faults precipitation rain_amount rainfall humidity temperature device_temperature voltage battery ' +
    'battery_state power_source linkquality last_seen'
  ).split(' '),
)

/** Whether a property, alone on its topic, says something that is kept. */
export function isStateProperty(name: string): boolean {
  return CONDITIONS.has(name) || OTHER_PROPERTIES.has(name) || VALVE_STATUS.has(name) || GENERIC_ALARMS.has(name)
}
