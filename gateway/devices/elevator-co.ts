import type { Decoded, DecodedDevice, DecodedTime } from '../../rules/model.ts'
import { objectBody } from './bodies.ts'
import { accepted, ignored, nativeCode, rejected, report } from './decoded.ts'
import { type Family, field, isObject, type JsonObject, type Memory, type Publish } from './family.ts'
import { codeText, liftFault, liftFaults } from './lifts.ts'
import { finiteNumber } from './numbers.ts'
import { eventOnce } from './once.ts'
import { anyTime, writtenTime } from './times.ts'

/**
 * The reference design of an event-driven lift maker ("elevator-co"): `…elevator-co/…/elevator/EVENT/…/MAKE/ID` with
 * `{header: {timestamp, tracking_id}, body}`. Some publishers misspell maintenance.
 */

const FAULTS = liftFaults({
  car2floor_alignment: 'elevator.mislevelling',
  max_weight_exceeded: 'elevator.overload',
  light: 'elevator.other_fault light',
  phone: 'elevator.other_fault phone',
})

const MAINTENANCE = new Set(['maintenance', 'maintenace', 'predictive-maintenance'])
const ALARMS = new Set(['critical-alarm', 'critcal-alarm', 'alarm', 'fault'])

export const elevatorCo: Family = {
  id: 'elevator_co',
  matches: ({ levels }) => levels.length >= 6 && (levels[1] === 'elevator-co' || levels[0] === 'elevator-co'),
  decode,
  // It speaks of events only.
  silence: { batteryMs: 25 * 3_600_000, mainsMs: 25 * 3_600_000 },
}

function decode(publish: Publish, memory: Memory): Decoded {
  const { levels } = publish
  const event = levels[levels.lastIndexOf('elevator') + 1] ?? ''
  const id = levels.at(-1)!
  const device: DecodedDevice = { key: `elevatorco:${id}`, kind: 'elevator', model: levels.at(-2)! }
  const content = objectBody(publish, device)
  if (content.refusal) return content.refusal
  const update = field(content.value, 'status_update')
  const header = field(content.value, 'header')
  const body = field(content.value, 'body')
  const decoded = accepted(device.key, 'elevator', { model: device.model! })
  if (isObject(update)) {
    if (field(update, 'status') !== 'resolved') return ignored('somebody took note of a maintenance event', device)
    decoded.time = timeOf(field(update, 'timestamp'), publish)
    report(decoded, 'elevator.predictive_maintenance', false, 'resolved')
    return once(decoded, publish, memory, id, update)
  }
  if (!isObject(header) || !isObject(body)) {
    return rejected('invalid_shape', '`header` and `body` must be objects', device)
  }
  decoded.time = timeOf(field(header, 'timestamp'), publish)
  if (MAINTENANCE.has(event)) reportMaintenance(decoded, body)
  else if (ALARMS.has(event)) reportAlarm(decoded, body, publish)
  else decoded.warnings.push(`unmapped_event:${event.slice(0, 40)}`)
  return once(decoded, publish, memory, id, header)
}

function once(decoded: Decoded, publish: Publish, memory: Memory, id: string, header: JsonObject): Decoded {
  const tracking = field(header, 'tracking_id')
  const print = typeof tracking === 'string' ? `${tracking} ${codeText(field(header, 'status'))}` : publish.text()!
  return eventOnce(decoded, publish, memory, `elevator_co:events:${id}`, print)
}

function reportMaintenance(decoded: Decoded, body: JsonObject): void {
  const probabilityPct = finiteNumber(field(body, 'probability_of_failure_pct'), 'probability', decoded.warnings)
  const windowDays = finiteNumber(field(body, 'timewindow_days'), 'timewindow_days', decoded.warnings)
  const detail = {
    ...(probabilityPct === null ? {} : { probabilityPct }),
    ...(windowDays === null ? {} : { windowDays }),
  }
  const component = nativeCode(field(body, 'component_id') ?? 'unknown')
  report(decoded, 'elevator.predictive_maintenance', true, component, detail)
}

function reportAlarm(decoded: Decoded, body: JsonObject, { binding }: Publish): void {
  const type = field(body, 'type') ?? field(body, 'code')
  const { condition, kind } = liftFault(type, FAULTS, binding)
  report(decoded, condition, true, type ?? 'unknown', kind === undefined ? undefined : { kind })
}

const DASHED = /^(\d{4}-\d{2}-\d{2})-(\d{2}:\d{2}:\d{2})-?(UTC|Z|[+-]\d{2}:?\d{2})$/i

/** `2021-02-15-13:25:27-UTC`. */
function timeOf(raw: unknown, { binding }: Publish): DecodedTime {
  const [, day, clock, zone] = (typeof raw === 'string' ? DASHED.exec(raw.trim()) : null) ?? []
  if (day === undefined) return anyTime(raw, binding.timezone)
  return { ...writtenTime(`${day}T${clock}${zone}`), raw }
}
