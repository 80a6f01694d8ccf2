import type { Decoded } from '../../rules/model.ts'
import { accepted, ignored, rejected } from './decoded.ts'
import { decodeEvent } from './chirpstack.ts'
import { type Family, field, isObject, type JsonObject, LORAWAN_SILENCE, type Memory, type Publish } from './family.ts'
import { isVersion4, subjectOf, withoutDevice } from './lorawan/chirpstack-body.ts'
import { boundKind } from './lorawan/codecs.ts'
import { countOf, deviceOf, objectAt, payloadOf, receptionTime, textOf } from './lorawan/envelope.ts'
import { forgetSession, knownKind } from './lorawan/frames.ts'
import { shapeProblem } from './lorawan/shape.ts'
import { decodeUplink, type Uplink } from './lorawan/uplink.ts'
import { decodeBody, isThingsStackBody } from './the-things-stack.ts'

/**
 * Network servers that publish on a topic of the site's choice, known by their JSON: the server inside Milesight's
 * gateways (as ChirpStack 3), Actility ThingPark (`DevEUI_uplink`), and the others through a bridge.
 */
export const lorawanNetworks: Family = {
  id: 'lorawan_other_ns',
  matches: (publish) => bodyOf(publish.object()) !== null,
  decode,
  silence: LORAWAN_SILENCE,
}

type Body = 'chirpstack' | 'actility' | 'things_stack'

function bodyOf(body: JsonObject | null): Body | null {
  if (body === null) return null
  if (actilityEvent(body) !== null) return 'actility'
  if (isThingsStackBody(body)) return 'things_stack'
  const info = isVersion4(body) ? objectAt(body, 'deviceInfo') : body
  const eui = field(info, 'devEui') ?? field(info, 'devEUI')
  return typeof eui === 'string' && eventOf(body) !== null ? 'chirpstack' : null
}

/** Which event a body on a free topic is, by what it has. */
function eventOf(body: JsonObject): string | null {
  const has = (key: string) => Object.hasOwn(body, key)
  if (has('data') || has('fPort') || has('object') || has('objectJSON')) return 'up'
  if (has('margin')) return 'status'
  if (has('level') && has('code')) return 'log'
  if (has('acknowledged')) return 'ack'
  if (has('error') && has('type')) return 'error'
  if (has('gatewayId') || has('gatewayID')) return 'txack'
  if (has('location')) return 'location'
  if (has('rxInfo') && has('fCnt')) return 'up'
  return has('devAddr') ? 'join' : null
}

function decode(publish: Publish, memory: Memory): Decoded {
  if (publish.payload.length === 0) return ignored('an empty payload: a retained message was removed')
  const body = publish.object()
  if (body === null) return shapeProblem(publish)
  switch (bodyOf(body)) {
    case 'actility':
      return decodeActility(body, publish, memory)
    case 'things_stack':
      return decodeBody(body, publish, memory)
    case 'chirpstack': {
      const subject = subjectOf(body, null)
      return subject === null ? withoutDevice() : decodeEvent(eventOf(body) ?? 'up', body, subject, publish, memory)
    }
    case null:
      return rejected('invalid_shape', 'no uplink of a LoRaWAN network server that is known')
  }
}

const ACTILITY_EVENTS = ['DevEUI_uplink', 'DevEUI_notification', 'DevEUI_location', 'DevEUI_downlink_Sent']

function actilityEvent(body: JsonObject): string | null {
  const named = ACTILITY_EVENTS.find((event) => isObject(field(body, event)))
  return named ?? Object.keys(body).find((key) => key.startsWith('DevEUI_') && isObject(field(body, key))) ?? null
}

function decodeActility(body: JsonObject, publish: Publish, memory: Memory): Decoded {
  const event = actilityEvent(body)!
  const content = objectAt(body, event)
  const warnings: string[] = []
  const device = deviceOf(field(content, 'DevEUI'), warnings)
  if (device === null) return rejected('invalid_shape', `\`${event}\` has no DevEUI`)
  if (event === 'DevEUI_uplink') return decodeUplink(actilityUplink(content, device, warnings), publish, memory)
  const kind = boundKind(publish.binding, device) ?? knownKind(memory, device)
  const decoded = accepted(`lorawan:${device}`, kind)
  if (event !== 'DevEUI_notification' || field(content, 'Type') !== 'join') return ignored(event, decoded.device)
  decoded.time = receptionTime([field(content, 'Time')], [])
  forgetSession(memory, device, decoded.time.device)
  return decoded
}

/** Numbers are texts here, and the payload is hex. */
function actilityUplink(content: JsonObject, device: string, warnings: string[]): Uplink {
  const customer = objectAt(content, 'CustomerData')
  const model = objectAt(objectAt(content, 'DriverCfg'), 'mod')
  const profiles = [field(objectAt(customer, 'alr'), 'pro'), field(model, 'mId'), field(model, 'pId')]
  if (countOf(field(content, 'Late')) === 1) warnings.push('late')
  return {
    device,
    profiles: profiles.filter((each) => typeof each === 'string'),
    name: textOf(field(customer, 'name')),
    fPort: countOf(field(content, 'FPort')) ?? 0,
    fCnt: countOf(field(content, 'FCntUp')),
    session: textOf(field(content, 'DevAddr')) ?? '',
    ...payloadOf(field(content, 'payload_hex'), 'hex', warnings),
    output: field(content, 'payload'),
    time: receptionTime([field(content, 'Time')], []),
    rssi: field(content, 'LrrRSSI'),
    snr: field(content, 'LrrSNR'),
    simulated: false,
    warnings,
  }
}
