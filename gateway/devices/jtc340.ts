import type { Decoded, DecodedDevice, DecodedTime } from '../../rules/model.ts'
import { objectBody } from './bodies.ts'
import { accepted, ignored, rejected, report } from './decoded.ts'
import { entry, type Family, field, isObject, type JsonObject, type Memory, type Publish } from './family.ts'
import { codeText, liftFault, liftFaults, reportFault, reportFloor } from './lifts.ts'
import { isNoValue, truthOf } from './numbers.ts'
import { contentOnce, eventOnce } from './once.ts'
import { disagree, epochTime, writtenTime } from './times.ts'

/**
 * JTC340 lift gateways: `/device/JTC340/DEV/thing/event/NAME/post/` with `Params.Value.*` and `Params.Time`.
 * Events name one code each, and their Close clears what it names, whether its Event was seen or not.
 */

/** 1004 冲顶, 1005 蹲底, 1009 主电源断电, 2003 挡门; what tells 1006 to 1008 and 2002 apart was not found. */
const FAULTS = liftFaults({
  1001: 'elevator.unintended_movement',
  1002: 'elevator.unintended_movement',
  1003: 'elevator.mislevelling',
  1004: 'elevator.overtravel_top',
  1005: 'elevator.overtravel_bottom',
  1006: 'elevator.door_fault',
  1007: 'elevator.door_fault',
  1008: 'elevator.door_fault',
  1009: 'elevator.power_loss',
  2002: 'elevator.door_fault',
  2003: 'elevator.door_fault blocked',
})

/** Where the car stood when people were locked in (困人), by `Type`. */
const POSITIONS: Readonly<Record<string, string>> = { 0: 'outside_zone', 1: 'at_level', 2: 'outside_level' }

interface Event {
  code: 'ErrorType' | 'AlarmType' | 'Type'
  time: string
  active: boolean
}

const EVENTS = new Map<string, Event>([
  ['ErrorEvent', { code: 'ErrorType', time: 'ErrorTime', active: true }],
  ['ErrorClose', { code: 'ErrorType', time: 'CloseTime', active: false }],
  ['AlarmEvent', { code: 'AlarmType', time: 'AlarmTime', active: true }],
  ['AlarmClose', { code: 'AlarmType', time: 'CloseTime', active: false }],
  ['LockEvent', { code: 'Type', time: 'LockTime', active: true }],
  ['LockClose', { code: 'Type', time: 'CloseTime', active: false }],
  ['SelfError', { code: 'ErrorType', time: 'OccurTime', active: true }],
])

const ASKS = new Set(['ntp', 'GetWeather'])

export const jtc340: Family = {
  id: 'jtc340',
  matches: ({ levels }) => startOf(levels) >= 0,
  decode,
  // It speaks when something happens; how often it says that it is there was not documented.
  silence: { batteryMs: 25 * 3_600_000, mainsMs: 25 * 3_600_000 },
}

/** Where `device/JTC340/…/thing` begins: at the first level, or behind one or two of the site. */
function startOf(levels: readonly string[]): number {
  if (levels.length < 4) return -1
  const at = levels[3] === 'thing' ? 0 : levels[4] === 'thing' ? 1 : levels[5] === 'thing' ? 2 : -1
  if (levels[at] !== 'device' && levels[at] !== 'server') return -1
  return levels[at + 1]!.startsWith('JTC') ? at : -1
}

function decode(publish: Publish, memory: Memory): Decoded {
  const { levels } = publish
  const [side, model = '', id = '', , channel, name = '', verb = 'post'] = levels.slice(Math.max(0, startOf(levels)))
  const device: DecodedDevice = { key: `jtc340:${id}`, kind: 'elevator', model }
  if (side === 'server') return ignored('the platform speaks to the gateway', device)
  const isProperty = name === 'property' && (channel === 'event' ? verb === 'post' : verb === 'get_reply')
  if (!isProperty && (channel !== 'event' || verb.endsWith('_reply'))) return ignored(`${name} ${verb}`, device)
  if (ASKS.has(name)) return ignored(`the gateway asks the platform (${name})`, device)
  const body = objectBody(publish, device)
  if (body.refusal) return body.refusal
  const params = field(body.value, 'Params')
  if (!isObject(params)) return rejected('invalid_shape', `\`Params\` of ${name} must be an object`, device)
  if (isProperty) return decodeProperties(params, device)
  const value = field(params, 'Value')
  if (!isObject(value)) return rejected('invalid_shape', `\`Params.Value\` of ${name} must be an object`, device)
  const event = EVENTS.get(name)
  if (event) return decodeEvent(name, event, params, value, device, publish, memory)
  const decoded = accepted(device.key, 'elevator', { model })
  decoded.time = timeOf(params, field(value, 'CallTime'), decoded, publish)
  if (name === 'LiveData') reportFloor(decoded, field(value, 'CurrentFloor'))
  else if (name !== 'RunStatistics') decoded.warnings.push(`unmapped_event:${name}`)
  reportRepair(decoded, field(value, 'IsRepair'))
  return contentOnce(decoded, publish, memory, `jtc340:last:${id}`)
}

function decodeEvent(
  name: string,
  { code, time, active }: Event,
  params: JsonObject,
  value: JsonObject,
  device: DecodedDevice,
  publish: Publish,
  memory: Memory,
): Decoded {
  // Some name the code after the event, some only `Type`.
  const own = field(value, code)
  const raw = own === undefined ? field(value, 'Type') : own
  // What a LockEvent says is that people are locked in; its Type only says where.
  if (raw === undefined && code !== 'Type') {
    return rejected('invalid_shape', `\`Params.Value.${code}\` of ${name} is missing`, device)
  }
  const decoded = accepted(device.key, 'elevator', { model: device.model! })
  const written = field(value, time)
  decoded.time = timeOf(params, written, decoded, publish)
  if (raw === null) decoded.warnings.push(`null_value:${code}`)
  if (code === 'Type') {
    const position = active ? entry(POSITIONS, codeText(raw)) : undefined
    report(decoded, 'elevator.entrapment', active, raw, position === undefined ? undefined : { position })
  } else if (raw === null || isNoValue(raw)) report(decoded, 'elevator.other_fault', 'unknown', raw)
  else reportFault(decoded, liftFault(raw, FAULTS, publish.binding), active, raw)
  if (name === 'SelfError') decoded.warnings.push('no_clear_event')
  const id = device.key.slice('jtc340:'.length)
  if (decoded.time.basis === 'none') return contentOnce(decoded, publish, memory, `jtc340:last:${id}`)
  const print = [name, raw, field(params, 'Time'), written].map(codeText).join(' ')
  return eventOnce(decoded, publish, memory, `jtc340:events:${id}`, print)
}

/** Properties are settings, but for one: whether the lift is under repair. */
function decodeProperties(params: JsonObject, device: DecodedDevice): Decoded {
  const settings = field(params, 'OtherConfig')
  const repair = isObject(settings) ? field(settings, 'IsRepair') : field(params, 'IsRepair')
  if (repair === undefined) return ignored('settings of the gateway', device)
  const decoded = accepted(device.key, 'elevator', { model: device.model! })
  reportRepair(decoded, repair)
  return decoded
}

function reportRepair(decoded: Decoded, raw: unknown): void {
  if (raw === undefined) return
  if (raw === null) decoded.warnings.push('null_value:IsRepair')
  report(decoded, 'elevator.maintenance_mode', truthOf(raw) ?? 'unknown', raw)
}

function timeOf(params: JsonObject, written: unknown, decoded: Decoded, { binding }: Publish): DecodedTime {
  const epoch = epochTime(field(params, 'Time'))
  if (epoch.device === null) return writtenTime(written, binding.timezone)
  if (!isConsistent(epoch.device, written, binding.timezone)) decoded.warnings.push('time_inconsistent')
  return epoch
}

const QUARTER_MS = 15 * 60_000

/** Without the site's zone any zone is believed: zones are quarters of an hour, from −12 h to +14 h. */
function isConsistent(epochMs: number, written: unknown, timezone: string | undefined): boolean {
  const told = timezone === undefined && typeof written === 'string' ? `${written}Z` : written
  const local = writtenTime(told, timezone).device
  if (local === null) return true
  if (timezone !== undefined) return !disagree(epochMs, local)
  const ahead = local - epochMs
  const zone = Math.round(ahead / QUARTER_MS) * QUARTER_MS
  return zone >= -48 * QUARTER_MS && zone <= 56 * QUARTER_MS && !disagree(ahead, zone)
}
