import type {
  ConditionReport,
  ConditionState,
  Decoded,
  Mapping,
  MappingFault,
  RejectionReason,
} from '../../rules/model.ts'
import { accepted, ignored, rejected } from '../devices/decoded.ts'
import type { Json, Memory, Publish } from '../devices/family.ts'
import { CONTENT_WINDOW_MS, isRepeated, printOf } from '../devices/repeats.ts'
import { epochTime, NO_TIME, writtenTime } from '../devices/times.ts'
import { compileEvent } from './events.ts'
import type { Said } from './expression.ts'
import { compileKey } from './key.ts'
import { compileHealth, compilePoint } from './points.ts'
import { type Read, type Reading, shown } from './reading.ts'
import { compilePath, single } from './source.ts'
import type { TopicFilter } from './topic.ts'

/** The id that stands for a family's where a mapping decodes. */
export const MAPPING_FAMILY = 'mapping'
/** CEL may walk lists: so much it walks at once without keeping other messages waiting. */
const CEL_PAYLOAD_MAX_BYTES = 32 * 1024
const CEL_MAX = 50

type Device = NonNullable<Mapping['device']>
type Reader = (publish: Publish, memory: Memory) => Reading

/** One function of a mapping's parts; `null` where a part (or the topic) does not fit, which `faults` tells. */
export function compileReader(
  mapping: Mapping,
  { key: written, ...about }: Device,
  filter: TopicFilter | null,
  faults: MappingFault[],
): Reader | null {
  const readKey = filter && compileKey(written, filter, faults)
  const readTime = mapping.time === undefined ? null : compileTime(mapping.time, faults)
  const parts = compileParts(mapping, faults)
  const usesCel = limitCel(mapping, faults)
  if (readKey === null || faults.length > 0) return null
  const reject = (reason: RejectionReason, place: string, message: string): Reading => ({
    decoded: rejected(reason, `mapping ${mapping.id}, ${place}: ${message}`),
    notes: [{ place, message }],
    unavailable: false,
  })

  return (publish, memory) => {
    if (publish.payload.length === 0 && mapping.heartbeat !== true) {
      return { decoded: ignored('an empty payload: a retained message was removed'), notes: [], unavailable: true }
    }
    if (usesCel && publish.payload.length > CEL_PAYLOAD_MAX_BYTES) {
      return reject('too_large', 'payload', `with CEL a payload has at most ${CEL_PAYLOAD_MAX_BYTES} bytes`)
    }
    const payload = payloadOf(mapping, publish)
    if ('reason' in payload) return reject(payload.reason, 'payload', payload.detail)
    const said: Said = { payload: payload.value, topic: publish.levels }
    const key = readKey(said)
    if ('missing' in key) return reject('invalid_shape', 'device.key', key.missing)
    const { kind, model, vendor } = about
    const known = { ...(model === undefined ? {} : { model }), ...(vendor === undefined ? {} : { vendor }) }
    const decoded = accepted(`${MAPPING_FAMILY}:${String(key.value)}`, kind, known)
    const reading: Reading = { decoded, notes: [], unavailable: false }
    for (const read of parts) read(said, reading)
    readTime?.(said, reading, publish)
    decoded.conditions = oneEach(decoded.conditions)
    const [first] = reading.notes
    if (saysNothing(decoded) && !reading.unavailable && mapping.heartbeat !== true && first !== undefined) {
      return { ...reject('invalid_shape', first.place, first.message), notes: reading.notes }
    }
    if (isSentTwice(decoded, publish, memory)) decoded.disposition = 'duplicate'
    return reading
  }
}

function compileParts({ points, events, health }: Mapping, faults: MappingFault[]): Read[] {
  const named = new Map<string, number>()
  const parts: (Read | null)[] = []
  for (const [index, point] of points.entries()) {
    const place = `points[${index}]`
    const earlier = named.get(point.name)
    if (earlier !== undefined) {
      faults.push({ place: `${place}.name`, message: `${point.name} is read already, by points[${earlier}]` })
    }
    named.set(point.name, index)
    parts.push(compilePoint(point, place, faults))
  }
  for (const [index, event] of events.entries()) parts.push(compileEvent(event, `events[${index}]`, faults))
  for (const [name, from] of Object.entries(health)) {
    if (from !== undefined) parts.push(compileHealth(name, from, `health.${name}`, faults))
  }
  return parts.filter((part) => part !== null)
}

function limitCel({ points, events, health }: Mapping, faults: MappingFault[]): boolean {
  const all = [...points, ...events, ...Object.values(health)]
  const used = all.filter((each) => each?.cel !== undefined).length
  if (used > CEL_MAX) faults.push({ place: 'points', message: `a mapping has at most ${CEL_MAX} CEL expressions` })
  return used > 0
}

type Time = NonNullable<Mapping['time']>

function compileTime({ path, format, timezone }: Time, faults: MappingFault[]) {
  const source = single(compilePath(path, 'time.path', faults), faults)
  if (source === null) return null
  return (said: Said, { decoded, notes }: Reading, { binding }: Publish): void => {
    const found = source.read(said)
    if ('missing' in found) return void notes.push({ place: 'time.path', message: found.missing })
    const local = format === 'local' ? (timezone ?? binding.timezone) : timezone
    const time = format === 'epoch' ? epochTime(found.value) : writtenTime(found.value, local)
    decoded.time = time
    if (time.device !== null) return
    const why = time === NO_TIME ? `is no time as ${format}` : 'has no zone; set `timezone` or the format `local`'
    decoded.warnings.push('time_unreadable')
    notes.push({ place: 'time', message: `${shown(found.value)} ${why}` })
  }
}

type Payload = { value: unknown } | { reason: RejectionReason; detail: string }

function payloadOf({ payload, heartbeat }: Mapping, publish: Publish): Payload {
  const text = publish.text()
  const json: Json = payload === 'json' ? publish.json() : { ok: true, value: text?.trim() }
  if (text !== null && json.ok) return { value: json.value }
  if (heartbeat === true) return { value: undefined }
  if (text === null || json.ok) return { reason: 'invalid_utf8', detail: 'it is not UTF-8' }
  return { reason: json.reason, detail: json.detail }
}

function saysNothing({ measurements, conditions, health }: Decoded): boolean {
  return measurements.length + conditions.length + Object.keys(health).length === 0
}

const STRONGEST_FIRST: readonly ConditionState[] = ['active', 'pulse', 'unknown', 'cleared']

/** One state a code: what one table calls over and another names is there. */
function oneEach(reports: readonly ConditionReport[]): ConditionReport[] {
  const found = new Map<string, ConditionReport>()
  for (const each of reports) {
    const earlier = found.get(each.code)
    const stronger =
      earlier === undefined || STRONGEST_FIRST.indexOf(each.state) < STRONGEST_FIRST.indexOf(earlier.state)
    if (stronger) found.set(each.code, each)
  }
  return [...found.values()]
}

/** A level may come as often as it likes; a pulse that comes again at once is the same message. */
function isSentTwice({ conditions }: Decoded, publish: Publish, memory: Memory): boolean {
  if (!conditions.some(({ state }) => state === 'pulse')) return false
  const print = printOf(publish.text() ?? '')
  return isRepeated(memory, `mapping:${publish.topic}`, print, publish.receivedAt, CONTENT_WINDOW_MS)
}
