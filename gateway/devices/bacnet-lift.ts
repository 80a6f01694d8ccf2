import type { Decoded, DecodedDevice } from '../../rules/model.ts'
import { objectBody } from './bodies.ts'
import { LIFT_FAULTS, LIFT_MODES, MODE_CONDITIONS, normalName, PROPERTIES, type Property } from './bacnet-lift/names.ts'
import { accepted, ignored, label, measure, report } from './decoded.ts'
import { type Binding, type Family, field, isObject, type JsonObject, type Memory, type Publish } from './family.ts'
import { USUAL_SILENCE } from './family.ts'
import { codeText, reportFaultList } from './lifts.ts'
import { truthOf } from './numbers.ts'
import { contentOnce } from './once.ts'
import { anyTime } from './times.ts'

/**
 * Lift objects (ASHRAE 135, type 59) that a gateway publishes: `bacnet/DEVICE/lift,N` with the object's
 * properties, or one property below it. A list that is there is the whole state of what it lists.
 */

const PREFIX = 'bacnet'
/** Objects of lifts and escalators; all others of a BACnet gateway are for the site to map. */
const OF_LIFTS = /^(lift|59|escalator|58|elevator-group|57)[,:]/i
const OBJECT = /^([A-Za-z-]+|\d+)[,:](\d{1,7})$/

export const bacnetLift: Family = {
  id: 'bacnet_lift',
  matches: ({ levels }) => {
    const at = levels[0] === PREFIX ? 2 : levels[1] === PREFIX ? 3 : -1
    return at > 0 && OF_LIFTS.test(levels[at] ?? '')
  },
  decode,
  silence: USUAL_SILENCE,
}

function decode(publish: Publish, memory: Memory): Decoded {
  const at = publish.levels.indexOf(PREFIX) + 1
  const [gateway = '', object = '', property] = publish.levels.slice(at)
  const [, type, instance] = OBJECT.exec(object) ?? []
  const isLift = type === '59' || type?.toLowerCase() === 'lift'
  const device: DecodedDevice = { key: `bacnet:${gateway}/${object}`, kind: 'unknown' }
  if (!isLift) return ignored('a BACnet object that is no lift', object === '' ? null : device)
  const id = `${gateway}/lift,${instance}`
  const lift: DecodedDevice = { key: `bacnet:${id}`, kind: 'elevator' }
  const body = property ? propertyBody(publish, property) : objectBody(publish, lift)
  if (body.refusal) return { ...body.refusal, device: lift }
  const decoded = accepted(lift.key, 'elevator')
  decoded.time = anyTime(field(body.value, 'timestamp') ?? field(body.value, 'time'), publish.binding.timezone)
  reportLift(decoded, body.value, publish.binding)
  return contentOnce(decoded, publish, memory, `bacnet_lift:last:${id}`)
}

/** One property by its topic: JSON, or a bare word. */
function propertyBody(publish: Publish, property: string): ReturnType<typeof objectBody> {
  const text = publish.text()
  if (text === null || text === '') return objectBody(publish)
  const parsed = publish.json()
  return { value: { [property]: parsed.ok ? parsed.value : text.trim().slice(0, 256) } }
}

function valueOf(body: JsonObject, property: Property): unknown {
  for (const spelling of PROPERTIES[property]) {
    const value = field(body, spelling)
    if (value !== undefined) return value
  }
  return undefined
}

function reportLift(decoded: Decoded, body: JsonObject, binding: Binding): void {
  const position = valueOf(body, 'carPosition')
  measure(decoded, 'lift.floor', position, 1, 'carPosition')
  const floors = valueOf(body, 'floorText')
  if (typeof floors === 'string') label(decoded, 'lift.floor_label', floors)
  else if (Array.isArray(floors) && typeof position === 'number') {
    label(decoded, 'lift.floor_label', (floors as unknown[])[position - 1])
  }
  measure(decoded, 'energy.active.import', valueOf(body, 'energyMeter'), 1_000, 'energyMeter')
  reportFaults(decoded, body, binding)
  reportMode(decoded, valueOf(body, 'carMode'))
  const alarm = valueOf(body, 'passengerAlarm')
  if (alarm === null) decoded.warnings.push('null_value:passengerAlarm')
  if (alarm !== undefined) report(decoded, 'elevator.alarm_button', binaryOf(alarm) ?? 'unknown', alarm)
  reportDecoupled(decoded, body)
}

/** A truth, or BACnet's own words for one. */
function binaryOf(raw: unknown): boolean | null {
  const truth = truthOf(raw)
  if (truth !== null || typeof raw !== 'string') return truth
  const word = normalName(raw)
  return word === 'active' ? true : word === 'inactive' ? false : null
}

/** The doors tell their own fault beside the list of faults. */
function reportFaults(decoded: Decoded, body: JsonObject, binding: Binding): void {
  const told = valueOf(body, 'faultSignals')
  // One name or number instead of a list is understood where it is one of the standard's.
  const signals = LIFT_FAULTS.byCode.has(codeText(plainSignal(told))) ? [told] : told
  const doors = valueOf(body, 'carDoorStatus')
  const hasFaultyDoor = (Array.isArray(doors) ? (doors as unknown[]).slice(0, 16) : [doors]).some(isFaultyDoor)
  if (!Array.isArray(signals)) {
    if (signals !== undefined) decoded.warnings.push(signals === null ? 'null_value:faultSignals' : 'not_a_list')
    if (hasFaultyDoor) report(decoded, 'elevator.door_fault', true, 'door-fault', { kind: 'door' })
    return
  }
  const named = (signals as unknown[]).slice(0, 1_000).map(plainSignal)
  reportFaultList(decoded, hasFaultyDoor ? [...named, 'door-fault'] : named, LIFT_FAULTS, binding)
}

const plainSignal = (signal: unknown) => (typeof signal === 'string' ? normalName(signal) : signal)

const isFaultyDoor = (status: unknown) =>
  status === 3 || (typeof status === 'string' && normalName(status) === 'door-fault')

function reportMode(decoded: Decoded, raw: unknown): void {
  if (raw === undefined) return
  if (raw === null) return void decoded.warnings.push('null_value:carMode')
  const active = LIFT_MODES.get(typeof raw === 'string' ? normalName(raw) : codeText(raw))
  if (active === undefined) return void decoded.warnings.push('unknown_value:carMode')
  for (const code of MODE_CONDITIONS) report(decoded, code, code === active, raw)
}

/** In BACnet the flag out-of-service says that the object is decoupled from the lift, not that the lift stands. */
function reportDecoupled(decoded: Decoded, body: JsonObject): void {
  const flags = valueOf(body, 'statusFlags')
  const ofFlags = isObject(flags)
    ? valueOf(flags, 'outOfService')
    : Array.isArray(flags)
      ? (flags[3] as unknown)
      : undefined
  const own = valueOf(body, 'outOfService')
  const raw = own === undefined ? ofFlags : own
  if (raw === undefined) return
  const truth = binaryOf(raw)
  if (truth === null) decoded.warnings.push(raw === null ? 'null_value:outOfService' : 'unknown_value:outOfService')
  report(decoded, 'device.decoupled', truth ?? 'unknown', raw)
  if (truth) decoded.warnings.push('bacnet_out_of_service_is_not_lift_out_of_service')
}
