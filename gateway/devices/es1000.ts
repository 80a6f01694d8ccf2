import type { ConditionState, Decoded } from '../../rules/model.ts'
import { objectBody } from './bodies.ts'
import { accepted, label, measure, rejected, report } from './decoded.ts'
import { type Family, field, isObject, type JsonObject, type Memory, type Publish, USUAL_SILENCE } from './family.ts'

import { truthOf } from './numbers.ts'
import { contentOnce, RESENT_WINDOW_MS } from './once.ts'
import { anyTime } from './times.ts'

/**
 * ES1000 and ES1500 lift hosts: `TerminalData/ID/real_alarm` and `…/real_ok`, each the full state with `Alarm`,
 * `State` and `Count`, everything text. Zero clears. Version 1 named its flags in pinyin.
 */

/** A flag's names, the current one first, and how it tells itself apart where flags share a condition. */
interface Flag {
  names: readonly string[]
  kind?: string
}

const ALARMS: readonly { condition: string; flags: readonly Flag[] }[] = [
  { condition: 'elevator.entrapment', flags: [{ names: ['PersonTrapped', 'Kunren'] }] },
  { condition: 'elevator.overtravel_bottom', flags: [{ names: ['DownAlarm', 'Down_Alarm'] }] },
  { condition: 'elevator.overtravel_top', flags: [{ names: ['UpAlarm', 'UP_Alarm'] }] },
  {
    condition: 'elevator.door_fault',
    flags: [
      { names: ['RunDoor', 'Run_door'], kind: 'opened_running' },
      { names: ['StpDoorUnOpen', 'Stp_DoorUnopen'], kind: 'not_opening' },
      { names: ['StpDoorUnClose', 'Stp_DoorUnclose'], kind: 'not_closing' },
      { names: ['StpDoorRepeat', 'Stp_Reapet'], kind: 'repeating' },
    ],
  },
  { condition: 'elevator.overspeed', flags: [{ names: ['Speed', 'Speeding'] }] },
  { condition: 'elevator.mislevelling', flags: [{ names: ['Stuck', 'Kaceng'] }] },
  { condition: 'elevator.safety_circuit', flags: [{ names: ['SafeLoop'] }] },
  { condition: 'elevator.alarm_button', flags: [{ names: ['ManualAlarm', 'Manual_Alarm'] }] },
  { condition: 'elevator.out_of_service', flags: [{ names: ['Paused'] }] },
  { condition: 'elevator.power_loss', flags: [{ names: ['Power'] }] },
  {
    condition: 'elevator.other_fault',
    flags: [
      { names: ['SlantFb', 'Slant_fb'], kind: 'tilted_forward_backward' },
      { names: ['SlantLr', 'Slant_lr'], kind: 'tilted_sideways' },
      { names: ['Amplitude'], kind: 'vibration' },
    ],
  },
  // Among the alarms it says that maintenance is overdue; that it is under way stands in the state.
  { condition: 'elevator.predictive_maintenance', flags: [{ names: ['Maintain'], kind: 'overdue' }] },
  { condition: 'generic.Ebike', flags: [{ names: ['Ebike', 'Electromobile'] }] },
  { condition: 'device.battery_low', flags: [{ names: ['Voltage'] }] },
]

const PREFIX = 'TerminalData'

export const es1000: Family = {
  id: 'es1000',
  matches: ({ levels }) => levels.at(-3) === PREFIX && levels.length <= 5,
  decode,
  silence: USUAL_SILENCE,
}

function decode(publish: Publish, memory: Memory): Decoded {
  const id = publish.levels.at(-2) ?? ''
  const body = objectBody(publish, { key: `es1000:${id}`, kind: 'elevator' })
  if (body.refusal) return body.refusal
  const alarm = field(body.value, 'Alarm')
  const state = field(body.value, 'State')
  if (!isObject(alarm) && !isObject(state)) {
    return rejected('invalid_shape', 'neither `Alarm` nor `State` is an object', {
      key: `es1000:${id}`,
      kind: 'elevator',
    })
  }
  const parameters = field(body.value, 'Parameters')
  const about = isObject(parameters) ? parameters : {}
  const decoded = accepted(`es1000:${id}`, 'elevator', { model: modelOf(field(about, 'Version')) })
  decoded.time = anyTime(field(about, 'Time') ?? field(about, 'Recv_time'), publish.binding.timezone)
  if (isObject(alarm)) reportAlarms(decoded, alarm)
  if (isObject(state)) reportState(decoded, state)
  const windowMs = decoded.time.basis === 'none' ? undefined : RESENT_WINDOW_MS
  return contentOnce(decoded, publish, memory, `es1000:last:${id}`, windowMs)
}

/** `ES1000_V2.0` → `ES1000`. */
function modelOf(version: unknown): string {
  const model = typeof version === 'string' ? version.split('_')[0]! : ''
  return /^ES\d{3,5}$/.test(model) ? model : 'ES1000'
}

function reportAlarms(decoded: Decoded, alarm: JsonObject): void {
  let any = false
  for (const { condition, flags } of ALARMS) {
    const found = strongest(decoded, alarm, flags)
    if (found === null) continue
    any ||= found.state === 'active'
    const detail = found.kind === undefined || found.state !== 'active' ? undefined : { kind: found.kind }
    report(decoded, condition, found.state, found.raw, detail)
  }
  const outside = truthOf(field(alarm, 'Power_Down'))
  if (outside !== null) decoded.health.externalPower = !outside
  const battery = truthOf(field(alarm, 'Voltage'))
  if (battery !== null) decoded.health.batteryLow = battery
  any = reportErrors(decoded, field(alarm, 'ErrorCode')) || any
  if (!any && truthOf(field(alarm, 'HasAlarm')) === true) reportUnnamed(decoded)
}

/** Faults of the host's own sensors (levelling, doors, temperature, attitude, current, limits). */
function reportErrors(decoded: Decoded, errors: unknown): boolean {
  if (!Array.isArray(errors)) return false
  const codes = errors.slice(0, 16).filter((code) => typeof code === 'number' || typeof code === 'string')
  report(decoded, 'device.sensor_fault', codes.length > 0, codes.join(' ').slice(0, 80))
  return codes.length > 0
}

/** The host says that there is an alarm, and none of the flags that we know is set. */
function reportUnnamed(decoded: Decoded): void {
  decoded.conditions = decoded.conditions.filter(({ code }) => code !== 'elevator.other_fault')
  decoded.warnings.push('alarm_without_flag')
  report(decoded, 'elevator.other_fault', true, 'HasAlarm')
}

interface Found {
  state: ConditionState
  raw: unknown
  kind?: string | undefined
}

/** Of flags that share a condition one that is set counts, then one that is unknown, then one that is not set. */
function strongest(decoded: Decoded, alarm: JsonObject, flags: readonly Flag[]): Found | null {
  let found: Found | null = null
  for (const { names, kind } of flags) {
    const name = Object.hasOwn(alarm, names[0]!) || names[1] === undefined ? names[0]! : names[1]
    const raw = field(alarm, name)
    if (raw === undefined || raw === '') continue
    const truth = raw === '0' ? false : truthOf(raw)
    if (truth === true) return { state: 'active', raw, kind }
    if (truth === null) {
      decoded.warnings.push(raw === null ? `null_value:${name}` : `not_a_truth:${name}`)
      found = { state: 'unknown', raw }
    } else found ??= { state: 'cleared', raw }
  }
  return found
}

function reportState(decoded: Decoded, state: JsonObject): void {
  label(decoded, 'lift.floor_label', field(state, 'Floor') ?? field(state, 'Lou_Ceng'))
  measure(decoded, 'lift.speed', field(state, 'Speed'), 1, 'Speed')
  measure(decoded, 'temperature.ambient', field(state, 'Temp'), 1, 'Temp')
  measure(decoded, 'humidity.relative', field(state, 'Hum'), 1, 'Hum')
  const maintain = field(state, 'Maintain')
  if (maintain === undefined || maintain === '') return
  if (maintain === null) decoded.warnings.push('null_value:Maintain')
  report(decoded, 'elevator.maintenance_mode', truthOf(maintain) ?? 'unknown', maintain)
}
