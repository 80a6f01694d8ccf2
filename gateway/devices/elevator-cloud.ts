import type { Decoded, DecodedDevice } from '../../rules/model.ts'
import { objectBody } from './bodies.ts'
import { accepted, ignored, rejected, report } from './decoded.ts'
import { type Family, field, isObject, type JsonObject, type Memory, type Publish, USUAL_SILENCE } from './family.ts'
import { codeText, liftFaults, reportFaultList, reportFloor } from './lifts.ts'
import { truthOf } from './numbers.ts'
import { contentOnce } from './once.ts'
import { anyTime } from './times.ts'

/**
 * The elevatorcloud protocol: `{"type":"info","data":{…,"fault":[…]}}`, each the full state, and
 * `{"type":"cping"}`.
 */

const FAULTS = liftFaults({
  1: 'elevator.entrapment',
  2: 'elevator.entrapment',
  3: 'elevator.door_fault opened_running',
  4: 'elevator.mislevelling',
  5: 'elevator.overspeed',
  6: 'elevator.overtravel_top',
  7: 'elevator.overtravel_bottom',
  8: 'elevator.door_fault moving_open',
})

const PREFIX = 'elevatorcloud'

export const elevatorCloud: Family = {
  id: 'elevatorcloud',
  matches: ({ levels }) => levels[0] === PREFIX || levels[1] === PREFIX || levels[2] === PREFIX,
  decode,
  silence: USUAL_SILENCE,
}

function decode(publish: Publish, memory: Memory): Decoded {
  const id = publish.levels[publish.levels.indexOf(PREFIX) + 1] ?? ''
  const device: DecodedDevice = { key: `elevatorcloud:${id}`, kind: 'elevator' }
  const body = objectBody(publish, device)
  if (body.refusal) return body.refusal
  const type = field(body.value, 'type')
  const decoded = accepted(device.key, 'elevator')
  if (type === 'cping' || (type === 'login' && field(body.value, 'res_id') === undefined)) decoded.health.online = true
  else if (type === 'info') {
    const data = field(body.value, 'data')
    if (!isObject(data)) return rejected('invalid_shape', '`data` of an info must be an object', device)
    decoded.time = anyTime(field(data, 'time') ?? field(body.value, 'time'), publish.binding.timezone)
    reportInfo(decoded, data, publish)
  } else if (typeof type === 'string') return ignored(`a message of the type ${type.slice(0, 40)}`, device)
  else return rejected('invalid_shape', '`type` must be info or cping', device)
  return contentOnce(decoded, publish, memory, `elevatorcloud:last:${id}`)
}

function reportInfo(decoded: Decoded, data: JsonObject, { binding }: Publish): void {
  reportFloor(decoded, field(data, 'floor'))
  const raw = field(data, 'fault')
  const faults = faultsOf(raw)
  if (faults !== null) reportFaultList(decoded, faults, FAULTS, binding)
  else if (raw !== undefined) decoded.warnings.push(raw === null ? 'null_value:fault' : 'not_a_list:fault')
  reportMaintenance(decoded, data)
  if (faults?.some((fault) => codeText(fault) === '4') && truthOf(field(data, 'inposition')) === true) {
    decoded.warnings.push('inconsistent:inposition=1 with fault 4')
  }
}

const CODES_TEXT = /^(?=.*\d)[\d\s,;]{1,200}$/

/** A list; a single code or zero instead of one, or the codes as text, is understood. */
function faultsOf(raw: unknown): unknown[] | null {
  if (typeof raw === 'string') return CODES_TEXT.test(raw) ? faultsOf(raw.split(/[\s,;]+/).filter(Boolean)) : null
  if (Array.isArray(raw)) return (raw as unknown[]).filter((fault) => fault !== 0 && fault !== '0')
  if (typeof raw === 'number') return raw === 0 ? [] : [raw]
  return null
}

/** `reparing` is the device's own spelling. */
function reportMaintenance(decoded: Decoded, data: JsonObject): void {
  const said = ['reparing', 'repairing', 'inmaintenance']
    .map((name) => ({ name, raw: field(data, name) }))
    .filter(({ raw }) => raw !== undefined)
  if (said.length === 0) return
  for (const { name, raw } of said) if (raw === null) decoded.warnings.push(`null_value:${name}`)
  const active = said.find(({ raw }) => truthOf(raw) === true)
  const unknown = said.find(({ raw }) => truthOf(raw) === null)
  const state = active ? 'active' : unknown ? 'unknown' : 'cleared'
  report(decoded, 'elevator.maintenance_mode', state, (active ?? unknown ?? said[0])?.raw)
}
