import type { Decoded } from '../../../rules/model.ts'
import { rejected } from '../decoded.ts'
import { field, isObject, type JsonObject } from '../family.ts'
import { bestReception, countOf, deviceOf, objectAt, payloadOf, receptionTime, textOf } from './envelope.ts'
import type { Uplink } from './uplink.ts'

/**
 * ChirpStack's JSON: version 4 keeps the device in `deviceInfo` and leaves out what is zero; version 3, and the network
 * server inside Milesight's gateways, have `devEUI` and the application at the top level.
 */

/** Who a message of either version is about. */
export interface Subject {
  device: string
  profiles: string[]
  name: string | null
  warnings: string[]
}

export const isVersion4 = (body: JsonObject): boolean => isObject(field(body, 'deviceInfo'))

/** `topicEui` is what the topic says, for bodies that leave it out. */
export function subjectOf(body: JsonObject, topicEui: string | null): Subject | null {
  const warnings: string[] = []
  const info = isVersion4(body) ? objectAt(body, 'deviceInfo') : body
  const told = field(info, 'devEui') ?? field(info, 'devEUI')
  const device = deviceOf(told, warnings) ?? deviceOf(topicEui, warnings)
  if (device === null) return null
  const profile = textOf(field(info, 'deviceProfileName'))
  return {
    device,
    profiles: [...(profile === null ? [] : [profile]), ...modelTags(info)],
    name: nameOf(info),
    warnings,
  }
}

const nameOf = (info: JsonObject) => textOf(field(info, 'deviceName'))

const MODEL_TAGS = [
  'model',
  'profile',
  'type',
  'device_type',
  'deviceType',
  'sensor',
  'manufacturer',
  'vendor',
  'brand',
]

/** A site's tags may say the model where the profile is a general one. */
function modelTags(info: JsonObject): string[] {
  const tags = field(info, 'tags')
  if (!isObject(tags)) return []
  return MODEL_TAGS.flatMap((tag) => textOf(field(tags, tag)) ?? [])
}

export const withoutDevice = (): Decoded => rejected('invalid_shape', 'neither the body nor the topic has a device EUI')

/** When a version 4 or version 3 event happened. */
export function eventTime(body: JsonObject, reception: JsonObject) {
  const network = [field(body, 'time'), field(body, 'publishedAt'), field(reception, 'nsTime')]
  return receptionTime(network, [field(reception, 'gwTime'), field(reception, 'time')])
}

export function uplinkOf(body: JsonObject, { device, profiles, name, warnings }: Subject): Uplink {
  const version4 = isVersion4(body)
  const reception = bestReception(field(body, 'rxInfo'))
  const counted = countOf(field(body, 'fCnt'))
  if (counted === null && version4) warnings.push('field_defaulted:fCnt')
  return {
    device,
    profiles,
    name,
    fPort: countOf(field(body, 'fPort')) ?? 0,
    fCnt: counted ?? (version4 ? 0 : null),
    session: textOf(field(body, 'devAddr')) ?? '',
    messageId: textOf(field(body, 'deduplicationId')) ?? undefined,
    ...payloadOf(field(body, 'data'), 'base64', warnings),
    output: outputOf(body, warnings),
    time: eventTime(body, reception),
    rssi: field(reception, 'rssi'),
    snr: field(reception, 'snr') ?? field(reception, 'loRaSNR'),
    simulated: false,
    warnings,
  }
}

/** Version 3 writes the codec's output as JSON in a text. */
function outputOf(body: JsonObject, warnings: string[]): unknown {
  const object = field(body, 'object')
  if (isObject(object)) return object
  const text = field(body, 'objectJSON')
  if (typeof text !== 'string' || text === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    warnings.push('invalid_object_json')
    return undefined
  }
}
