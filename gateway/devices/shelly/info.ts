import type { Decoded } from '../../../rules/model.ts'
import { reportTruth } from '../bound.ts'
import { measure, measureHealth, report } from '../decoded.ts'
import { field, isObject, type JsonObject } from '../family.ts'
import { epochTime } from '../times.ts'
import { isBeyond } from './components.ts'

/** `shellies/ID/info`: the whole status of a first-generation device. */
export function readInfo(decoded: Decoded, info: JsonObject, isThreePhase: boolean, isSingle: boolean): void {
  const unixtime = field(info, 'unixtime')
  // Zero until the device has been told the time.
  if (unixtime === 0) decoded.warnings.push('device_clock_not_set')
  decoded.time = epochTime(unixtime)
  const wifi = inside(info, 'wifi_sta')
  if (wifi) measureHealth(decoded, 'rssi', field(wifi, 'rssi'), 1, 'wifi_sta.rssi')
  const battery = inside(info, 'bat')
  if (battery) {
    measureHealth(decoded, 'batteryPercent', field(battery, 'value'), 1, 'bat.value')
    measureHealth(decoded, 'batteryVoltage', field(battery, 'voltage'), 1, 'bat.voltage')
  }
  const flood = field(info, 'flood')
  if (flood !== undefined) {
    if (decoded.device!.kind === 'unknown') decoded.device!.kind = 'water_leak'
    reportTruth(decoded, 'water.leak', flood, 'flood')
  }
  readTemperatures(decoded, info)
  readMeters(decoded, field(info, 'emeters'), isThreePhase ? 'l' : 'ch', EMETER)
  readMeters(decoded, field(info, 'meters'), 'ch', METER)
  if (isSingle) repeatFirstAsWhole(decoded)
}

function inside(object: JsonObject, name: string): JsonObject | null {
  const value = field(object, name)
  return isObject(value) ? value : null
}

function readTemperatures(decoded: Decoded, info: JsonObject): void {
  const room = inside(info, 'tmp')
  if (room && field(room, 'is_valid') !== false) {
    measure(decoded, 'temperature.ambient', field(room, 'tC') ?? celsius(room), 1, 'tmp')
  }
  const humidity = inside(info, 'hum')
  if (humidity) measure(decoded, 'humidity.relative', field(humidity, 'value'), 1, 'hum')
  measure(decoded, 'temperature.device', field(info, 'temperature'), 1, 'temperature')
  const hot = field(info, 'overtemperature')
  if (typeof hot === 'boolean') report(decoded, 'meter.over_temperature', hot, hot)
}

function celsius(room: JsonObject): unknown {
  return field(room, 'units') === 'C' ? field(room, 'value') : undefined
}

type Columns = readonly (readonly [string, string, number])[]

const EMETER: Columns = [
  ['voltage', 'voltage', 1],
  ['current', 'current', 1],
  ['power', 'power.active', 1],
  ['reactive', 'power.reactive', 1],
  ['pf', 'power_factor', 1],
  ['total', 'energy.active.import', 1],
  ['total_returned', 'energy.active.export', 1],
]
/** A relay's meter counts watt-minutes. */
const METER: Columns = [
  ['power', 'power.active', 1],
  ['total', 'energy.active.import', 1 / 60],
]
const METERS_MAX = 8

function readMeters(decoded: Decoded, list: unknown, prefix: string, columns: Columns): void {
  if (!Array.isArray(list)) return
  for (const [index, meter] of (list as unknown[]).slice(0, prefix === 'l' ? 3 : METERS_MAX).entries()) {
    if (!isObject(meter) || field(meter, 'is_valid') === false) continue
    if (decoded.device!.kind === 'unknown') decoded.device!.kind = 'power_meter'
    for (const [name, point, scale] of columns) {
      const at = `${point}.${prefix}${index + 1}`
      if (name === 'power' && isBeyond(meter, field(meter, name))) decoded.warnings.push(`implausible:${name}`)
      else if (decoded.measurements.every((each) => each.name !== at))
        measure(decoded, at, field(meter, name), scale, name)
    }
  }
}

/** The only channel of a plug is also the whole device. */
function repeatFirstAsWhole(decoded: Decoded): void {
  for (const { name, value, unit } of [...decoded.measurements]) {
    if (name.endsWith('.ch1')) decoded.measurements.push({ name: name.slice(0, -'.ch1'.length), value, unit })
  }
}
