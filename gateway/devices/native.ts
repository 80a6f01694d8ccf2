import {
  type ConditionReport,
  type Decoded,
  type Health,
  HEALTH_POINTS,
  isConditionCode,
  isCustomPoint,
  type Measurement,
  type PointDefinition,
  pointDefinition,
  type RejectionReason,
} from '../../rules/model.ts'
import { ID_PATTERN, type NativeTopic } from '../topics.ts'
import { accepted as acceptedFrom } from './decoded.ts'

/** Our own JSON: what can be used of a message, and what could not, each with its reason. Pure. */
export interface NativeResult {
  decoded: Decoded[]
  faults: Fault[]
}

export interface Fault {
  reason: RejectionReason
  detail: string
}

const MAX_ELEMENTS = 10_000
const MAX_VALUES = 500
const MAX_TEXT_LENGTH = 256
const MAX_DATA_LEVELS = 32
const ISO_WITH_ZONE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/

export function decodeNative(topic: NativeTopic, text: string): NativeResult {
  switch (topic.channel) {
    case 'telemetry':
      return withJson(text, (body) => decodeTelemetry(topic, body))
    case 'event':
      return withJson(text, (body) => decodeEvent(topic, body))
    case 'status':
      return decodeStatus(topic, text)
    case 'command/reply':
      return withJson(text, (body) => decodeReply(topic, body))
    case 'command':
      return refused('unknown_topic', 'a device does not publish to its command topic')
  }
}

const refused = (reason: RejectionReason, detail: string): NativeResult => ({
  decoded: [],
  faults: [{ reason, detail }],
})

function withJson(text: string, decode: (body: unknown) => NativeResult): NativeResult {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (error) {
    return refused('invalid_json', error instanceof Error ? error.message : 'not JSON')
  }
  return decode(body)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const accepted = (topic: NativeTopic) => acceptedFrom(`native:${topic.device}`, 'unknown')

function decodeTelemetry(topic: NativeTopic, body: unknown): NativeResult {
  if (!Array.isArray(body)) return decodeElement(topic, body, false)
  if (body.length === 0) return refused('empty', 'an array without elements')
  if (body.length > MAX_ELEMENTS) {
    return refused('too_many_elements', `${body.length} elements; at most ${MAX_ELEMENTS} in one message`)
  }
  const result: NativeResult = { decoded: [], faults: [] }
  for (const [index, element] of body.entries()) {
    const { decoded, faults } = decodeElement(topic, element, index < body.length - 1)
    result.decoded.push(...decoded)
    for (const fault of faults) result.faults.push({ ...fault, detail: `element ${index}: ${fault.detail}` })
  }
  return result
}

function decodeElement(topic: NativeTopic, body: unknown, historical: boolean): NativeResult {
  if (!isObject(body)) return refused('invalid_shape', 'telemetry is an object with `values`, or an array of these')
  const { values } = body
  if (!isObject(values)) return refused('invalid_shape', '`values` must be an object of points')
  const names = Object.keys(values)
  if (names.length > MAX_VALUES) return refused('invalid_shape', `${names.length} values; at most ${MAX_VALUES}`)
  const decoded = accepted(topic)
  decoded.historical = historical
  const faults: Fault[] = []
  readTime(body, decoded, faults)
  for (const name of names) readValue(name, values[name], decoded, faults)
  // A message of which nothing could be used is a rejection alone; a null says "unknown" and is no fault.
  const empty = isBare(decoded)
  return { decoded: empty && faults.length > 0 ? [] : [decoded], faults }
}

function isBare({ measurements, conditions, health }: Decoded): boolean {
  return measurements.length === 0 && conditions.length === 0 && Object.keys(health).length === 0
}

function readTime(body: Record<string, unknown>, decoded: Decoded, faults: Fault[]): void {
  const { ts, seq } = body
  if (ts !== undefined && ts !== null) {
    const at = typeof ts === 'number' ? ts : typeof ts === 'string' && ISO_WITH_ZONE.test(ts) ? Date.parse(ts) : NaN
    if (Number.isFinite(at) && Math.abs(at) <= 8.64e15) {
      decoded.time = { device: Math.floor(at), basis: typeof ts === 'number' ? 'epoch_ms' : 'utc' }
    } else {
      faults.push({ reason: 'invalid_value', detail: '`ts` must be epoch milliseconds or ISO 8601 with a zone' })
    }
  }
  if (seq !== undefined && seq !== null) {
    if (Number.isSafeInteger(seq)) decoded.seq = { type: 'seq', value: seq as number }
    else faults.push({ reason: 'invalid_value', detail: '`seq` must be an integer' })
  }
}

function readValue(name: string, value: unknown, decoded: Decoded, faults: Fault[]): void {
  if (value === null) {
    decoded.warnings.push(`null_value:${name}`)
    return
  }
  const definition = pointDefinition(name)
  if (definition) return readPoint(name, value, definition, decoded.measurements, faults)
  if (isConditionCode(name)) {
    if (typeof value === 'boolean') decoded.conditions.push(level(name, value))
    else faults.push({ reason: 'invalid_value', detail: `${name} must be true or false` })
    return
  }
  const health = HEALTH_POINTS.get(name)
  if (health) return readHealth(name as keyof Health, value, health, decoded.health, faults)
  if (!isCustomPoint(name)) {
    faults.push({ reason: 'unknown_point', detail: `${name.slice(0, 80)} is not a point or condition` })
  } else if (isScalar(value)) {
    decoded.measurements.push({ name, value, unit: null })
  } else {
    faults.push({ reason: 'invalid_value', detail: `${name} must be a finite number, a boolean or a short text` })
  }
}

function isScalar(value: unknown): value is number | boolean | string {
  if (typeof value === 'string') return value.length <= MAX_TEXT_LENGTH
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
}

const level = (code: string, active: boolean): ConditionReport => ({
  code,
  state: active ? 'active' : 'cleared',
  native: active,
})

function readPoint(
  name: string,
  value: unknown,
  definition: PointDefinition,
  into: Measurement[],
  faults: Fault[],
): void {
  if (definition.type === 'text') {
    if (typeof value === 'string' && value.length <= definition.max) into.push({ name, value, unit: definition.unit })
    else
      faults.push({ reason: 'invalid_value', detail: `${name} must be a text of at most ${definition.max} characters` })
    return
  }
  const number = readNumber(name, value, definition, faults)
  if (number !== null) into.push({ name, value: number, unit: definition.unit })
}

function readHealth(
  name: keyof Health,
  value: unknown,
  definition: PointDefinition | 'boolean',
  into: Health,
  faults: Fault[],
): void {
  if (definition === 'boolean') {
    if (typeof value === 'boolean') write(into, name, value)
    else faults.push({ reason: 'invalid_value', detail: `${name} must be true or false` })
    return
  }
  const number = readNumber(name, value, definition, faults)
  if (number !== null) write(into, name, number)
}

function write(health: Health, name: keyof Health, value: number | boolean): void {
  ;(health as Record<string, unknown>)[name] = value
}

/** A number, or a text that is one; within what a sensor can say. */
function readNumber(name: string, value: unknown, { unit, min, max }: PointDefinition, faults: Fault[]): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number)) {
    faults.push({ reason: 'invalid_value', detail: `${name} must be a finite number` })
    return null
  }
  if (number < min || number > max) {
    faults.push({ reason: 'invalid_value', detail: `${name} is ${number}, outside ${min} to ${max} ${unit}` })
    return null
  }
  return number
}

function decodeEvent(topic: NativeTopic, body: unknown): NativeResult {
  if (!isObject(body)) return refused('invalid_shape', 'an event is an object with `event`')
  const { event, active, data } = body
  if (typeof event !== 'string') return refused('invalid_shape', '`event` must be a condition code')
  if (!isConditionCode(event)) return refused('unknown_event', `${event.slice(0, 80)} is not a condition code`)
  if (active !== undefined && typeof active !== 'boolean') {
    return refused('invalid_value', '`active` must be true or false; without it the event is a pulse')
  }
  const decoded = accepted(topic)
  const faults: Fault[] = []
  readTime(body, decoded, faults)
  const report: ConditionReport = active === undefined ? { code: event, state: 'pulse' } : level(event, active)
  if (isObject(data) && !nestsDeeper(data, MAX_DATA_LEVELS)) report.detail = data
  else if (data !== undefined && data !== null) {
    faults.push({ reason: 'invalid_value', detail: `\`data\` must be an object of at most ${MAX_DATA_LEVELS} levels` })
  }
  decoded.conditions.push(report)
  return { decoded: [decoded], faults }
}

/** JSON nests as deep as it is long; what is written again as JSON must not. */
function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => nestsDeeper(inner, levels - 1))
}

function decodeStatus(topic: NativeTopic, text: string): NativeResult {
  if (text !== 'online' && text !== 'offline') return refused('invalid_value', 'a status is `online` or `offline`')
  const online = text === 'online'
  const decoded = accepted(topic)
  decoded.health = { online }
  decoded.conditions.push(level('device.offline', !online))
  return { decoded: [decoded], faults: [] }
}

function decodeReply(topic: NativeTopic, body: unknown): NativeResult {
  if (!isObject(body)) return refused('invalid_shape', 'a reply is an object with `id` and `ok`')
  const { id, ok, message } = body
  if (typeof id !== 'string' || !ID_PATTERN.test(id)) return refused('invalid_value', "`id` must be the command's")
  if (typeof ok !== 'boolean') return refused('invalid_value', '`ok` must be true or false')
  if (message !== undefined && message !== null && (typeof message !== 'string' || message.length > MAX_TEXT_LENGTH)) {
    return refused('invalid_value', `\`message\` must be a text of at most ${MAX_TEXT_LENGTH} characters`)
  }
  return { decoded: [{ ...accepted(topic), reply: { id, ok, message: message ?? '' } }], faults: [] }
}
