import type { Decoded, DeviceKind } from '../../rules/model.ts'
import { reportTruth } from './bound.ts'
import { measure, measureHealth, report } from './decoded.ts'
import { field, type JsonObject } from './family.ts'
import { finiteNumber, truthOf } from './numbers.ts'

/** Fields of receivers of small radio sensors (rtl_433, OpenMQTTGateway), which name their units. */

type Read = (decoded: Decoded, raw: unknown, name: string) => void

const point =
  (name: string, scale = 1): Read =>
  (decoded, raw, label) => {
    const isTold = decoded.measurements.some((each) => each.name === name)
    if (!isTold) measure(decoded, name, raw, scale, label)
  }

const fahrenheit: Read = (decoded, raw, label) => {
  if (decoded.measurements.some(({ name }) => name === 'temperature.ambient')) return
  const degrees = finiteNumber(raw, label, decoded.warnings)
  if (degrees !== null) measure(decoded, 'temperature.ambient', ((degrees - 32) * 5) / 9, 1, label)
}

const level =
  (code: string, kind?: DeviceKind): Read =>
  (decoded, raw, label) => {
    if (kind !== undefined && decoded.device!.kind === 'unknown') decoded.device!.kind = kind
    reportTruth(decoded, code, raw, label)
  }

const meter =
  (read: Read): Read =>
  (decoded, raw, label) => {
    if (decoded.device!.kind === 'unknown') decoded.device!.kind = 'power_meter'
    read(decoded, raw, label)
  }

/** `battery_ok` is 1 or 0, or a part of full; what lies between is a level, not an alarm. */
const batteryOk: Read = (decoded, raw) => {
  const ok = typeof raw === 'boolean' ? Number(raw) : finiteNumber(raw, 'battery_ok', decoded.warnings)
  if (ok === null) return
  decoded.health.batteryLow = ok === 0
  report(decoded, 'device.battery_low', ok === 0, raw)
  if (ok > 0 && ok < 1) measureHealth(decoded, 'batteryPercent', ok, 100, 'battery_ok')
}

const tamper: Read = (decoded, raw) => {
  const truth = truthOf(raw)
  if (truth === null) return
  decoded.health.tamper = truth
  report(decoded, 'device.tamper', truth, raw)
}

const batteryVoltage =
  (scale: number): Read =>
  (decoded, raw, label) =>
    measureHealth(decoded, 'batteryVoltage', raw, scale, label)

const leak = level('water.leak', 'water_leak')

const FIELDS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['detect_wet', leak],
  ['water_leak', leak],
  ['waterleak', leak],
  ['leak', leak],
  ['flood', leak],
  ['wet', leak],
  ['battery_ok', batteryOk],
  ['battery_mV', batteryVoltage(0.001)],
  ['battery_V', batteryVoltage(1)],
  ['supercap_V', batteryVoltage(1)],
  ['volt', batteryVoltage(1)],
  ['batt', (decoded, raw) => measureHealth(decoded, 'batteryPercent', raw, 1, 'batt')],
  ['battery_pct', (decoded, raw) => measureHealth(decoded, 'batteryPercent', raw, 1, 'battery_pct')],
  ['rssi', (decoded, raw) => measureHealth(decoded, 'rssi', raw, 1, 'rssi')],
  ['snr', (decoded, raw) => measureHealth(decoded, 'snr', raw, 1, 'snr')],
  ['tamper', tamper],
  ['temperature_C', point('temperature.ambient')],
  ['tempc', point('temperature.ambient')],
  ['temperature_F', fahrenheit],
  ['tempf', fahrenheit],
  ['humidity', point('humidity.relative')],
  ['hum', point('humidity.relative')],
  ['rain_mm', point('rain.amount')],
  ['rain_in', point('rain.amount', 25.4)],
  ['power_W', meter(point('power.active'))],
  ['energy_kWh', meter(point('energy.active.import', 1_000))],
  ['current_A', meter(point('current.l1'))],
  ['voltage_V', meter(point('voltage.l1'))],
])
const FIELDS_MAX = 200
/** Celsius before Fahrenheit, so that what was measured is told and not what was converted. */
const LATER = new Set(['temperature_F', 'tempf'])

export const isRadioField = (name: string): boolean => FIELDS.has(name)

export function readRadioField(decoded: Decoded, name: string, raw: unknown): void {
  FIELDS.get(name)?.(decoded, raw, name)
}

export function readRadioFields(decoded: Decoded, object: JsonObject): void {
  const names = Object.keys(object).slice(0, FIELDS_MAX)
  for (const name of names) if (!LATER.has(name)) readRadioField(decoded, name, object[name])
  for (const name of LATER) if (Object.hasOwn(object, name)) readRadioField(decoded, name, object[name])
  if (decoded.device!.kind === 'unknown' && (has(object, 'rain_mm') || has(object, 'rain_in'))) {
    decoded.device!.kind = 'rain_gauge'
  }
}

const has = (object: JsonObject, name: string) => field(object, name) !== undefined

/** Sensors that only ever say that something is so: no message comes when it is over. */
const NO_CLEAR = /^(Govee-Water)$/
// WH55 is Fine Offset's leak sensor.
const LEAK_MODEL = /water|leak|flood|wh55/i
/** What measures water that is where it belongs. */
const METER_MODEL = /meter|temp|level|tank|pool/i

export function isLeakModel(model: string): boolean {
  return LEAK_MODEL.test(model) && !METER_MODEL.test(model)
}

/** The words in which sensors tell an event → condition; `pulse` where nothing lasts. */
const EVENTS: ReadonlyMap<string, readonly [string, 'active' | 'cleared' | 'pulse']> = new Map([
  ['water leak', ['water.leak', 'active']],
  ['leak', ['water.leak', 'active']],
  ['wet', ['water.leak', 'active']],
  ['flood', ['water.leak', 'active']],
  ['dry', ['water.leak', 'cleared']],
  ['water leak cleared', ['water.leak', 'cleared']],
  ['no leak', ['water.leak', 'cleared']],
  ['button press', ['device.test_button', 'pulse']],
])

export function readEvent(decoded: Decoded, raw: unknown, model: string): void {
  if (typeof raw !== 'string') return
  const event = EVENTS.get(raw.trim().toLowerCase())
  if (event === undefined) return
  const [code, state] = event
  if (code === 'water.leak' && decoded.device!.kind === 'unknown') decoded.device!.kind = 'water_leak'
  report(decoded, code, state, raw)
  if (state === 'active' && NO_CLEAR.test(model)) decoded.warnings.push('no_clear_event')
}
