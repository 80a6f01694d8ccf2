import type { Decoded, DecodedDevice } from '../../rules/model.ts'
import { objectBody } from './bodies.ts'
import { accepted, ignored, nativeCode, report } from './decoded.ts'
import {
  entry,
  type Binding,
  type Family,
  field,
  type JsonObject,
  type Memory,
  type Publish,
  USUAL_SILENCE,
} from './family.ts'
import { codeText, liftFault, liftFaults, reportFault, reportFaultList, reportFloor } from './lifts.ts'
import { isNoValue } from './numbers.ts'
import { contentOnce, eventOnce } from './once.ts'
import { anyTime } from './times.ts'

/**
 * Lift terminals with the codes of GB/T 24476-2017: `gbt24476/REGISTRATION/{fault,event,status,…}`. Faults and
 * events name one code each; a status is the whole state of the modes. Regional platforms number otherwise:
 * `codes` of the binding goes first.
 */

const FAULTS = liftFaults({
  1: 'elevator.safety_circuit',
  2: 'elevator.door_fault closing',
  3: 'elevator.door_fault opening',
  4: 'elevator.mislevelling',
  5: 'elevator.unintended_movement',
  6: 'elevator.runtime_limit',
  7: 'elevator.position_lost',
  8: 'elevator.start_failure',
  9: 'elevator.overtravel_top',
  10: 'elevator.overtravel_bottom',
  11: 'elevator.entrapment',
  99: 'elevator.other_fault',
})

const EVENTS = liftFaults({
  41: 'elevator.power_loss',
  42: 'elevator.out_of_service',
  43: 'elevator.maintenance_mode',
  44: 'elevator.fire_mode',
  45: 'elevator.fire_mode',
  46: 'elevator.emergency_power',
  47: 'elevator.earthquake_mode',
  90: 'elevator.alarm_button',
})
/** 恢复自动运行模式: back in automatic operation, so every mode that the other events begin is over. */
const BACK_TO_AUTOMATIC = '40'
const ENDED_BY_AUTOMATIC = EVENTS.conditions.filter((code) => !/alarm_button|other_fault/.test(code))

/** `service_mode`: 1 is normal operation, 7 unknown. */
const MODES: Readonly<Record<string, string | null>> = {
  0: 'elevator.out_of_service',
  1: null,
  2: 'elevator.maintenance_mode',
  3: 'elevator.fire_mode',
  4: 'elevator.fire_mode',
  5: 'elevator.emergency_power',
  6: 'elevator.earthquake_mode',
}
const MODE_CONDITIONS = [...new Set(Object.values(MODES))].filter((code) => code !== null)

const PREFIX = 'gbt24476'
const METADATA = new Set(['register', 'info', 'config', 'meta', 'ack', 'reply', 'command', 'set'])

export const gbt24476: Family = {
  id: 'gbt24476',
  matches: ({ levels }) => levels[0] === PREFIX || levels[1] === PREFIX || levels[2] === PREFIX,
  decode,
  silence: USUAL_SILENCE,
}

function decode(publish: Publish, memory: Memory): Decoded {
  const at = publish.levels.indexOf(PREFIX) + 1
  const [id = '', channel = ''] = publish.levels.slice(at)
  const device: DecodedDevice = { key: `gbt24476:${id}`, kind: 'elevator' }
  if (METADATA.has(channel)) return ignored(`${channel} of the terminal`, device)
  const body = objectBody(publish, device)
  if (body.refusal) return body.refusal
  const decoded = accepted(device.key, 'elevator')
  const time = field(body.value, 'time')
  decoded.time = anyTime(time, publish.binding.timezone)
  reportFloor(decoded, field(body.value, 'floor'))
  const fault = codeOf(body.value, 'fault_code')
  const event = codeOf(body.value, 'event_code')
  if (fault !== undefined) reportFaults(decoded, fault, body.value, publish.binding)
  if (event !== undefined) reportEvent(decoded, event, publish.binding)
  const isState = event === undefined && (fault === undefined || channel === 'status')
  if (isState && channel === 'heartbeat') decoded.health.online = true
  if (isState) reportStatus(decoded, body.value)
  if (isState || decoded.time.basis === 'none' || typeof fault === 'object')
    return contentOnce(decoded, publish, memory, `gbt24476:last:${id}`)
  const print = `${channel} ${codeText(fault)} ${codeText(event)} ${codeText(time)}`
  return eventOnce(decoded, publish, memory, `gbt24476:events:${id}`, print)
}

/** An empty text is no code. */
function codeOf(body: JsonObject, name: string): unknown {
  const raw = field(body, name)
  return raw === '' ? undefined : raw
}

function reportFaults(decoded: Decoded, raw: unknown, body: JsonObject, binding: Binding): void {
  if (Array.isArray(raw)) return reportFaultList(decoded, raw, FAULTS, binding)
  if (raw === null || isNoValue(raw)) {
    decoded.warnings.push(raw === null ? 'null_value:fault_code' : 'value_unavailable:fault_code')
    return report(decoded, 'elevator.other_fault', 'unknown', raw)
  }
  if (raw === 0 || raw === '0' || raw === '00') return reportFaultList(decoded, [], FAULTS, binding)
  const fault = liftFault(raw, FAULTS, binding)
  if (fault.condition !== 'elevator.entrapment') return reportCode(decoded, fault, raw)
  const position = entry(POSITIONS, codeText(field(body, 'door_zone')))
  report(decoded, fault.condition, true, raw, position === undefined ? undefined : { position })
}

/** `door_zone` at an entrapment: whether the car stands where its doors can be opened. */
const POSITIONS: Readonly<Record<string, string>> = { 1: 'at_level', 2: 'outside_level' }

function reportEvent(decoded: Decoded, raw: unknown, binding: Binding): void {
  if (raw === null) return void decoded.warnings.push('null_value:event_code')
  const event = liftFault(raw, EVENTS, binding)
  const isKnown = event.condition !== 'elevator.other_fault'
  if (!isKnown && codeText(raw) === BACK_TO_AUTOMATIC) {
    for (const code of ENDED_BY_AUTOMATIC) report(decoded, code, false, raw)
  } else if (isKnown || codeText(raw) === '99') reportCode(decoded, event, raw)
  else decoded.warnings.push(`unknown_event:${String(nativeCode(raw))}`)
}

/** A button has no end: it is pressed, and no message says that it no longer is. */
function reportCode(decoded: Decoded, fault: ReturnType<typeof liftFault>, raw: unknown): void {
  if (fault.condition === 'elevator.alarm_button') report(decoded, fault.condition, 'pulse', raw)
  else reportFault(decoded, fault, true, raw)
}

function reportStatus(decoded: Decoded, body: JsonObject): void {
  const mode = field(body, 'service_mode')
  if (mode !== undefined) reportMode(decoded, mode)
  const power = field(body, 'power_status')
  if (power === undefined) return
  const state = power === null ? 'unknown' : entry(POWER, codeText(power))
  if (power === null) decoded.warnings.push('null_value:power_status')
  if (state === undefined) decoded.warnings.push(`unknown_value:power_status`)
  else report(decoded, 'elevator.power_loss', state, power)
}

const POWER: Readonly<Record<string, 'active' | 'cleared'>> = { 0: 'active', 1: 'cleared', 2: 'active' }

function reportMode(decoded: Decoded, raw: unknown): void {
  const text = codeText(raw)
  if (raw === null || !Object.hasOwn(MODES, text)) {
    return void decoded.warnings.push(raw === null ? 'null_value:service_mode' : 'unknown_value:service_mode')
  }
  const active = MODES[text]
  for (const code of MODE_CONDITIONS) report(decoded, code, code === active, raw)
}
