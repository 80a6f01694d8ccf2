import type { Decoded, DeviceKind } from '../../../rules/model.ts'
import { measure, measureHealth, report } from '../decoded.ts'
import { field, isObject, type JsonObject } from '../family.ts'
import { isImplausiblePower } from '../numbers.ts'
import { dropImplausiblePower } from '../quantities.ts'
import { METER_FAULTS, reportErrors, SWITCH_FAULTS } from './faults.ts'
import { isSingle } from './models.ts'

/** Components of Shelly's second and later generations (`em:0`, `flood:0`): objects, whole or only what changed. */
export interface Part {
  type: string
  /** Number of the component, from 0. */
  index: number
  object: JsonObject
  /** All of its fields, so that a missing list of errors is an empty one. */
  whole: boolean
  /** The topic prefix of its device. */
  prefix: string
}

type Read = (decoded: Decoded, part: Part) => void

const COMPONENT = /^([a-z][a-z0-9_]{1,15})(?::(\d{1,3}))?$/

export function componentOf(name: string): { type: string; index: number } | null {
  const [, type, index] = COMPONENT.exec(name) ?? []
  return type === undefined ? null : { type, index: Number(index ?? 0) }
}

/** Answers whether the component is one that says something of ours. */
export function readComponent(decoded: Decoded, part: Part): boolean {
  const read = COMPONENTS.get(part.type)
  if (read === undefined) return false
  read(decoded, part)
  return true
}

function become(decoded: Decoded, kind: DeviceKind): void {
  const { device } = decoded
  if (device!.kind === 'unknown' || (kind === 'water_leak' && device!.kind === 'power_meter')) device!.kind = kind
}

const PHASES = [
  ['a', 'l1'],
  ['b', 'l2'],
  ['c', 'l3'],
] as const
const PHASE_FIELDS = [
  ['voltage', 'voltage'],
  ['current', 'current'],
  ['act_power', 'power.active'],
  ['aprt_power', 'power.apparent'],
  ['pf', 'power_factor'],
] as const

/** Field and point of each figure of each phase; names are made once, not for every message. */
const FIELDS_OF_PHASES = PHASES.flatMap(([letter, phase]) =>
  PHASE_FIELDS.map(([name, point]) => [`${letter}_${name}`, `${point}.${phase}`] as const),
)
const ERRORS_OF_PHASES = ['a_errors', 'b_errors', 'c_errors', 'n_errors', 'errors']

/** Three phases on one meter. */
function readThreePhases(decoded: Decoded, { object, whole }: Part): void {
  become(decoded, 'power_meter')
  for (const [name, point] of FIELDS_OF_PHASES) measure(decoded, point, field(object, name), 1, name)
  measure(decoded, 'current.total', field(object, 'total_current'), 1, 'total_current')
  measure(decoded, 'current.neutral', field(object, 'n_current'), 1, 'n_current')
  measure(decoded, 'power.active', field(object, 'total_act_power'), 1, 'total_act_power')
  measure(decoded, 'power.apparent', field(object, 'total_aprt_power'), 1, 'total_aprt_power')
  dropImplausiblePower(decoded)
  const frequency = field(object, 'a_freq') ?? field(object, 'b_freq') ?? field(object, 'c_freq')
  measure(decoded, 'frequency', frequency, 1, 'freq')
  const lists = ERRORS_OF_PHASES.map((name) => field(object, name))
  const errors = lists.flatMap((list) => (Array.isArray(list) ? (list as unknown[]).slice(0, 32) : []))
  const isTold = whole || errors.length > 0 || lists.includes(null)
  if (isTold) reportErrors(decoded, errors, METER_FAULTS)
}

function readThreePhaseEnergy(decoded: Decoded, { object }: Part): void {
  become(decoded, 'power_meter')
  for (const [letter, phase] of PHASES) {
    const name = `${letter}_total_act`
    measure(decoded, `energy.active.import.${phase}`, field(object, `${name}_energy`), 1, `${name}_energy`)
    measure(decoded, `energy.active.export.${phase}`, field(object, `${name}_ret_energy`), 1, `${name}_ret_energy`)
  }
  measure(decoded, 'energy.active.import', field(object, 'total_act'), 1, 'total_act')
  measure(decoded, 'energy.active.export', field(object, 'total_act_ret'), 1, 'total_act_ret')
}

const CHANNEL_FIELDS = [
  ['voltage', 'voltage', 'voltage.l1'],
  ['current', 'current', 'current.l1'],
  ['act_power', 'power.active', 'power.active'],
  ['apower', 'power.active', 'power.active'],
  ['aprt_power', 'power.apparent', 'power.apparent'],
  ['aprtpower', 'power.apparent', 'power.apparent'],
  ['pf', 'power_factor', 'power_factor'],
  ['freq', 'frequency', 'frequency'],
  ['total_act_energy', 'energy.active.import', 'energy.active.import'],
  ['total_act_ret_energy', 'energy.active.export', 'energy.active.export'],
] as const

/** One metered channel. The only channel of a plug is also the whole device, which rules look at. */
function readChannel(decoded: Decoded, { object, index, prefix }: Part): void {
  const isWhole = index === 0 && isSingle(prefix)
  const into = (point: string, whole: string, raw: unknown, label: string) => {
    if (raw === undefined) return
    become(decoded, 'power_meter')
    measure(decoded, `${point}.ch${index + 1}`, raw, 1, label)
    if (isWhole && raw !== null) measure(decoded, whole, raw, 1, label)
  }
  for (const [name, point, whole] of CHANNEL_FIELDS) {
    const raw = field(object, name)
    if (point === 'power.active' && isBeyond(object, raw)) decoded.warnings.push(`implausible:${name}`)
    else into(point, whole, raw, name)
  }
  for (const [name, point] of [
    ['aenergy', 'energy.active.import'],
    ['ret_aenergy', 'energy.active.export'],
  ] as const) {
    const energy = field(object, name)
    if (isObject(energy)) into(point, point, field(energy, 'total'), `${name}.total`)
  }
}

/** Whether a row's power is more than the voltage and current beside it can make. */
export function isBeyond(row: JsonObject, watts: unknown): boolean {
  const volts = field(row, 'voltage')
  const amperes = field(row, 'current')
  if (typeof watts !== 'number') return false
  return isImplausiblePower(
    watts,
    typeof volts === 'number' ? volts : null,
    typeof amperes === 'number' ? amperes : null,
  )
}

function readMeter(decoded: Decoded, part: Part): void {
  become(decoded, 'power_meter')
  readChannel(decoded, part)
  readErrors(decoded, part, METER_FAULTS)
}

const RELAYS: ReadonlyMap<DeviceKind, string> = new Map([
  ['valve', 'valve.open'],
  ['pump', 'pump.running'],
])

/** A relay; what it switches is told by the site alone. */
function readSwitch(decoded: Decoded, part: Part): void {
  const { object, index } = part
  const output = field(object, 'output')
  const code = RELAYS.get(decoded.device!.kind)
  if (code !== undefined && index === 0 && typeof output === 'boolean') report(decoded, code, output, output)
  readChannel(decoded, part)
  const temperature = field(object, 'temperature')
  if (isObject(temperature) && decoded.measurements.every(({ name }) => name !== 'temperature.device')) {
    measure(decoded, 'temperature.device', field(temperature, 'tC'), 1, 'temperature.tC')
  }
  readErrors(decoded, part, SWITCH_FAULTS)
}

function readErrors(decoded: Decoded, { object, whole }: Part, codes: readonly string[]): void {
  const errors = field(object, 'errors')
  if (errors !== undefined) reportErrors(decoded, errors, codes)
  else if (whole) reportErrors(decoded, null, codes)
}

/** `alarm` is null while the sensor cannot tell: its cable is out. */
function readFlood(decoded: Decoded, part: Part): void {
  become(decoded, 'water_leak')
  readAlarm(decoded, part, 'water.leak')
  readErrors(decoded, part, ['device.sensor_fault'])
}

function readAlarm(decoded: Decoded, { object }: Part, code: string): void {
  const alarm = field(object, 'alarm')
  if (typeof alarm === 'boolean') return report(decoded, code, alarm, alarm)
  if (alarm === undefined) return
  decoded.warnings.push(alarm === null ? 'null_value:alarm' : 'not_a_truth:alarm')
  report(decoded, code, 'unknown', alarm)
}

function readPower(decoded: Decoded, { object }: Part): void {
  const battery = field(object, 'battery')
  if (isObject(battery)) {
    measureHealth(decoded, 'batteryPercent', field(battery, 'percent'), 1, 'battery.percent')
    measureHealth(decoded, 'batteryVoltage', field(battery, 'V'), 1, 'battery.V')
  }
  const external = field(object, 'external')
  const present = isObject(external) ? field(external, 'present') : undefined
  if (typeof present !== 'boolean') return
  decoded.health.externalPower = present
  // On external power an empty battery compartment is no low battery.
  if (present) decoded.health.batteryLow = false
}

function readSystem(decoded: Decoded, { object }: Part): void {
  if (field(object, 'unixtime') === null) decoded.warnings.push('device_clock_not_set')
  const wakeup = field(object, 'wakeup_period')
  if (typeof wakeup === 'number' && wakeup > 0) measureHealth(decoded, 'reportIntervalS', wakeup, 1, 'wakeup_period')
}

/** A BLU device that the Shelly hears. */
function readBlu(decoded: Decoded, { object }: Part): void {
  measureHealth(decoded, 'rssi', field(object, 'rssi'), 1, 'rssi')
  measureHealth(decoded, 'batteryPercent', field(object, 'battery'), 1, 'battery')
}

const single =
  (point: string, name: string): Read =>
  (decoded, part) => {
    const { object, index } = part
    if (index === 0 || decoded.measurements.every((each) => each.name !== point)) {
      measure(decoded, point, field(object, name), 1, name)
    }
    readErrors(decoded, { ...part, whole: false }, ['device.sensor_fault'])
  }

const COMPONENTS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['em', readThreePhases],
  ['emdata', readThreePhaseEnergy],
  ['em1', readMeter],
  ['em1data', readMeter],
  ['pm1', readMeter],
  ['switch', readSwitch],
  ['cover', readSwitch],
  ['light', readSwitch],
  ['flood', readFlood],
  ['smoke', (decoded, part) => readAlarm(decoded, part, 'generic.smoke')],
  ['devicepower', readPower],
  ['temperature', single('temperature.ambient', 'tC')],
  ['humidity', single('humidity.relative', 'rh')],
  ['wifi', (decoded, { object }) => measureHealth(decoded, 'rssi', field(object, 'rssi') ?? undefined, 1, 'rssi')],
  ['sys', readSystem],
  ['bthomedevice', readBlu],
])
export const isComponent = (type: string): boolean => COMPONENTS.has(type)
