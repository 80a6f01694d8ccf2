import type { Decoded } from '../../rules/model.ts'
import { accepted, ignored, measureHealth, report } from './decoded.ts'
import { type Family, field, type JsonObject, LORAWAN_SILENCE, type Memory, type Publish } from './family.ts'
import { eventTime, type Subject, subjectOf, uplinkOf, withoutDevice } from './lorawan/chirpstack-body.ts'
import { boundKind, chooseCodec, kindByName } from './lorawan/codecs.ts'
import { objectAt, textOf } from './lorawan/envelope.ts'
import { forgetSession, knownKind } from './lorawan/frames.ts'
import { decodeUplink } from './lorawan/uplink.ts'
import { CONTENT_WINDOW_MS, isRepeated, printOf } from './repeats.ts'
import { shapeProblem } from './lorawan/shape.ts'

/**
 * ChirpStack 3 and 4: `application/APP/device/EUI/event/TYPE`, before that `application/APP/device/EUI/TYPE`. Topics of
 * its gateways are known and passed over. Source: ChirpStack's documentation of events.
 */
export const chirpstack: Family = {
  id: 'chirpstack_v4',
  matches: ({ levels }) => eventOf(levels) !== null || isOfGateway(levels),
  decode,
  silence: LORAWAN_SILENCE,
}

const EVENTS = new Set(['up', 'join', 'status', 'log', 'ack', 'txack', 'location', 'integration', 'error'])
const OLD_EVENTS = new Set(['rx', 'join', 'status', 'ack', 'error', 'location'])

interface Event {
  type: string
  eui: string
}

function eventOf(levels: readonly string[]): Event | null {
  const type = levels.at(-1) ?? ''
  const group = levels.at(-2)
  if (levels.at(-4) === 'device' && levels.at(-6) === 'application') {
    if (group === 'event' || group === 'state' || group === 'command') {
      return { type: group === 'event' ? type : group, eui: levels.at(-3) ?? '' }
    }
  }
  if (levels.at(-3) !== 'device' || levels.at(-5) !== 'application' || !OLD_EVENTS.has(type)) return null
  return { type: type === 'rx' ? 'up' : type, eui: group ?? '' }
}

const GATEWAY_ID = /^[0-9a-f]{16}$/i

function isOfGateway(levels: readonly string[]): boolean {
  const group = levels.at(-2)
  if (levels.at(-4) !== 'gateway' || (group !== 'event' && group !== 'state' && group !== 'command')) return false
  return GATEWAY_ID.test(levels.at(-3) ?? '')
}

function decode(publish: Publish, memory: Memory): Decoded {
  const event = eventOf(publish.levels)
  if (event === null && isOfGateway(publish.levels)) return ignored('traffic between a gateway and the network server')
  if (publish.payload.length === 0) return ignored('an empty payload: a retained message was removed')
  const type = event?.type ?? 'up'
  if (!EVENTS.has(type)) return ignored(`${type} of the network server`)
  const body = publish.object()
  if (body === null) return shapeProblem(publish)
  const subject = subjectOf(body, event?.eui ?? null)
  if (subject === null) return withoutDevice()
  return decodeEvent(type, body, subject, publish, memory)
}

/** An event of a device, of either version. */
export function decodeEvent(
  type: string,
  body: JsonObject,
  subject: Subject,
  publish: Publish,
  memory: Memory,
): Decoded {
  if (type === 'up') return decodeUplink(uplinkOf(body, subject), publish, memory)
  const decoded = eventBase(body, subject, publish, memory)
  if (type === 'join') forgetSession(memory, subject.device, decoded.time.device)
  else if (type === 'status') readStatus(body, decoded)
  else if (type === 'log' || type === 'error') readLog(type, body, decoded)
  else return ignored(`${type} event of the network server`, decoded.device)
  return markRepeated(type, body, decoded, subject, publish, memory)
}

function eventBase(body: JsonObject, { device, profiles, name, warnings }: Subject, publish: Publish, memory: Memory) {
  const { binding } = publish
  const names = [binding.profile, ...profiles, name].filter((each) => typeof each === 'string')
  const chosen = chooseCodec(names, device, null)
  const named = chosen === null ? null : kindByName(chosen)
  const kind = boundKind(binding, device) ?? named ?? knownKind(memory, device)
  const decoded = accepted(`lorawan:${device}`, kind)
  decoded.warnings.push(...warnings)
  decoded.time = eventTime(body, {})
  return decoded
}

/** Zero is left out: a margin that is missing is 0 dB, but a level that is missing is no empty battery. */
function readStatus(body: JsonObject, decoded: Decoded): void {
  const margin = field(body, 'margin')
  if (margin === undefined) decoded.warnings.push('field_defaulted:margin')
  measureHealth(decoded, 'linkMargin', margin ?? 0)
  if (field(body, 'externalPowerSource') === true) decoded.health.externalPower = true
  else if (field(body, 'batteryLevelUnavailable') === true) decoded.warnings.push('value_unavailable:batteryLevel')
  else if (field(body, 'batteryLevel') !== undefined) {
    measureHealth(decoded, 'batteryPercent', field(body, 'batteryLevel'), 1, 'batteryLevel')
  } else readRawBattery(field(body, 'battery'), decoded)
}

/** LoRaWAN's own figure: 0 external power, 255 unknown, else of 254. */
function readRawBattery(raw: unknown, decoded: Decoded): void {
  if (raw === 0) decoded.health.externalPower = true
  else if (raw === 255) decoded.warnings.push('value_unavailable:battery')
  else if (typeof raw === 'number') measureHealth(decoded, 'batteryPercent', (raw * 100) / 254, 1, 'battery')
}

/** Errors, and a counter that was reset, mean that uplinks of this device are refused. */
function readLog(type: string, body: JsonObject, decoded: Decoded): void {
  const code = textOf(field(body, type === 'log' ? 'code' : 'type')) ?? 'unknown'
  const isError = type === 'error' || field(body, 'level') === 'ERROR' || code === 'UPLINK_F_CNT_RESET'
  if (!isError) return void decoded.warnings.push(`log:${code.slice(0, 80)}`)
  const description = textOf(field(body, type === 'log' ? 'description' : 'error'))?.slice(0, 256)
  report(
    decoded,
    'device.comm_error',
    'pulse',
    code.slice(0, 80),
    description === undefined ? undefined : { description },
  )
}

const EVENT_KEPT_MS = 24 * 3_600_000

function markRepeated(
  type: string,
  body: JsonObject,
  decoded: Decoded,
  { device }: Subject,
  publish: Publish,
  memory: Memory,
): Decoded {
  const context = objectAt(body, 'context')
  const id = textOf(field(body, 'deduplicationId')) ?? textOf(field(context, 'deduplication_id'))
  const code = textOf(field(body, 'code')) ?? ''
  const print = printOf(`${type}|${id === null ? (publish.text() ?? '') : `${code}|${id}`}`)
  const windowMs = id === null ? CONTENT_WINDOW_MS : EVENT_KEPT_MS
  if (!isRepeated(memory, `lorawan:events:${device}`, print, publish.receivedAt, windowMs)) return decoded
  return {
    ...decoded,
    disposition: 'duplicate',
    reason: id === null ? 'same content within seconds' : 'same deduplicationId',
  }
}
