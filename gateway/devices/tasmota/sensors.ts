import type { Decoded } from '../../../rules/model.ts'
import { measure, measureHealth, report } from '../decoded.ts'
import { field, isObject, type JsonObject, type Publish } from '../family.ts'
import { applyFields, reportTruth } from '../bound.ts'
import { disagree, epochTime, writtenTime } from '../times.ts'
import { measureEnergy, measureSml, measureTeleinfo } from './energy.ts'

/** Telemetry of a Tasmota device: `{"Time": …, "ENERGY": {…}, "SI7021": {…}}`. */

const SENSORS_MAX = 100
/** What measures the device itself and not the room. */
const OF_THE_DEVICE = new Set(['ESP32', 'BL09XX', 'BL0940', 'BL0942', 'BL0906', 'CSE7761', 'ADE7953'])

export function readSensors(decoded: Decoded, body: JsonObject, publish: Publish): void {
  const { binding } = publish
  const isFahrenheit = field(body, 'TempUnit') === 'F'
  decoded.time = timeOf(body, binding.timezone, decoded)
  const found = applyFields(decoded, body, binding.fields)
  for (const name of Object.keys(body).slice(0, SENSORS_MAX)) {
    const part = body[name]
    if (!isObject(part)) continue
    if (name === 'ENERGY') {
      decoded.device!.kind = meterKind(decoded)
      measureEnergy(decoded, part)
      for (const inner of Object.keys(part).slice(0, SENSORS_MAX)) {
        const chip = part[inner]
        if (isObject(chip)) readClimate(decoded, inner, chip, isFahrenheit, true)
      }
    } else if (name === 'TIC') {
      decoded.device!.kind = meterKind(decoded)
      measureTeleinfo(decoded, part)
    } else if (name === 'SML' || name === 'P1') {
      decoded.device!.kind = meterKind(decoded)
      if (found === 0) readOwnNames(decoded, name, part)
    } else {
      readClimate(decoded, name, part, isFahrenheit, false)
    }
  }
}

const meterKind = ({ device }: Decoded) => (device!.kind === 'unknown' ? 'power_meter' : device!.kind)

function readOwnNames(decoded: Decoded, name: string, part: JsonObject): void {
  const before = decoded.measurements.length
  measureSml(decoded, part)
  if (decoded.measurements.length === before) decoded.warnings.push(`topic_not_bound:${name}`)
}

function readClimate(decoded: Decoded, name: string, part: JsonObject, isFahrenheit: boolean, inside: boolean): void {
  const point = inside || OF_THE_DEVICE.has(name) ? 'temperature.device' : 'temperature.ambient'
  const has = (known: string) => decoded.measurements.some((each) => each.name === known)
  const temperature = field(part, 'Temperature')
  if (temperature !== undefined && !has(point)) {
    const raw = isFahrenheit && typeof temperature === 'number' ? ((temperature - 32) * 5) / 9 : temperature
    measure(decoded, point, raw, 1, `${name}.Temperature`)
  }
  const humidity = field(part, 'Humidity')
  if (humidity !== undefined && !has('humidity.relative')) {
    measure(decoded, 'humidity.relative', humidity, 1, `${name}.Humidity`)
  }
}

/** Before 1980 no such clock was ever set. */
const CLOCK_SET_S = 315_532_800

/** A clock that was never set counts from 1970; without a zone the site's is needed, unless an epoch is told. */
function timeOf(body: JsonObject, timezone: string | undefined, decoded: Decoded): Decoded['time'] {
  const raw = field(body, 'Time')
  const epoch = typeof raw === 'number' ? raw : field(body, 'Epoch')
  const isEpoch = typeof epoch === 'number'
  const written = writtenTime(raw, timezone)
  const time = isEpoch ? epochTime(epoch) : written
  if (isEpoch ? epoch < CLOCK_SET_S : typeof raw === 'string' && /^19[67]\d-/.test(raw)) {
    decoded.warnings.push('device_clock_not_set')
    return { ...time, device: null }
  }
  if (isEpoch && disagree(time.device, written.device)) decoded.warnings.push('time_inconsistent')
  return time
}

/** `STATE`: the device's own condition. Its relay is a valve or pump only where the site says so. */
export function readState(decoded: Decoded, body: JsonObject, publish: Publish): void {
  decoded.time = timeOf(body, publish.binding.timezone, decoded)
  applyFields(decoded, body, publish.binding.fields)
  const wifi = field(body, 'Wifi')
  if (isObject(wifi)) {
    measureHealth(decoded, 'signalPercent', field(wifi, 'RSSI'), 1, 'Wifi.RSSI')
    measureHealth(decoded, 'rssi', field(wifi, 'Signal'), 1, 'Wifi.Signal')
  }
  measureHealth(decoded, 'supplyVoltage', field(body, 'Vcc'), 1, 'Vcc')
  readRelay(decoded, field(body, 'POWER') ?? field(body, 'POWER1'))
}

const RELAYS: ReadonlyMap<string, string> = new Map([
  ['valve', 'valve.open'],
  ['pump', 'pump.running'],
])

/** Answers whether the relay is one whose state means something. */
export function readRelay(decoded: Decoded, raw: unknown): boolean {
  const code = RELAYS.get(decoded.device!.kind)
  if (code === undefined || raw === undefined || decoded.conditions.some((each) => each.code === code)) return false
  reportTruth(decoded, code, raw, 'POWER')
  return true
}

/** Limits of the power monitor (`PowerLow` …): old releases have a topic for each, later ones `MARGINS`. */
export const LIMITS: ReadonlyMap<string, string> = new Map([
  ['POWER_LOW', 'meter.under_power'],
  ['POWER_HIGH', 'meter.overload'],
  ['VOLTAGE_LOW', 'meter.under_voltage'],
  ['VOLTAGE_HIGH', 'meter.over_voltage'],
  ['CURRENT_LOW', 'generic.current_low'],
  ['CURRENT_HIGH', 'meter.over_current'],
])
const MARGINS: ReadonlyMap<string, string> = new Map(
  [...LIMITS].map(([name, code]) => [name.replace('_', '').toLowerCase(), code]),
)

export function readMargins(decoded: Decoded, body: JsonObject): void {
  const inner = field(body, 'MARGINS') ?? field(body, 'Margins')
  const margins = isObject(inner) ? inner : body
  for (const name of Object.keys(margins).slice(0, SENSORS_MAX)) {
    const code = MARGINS.get(name.toLowerCase())
    if (code !== undefined) reportTruth(decoded, code, margins[name], name)
  }
}

/** The power that ran too long over its limit: the device switches off, and no clear comes. */
export function readWarning(decoded: Decoded, body: JsonObject): boolean {
  const watts = field(body, 'MaxPowerReached')
  if (watts === undefined) return false
  report(decoded, 'meter.overload', 'pulse', watts)
  return true
}
