import type { Decoded } from '../../../rules/model.ts'
import { report, genericCode } from '../decoded.ts'

/** Entries of a component's `errors`, as Shelly documents them for switches and meters, and event names of the same. */
const FAULTS: ReadonlyMap<string, string> = new Map([
  ['overtemp', 'meter.over_temperature'],
  ['overpower', 'meter.overload'],
  ['overvoltage', 'meter.over_voltage'],
  ['undervoltage', 'meter.under_voltage'],
  ['overcurrent', 'meter.over_current'],
  // The documented limit is an upper one: 280 V.
  ['out_of_range:voltage', 'meter.over_voltage'],
  ['out_of_range:current', 'meter.over_current'],
  ['out_of_range:act_power', 'meter.overload'],
  ['out_of_range:active_power', 'meter.overload'],
  ['out_of_range:aprt_power', 'meter.overload'],
  ['power_meter_failure', 'device.sensor_fault'],
  ['ct_type_not_set', 'device.sensor_fault'],
  ['cable_unplugged', 'device.sensor_fault'],
  ['read', 'device.sensor_fault'],
])
const FAULTS_MAX = 32

export const faultCode = (name: string): string | undefined => FAULTS.get(name)

/**
 * Writes down errors. `null` says that there are none any more, as does a list without them; `codes` are those that the
 * component can report.
 */
export function reportErrors(decoded: Decoded, raw: unknown, codes: readonly string[]): void {
  if (raw !== null && !Array.isArray(raw)) return
  const seen = new Set<string>()
  for (const each of (raw ?? []).slice(0, FAULTS_MAX) as unknown[]) {
    if (typeof each !== 'string') continue
    const code = FAULTS.get(each) ?? genericCode(each)
    if (!seen.has(code)) report(decoded, code, true, each)
    seen.add(code)
  }
  for (const code of codes) {
    if (!seen.has(code) && decoded.conditions.every((each) => each.code !== code)) report(decoded, code, false)
  }
}

export const METER_FAULTS = ['meter.over_voltage', 'meter.over_current', 'meter.overload', 'device.sensor_fault']
export const SWITCH_FAULTS = [
  'meter.over_temperature',
  'meter.overload',
  'meter.over_voltage',
  'meter.under_voltage',
  'meter.over_current',
]
