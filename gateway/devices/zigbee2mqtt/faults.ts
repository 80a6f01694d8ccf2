import type { Decoded } from '../../../rules/model.ts'
import { report, genericCode } from '../decoded.ts'
import type { Binding } from '../family.ts'
import { field } from '../family.ts'

/**
 * Faults of Tuya breakers and meters (property `fault`, or the list `faults`), by the names that
 * zigbee-herdsman-converters publishes. Endings such as `_alarm` differ between models and are taken off first.
 */
const FAULT_CODES: ReadonlyMap<string, string> = new Map([
  ['miss_phase', 'meter.phase_loss'],
  ['missing_phase', 'meter.phase_loss'],
  ['phase_loss', 'meter.phase_loss'],
  ['phase_missing', 'meter.phase_loss'],
  ['ov_vol', 'meter.over_voltage'],
  ['over_voltage', 'meter.over_voltage'],
  ['overvoltage', 'meter.over_voltage'],
  ['undervoltage', 'meter.under_voltage'],
  ['under_voltage', 'meter.under_voltage'],
  ['ov_cr', 'meter.over_current'],
  ['ov2_cr', 'meter.over_current'],
  ['over_current', 'meter.over_current'],
  ['overcurrent', 'meter.over_current'],
  ['overload', 'meter.overload'],
  ['over_power', 'meter.overload'],
  ['high_power', 'meter.overload'],
  ['leakagecurr', 'meter.residual_current'],
  ['leakage_current', 'meter.residual_current'],
  ['leakage', 'meter.residual_current'],
  ['earth', 'meter.residual_current'],
  ['unbalance', 'meter.phase_imbalance'],
  ['outage', 'meter.power_outage'],
  ['temp', 'meter.over_temperature'],
  ['temp_dif', 'meter.over_temperature'],
  ['temperature', 'meter.over_temperature'],
  ['high_temp', 'meter.over_temperature'],
  ['over_temp', 'meter.over_temperature'],
  ['high_temperature', 'meter.over_temperature'],
  ['over_temperature', 'meter.over_temperature'],
  ['short_circuit', 'meter.short_circuit'],
  ['cir_short', 'meter.short_circuit'],
  ['surge', 'meter.surge'],
  ['fire', 'meter.fire'],
  ['magnetism', 'meter.tamper_magnetic'],
  ['cover', 'device.tamper'],
  ['terminal', 'device.tamper'],
  ['battery', 'device.battery_low'],
  ['meter_hardware', 'device.sensor_fault'],
  ['meter_commu', 'device.comm_error'],
])

const ALL_CODES = [...new Set(FAULT_CODES.values())].filter((code) => code.startsWith('meter.'))
const NO_FAULT = new Set(['clear', 'none', 'normal', 'no_fault', 'no_alarm', 'no_alarms', 'ok', '', '0', 'false'])
const FAULTS_MAX = 64
const ENDING = /_?(alarm|fault|warning)$/

/** Writes down the faults of a message; the state is a full one, so what is not listed is over. */
export function reportFaults(decoded: Decoded, raw: unknown, label: string, { codes }: Binding): void {
  if (raw === null) return void decoded.warnings.push(`null_value:${label}`)
  const listed = Array.isArray(raw) ? (raw as unknown[]).slice(0, FAULTS_MAX) : [raw]
  const seen = new Set<string>()
  for (const each of listed) {
    if (typeof each !== 'string' && each !== 0 && each !== false) {
      decoded.warnings.push(`unknown_fault:${label}`)
      return
    }
    for (const native of String(each).split(/[,&]/)) {
      const name = native.trim().toLowerCase()
      if (NO_FAULT.has(name)) continue
      const code = faultCode(name, codes)
      if (code.startsWith('generic.')) decoded.warnings.push(`unmapped_alarm_key:${name.slice(0, 64)}`)
      if (!seen.has(code)) report(decoded, code, true, native.trim())
      seen.add(code)
    }
  }
  for (const code of ALL_CODES) if (!seen.has(code)) report(decoded, code, false)
}

function faultCode(name: string, codes: Binding['codes']): string {
  const bound = codes === undefined ? undefined : (field(codes, name) as string | undefined)
  return bound ?? FAULT_CODES.get(name) ?? FAULT_CODES.get(name.replace(ENDING, '')) ?? genericCode(name)
}
