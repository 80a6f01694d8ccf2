import type { Decoded } from '../../rules/model.ts'
import { accepted, ignored, rejected } from './decoded.ts'
import { type Family, field, isObject, type JsonObject, LORAWAN_SILENCE, type Memory, type Publish } from './family.ts'
import { boundKind, chooseCodec, kindByName } from './lorawan/codecs.ts'
import { bestReception, countOf, deviceOf, objectAt, payloadOf, receptionTime, textOf } from './lorawan/envelope.ts'
import { forgetSession, knownKind } from './lorawan/frames.ts'
import { shapeProblem } from './lorawan/shape.ts'
import { decodeUplink, type Uplink } from './lorawan/uplink.ts'

/**
 * The Things Stack v3: `v3/APP@TENANT/devices/ID/{up,join,down/…,service/data,location/solved}`. Fields that are zero,
 * empty or false are left out. Source: The Things Stack, data formats.
 */
export const theThingsStack: Family = {
  id: 'tts_v3',
  matches: ({ levels }) => channelOf(levels) !== null,
  decode,
  silence: LORAWAN_SILENCE,
}

const CHANNELS = new Set(['up', 'join', 'down', 'service', 'location'])

function channelOf(levels: readonly string[]): string | null {
  const at = levels.indexOf('devices')
  if (at < 2 || levels[at - 2] !== 'v3' || levels.length > at + 4) return null
  const channel = levels[at + 2]
  return channel !== undefined && CHANNELS.has(channel) ? channel : null
}

/** Whether a body on another topic, as bridges choose, is The Things Stack's. */
export const isThingsStackBody = (body: JsonObject): boolean =>
  isObject(field(body, 'end_device_ids')) && (isObject(field(body, 'uplink_message')) || hasJoin(body))

const hasJoin = (body: JsonObject) => isObject(field(body, 'join_accept'))

function decode(publish: Publish, memory: Memory): Decoded {
  if (publish.payload.length === 0) return ignored('an empty payload: a retained message was removed')
  const channel = channelOf(publish.levels) ?? 'up'
  if (channel !== 'up' && channel !== 'join') return ignored(`${channel} message of the network server`)
  const body = publish.object()
  if (body === null) return shapeProblem(publish)
  return decodeBody(body, publish, memory)
}

export function decodeBody(body: JsonObject, publish: Publish, memory: Memory): Decoded {
  const warnings: string[] = []
  const ids = objectAt(body, 'end_device_ids')
  const device = deviceOf(field(ids, 'dev_eui'), warnings) ?? textOf(field(ids, 'device_id'))
  if (device === null) return rejected('invalid_shape', '`end_device_ids` has neither a dev_eui nor a device_id')
  if (hasJoin(body)) return joined(body, ids, device, publish, memory)
  const up = field(body, 'uplink_message')
  if (!isObject(up)) return rejected('invalid_shape', 'neither `uplink_message` nor `join_accept` is an object')
  return decodeUplink(uplinkOf(body, up, ids, device, warnings), publish, memory)
}

function joined(body: JsonObject, ids: JsonObject, device: string, publish: Publish, memory: Memory): Decoded {
  const name = textOf(field(ids, 'device_id'))
  const { profile } = publish.binding
  const chosen = chooseCodec(
    [profile, name].filter((each) => typeof each === 'string'),
    device,
    null,
  )
  const named = chosen === null ? null : kindByName(chosen)
  const kind = boundKind(publish.binding, device) ?? named ?? knownKind(memory, device)
  const decoded = accepted(`lorawan:${device}`, kind)
  const accept = objectAt(body, 'join_accept')
  decoded.time = receptionTime([field(accept, 'received_at'), field(body, 'received_at')], [])
  forgetSession(memory, device, decoded.time.device)
  return decoded
}

function uplinkOf(body: JsonObject, up: JsonObject, ids: JsonObject, device: string, warnings: string[]): Uplink {
  const reception = bestReception(field(up, 'rx_metadata'))
  const version = objectAt(up, 'version_ids')
  const counted = countOf(field(up, 'f_cnt'))
  if (counted === null) warnings.push('field_defaulted:f_cnt')
  const network = [field(up, 'received_at'), field(body, 'received_at')]
  return {
    device,
    profiles: [field(version, 'model_id'), field(version, 'brand_id')].filter((each) => typeof each === 'string'),
    name: textOf(field(ids, 'device_id')),
    fPort: countOf(field(up, 'f_port')) ?? 0,
    fCnt: counted ?? 0,
    session: textOf(field(up, 'session_key_id')) ?? textOf(field(ids, 'dev_addr')) ?? '',
    ...payloadOf(field(up, 'frm_payload'), 'base64', warnings),
    output: field(up, 'decoded_payload'),
    normalized: field(up, 'normalized_payload'),
    time: receptionTime(network, [field(reception, 'received_at'), field(reception, 'time')]),
    rssi: field(reception, 'rssi'),
    snr: field(reception, 'snr'),
    simulated: field(body, 'simulated') === true || field(up, 'simulated') === true,
    warnings,
  }
}
