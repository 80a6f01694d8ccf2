import { isUtf8 } from 'node:buffer'
import {
  type Decoded,
  type DeviceMessage,
  type Discovered,
  type Outgoing,
  type Rejection,
  REJECTION_REASONS,
  type RejectionReason,
} from '../rules/model.ts'
import { type Binding, type Memory, type Publish, publishOf, USUAL_SILENCE } from './devices/family.ts'
import { decodeFamily } from './devices/index.ts'
import { EVERY_FAULT } from './devices/lifts.ts'
import { decodeNative } from './devices/native.ts'
import { newsOfKept } from './kept.ts'
import { isUnboundNews } from './devices/unbound.ts'
import { decodeMapped, type Mappings, type Speaker } from './mapping/mappings.ts'
import { type NativeTopic, parseTopic } from './topics.ts'

/** One PUBLISH of a logged-in device or gateway or of an outside broker, or a will that the broker publishes. */
export interface Packet {
  topic: string
  payload: Uint8Array
  receivedAt: number
  /** Who published: the device that the credential is bound to; `null` where a gateway or an outside broker did. */
  device: string | null
  /** The gateway, or `broker:` and the name of an outside broker. */
  gateway?: string
  /** The site of the device, gateway or broker. */
  site: string
  /** The broker speaks for a device that is gone. */
  will: boolean
  /** An outside broker kept it: state of unknown age. */
  retained?: boolean
  /** Set on what an outside broker kept where it kept no session for us: what came after may have been missed. */
  missed?: boolean
  /** Set where the broker itself refuses the content (rights, size): stored as a rejection, whatever it says. */
  refused?: { reason: RejectionReason; detail: string; sizeBytes: number }
}

export interface DecodedPacket {
  messages: DeviceMessage[]
  rejections: Rejection[]
  /** What families ask of their devices, to be sent once this is committed. */
  requests: Outgoing[]
  /** Neither stored nor rejected: metadata, repeats, what came too late. */
  passed: 'ignored' | 'duplicate' | 'stale' | null
}

/** What decoding needs beside the packet. */
export interface DecodeContext {
  /** What the families remember of one gateway or broker; a draft. */
  memory(source: string): Memory
  /** What the site knows about a topic; always with the site's time zone. */
  binding(site: string, topic: string): Binding
  /** The mappings in force; without them nothing is mapped. */
  mappings?: Mappings
}

/** What a packet says. Pure; never throws; what says nothing is a rejection. */
export function decodePacket(packet: Packet, context: DecodeContext): DecodedPacket {
  if (packet.refused) return rejected(packet, packet.refused.reason, packet.refused.detail, packet.refused.sizeBytes)
  try {
    const decoded = decodeContent(packet, context)
    return packet.retained ? newsOfKept(packet, decoded, context) : decoded
  } catch (error) {
    // Such as what is nested deeper than the stack: it must end neither its batch nor the process.
    return rejected(packet, 'internal_error', error instanceof Error ? error.message : String(error))
  }
}

function decodeContent(packet: Packet, context: DecodeContext): DecodedPacket {
  const native = parseTopic(packet.topic)
  if (native !== null) return decodeOwn(packet, native)
  if (packet.device !== null) return rejected(packet, 'unknown_topic', 'no device family has this topic')
  return decodeForeign(packet, context)
}

/** Our own JSON, of the device itself or passed on by a gateway or broker. */
function decodeOwn(packet: Packet, topic: NativeTopic): DecodedPacket {
  if (packet.device === null && topic.channel === 'command') return { ...NOTHING, passed: 'ignored' }
  if (packet.payload.length === 0) {
    if (packet.retained) return { ...NOTHING, passed: 'ignored' }
    return rejected(packet, 'empty', 'the payload is empty')
  }
  if (!isUtf8(packet.payload)) return rejected(packet, 'invalid_utf8', 'the payload is not UTF-8')
  const text = textOf(packet.payload)
  const { decoded, faults } = decodeNative(topic, text)
  const messages = decoded.map((each) => {
    const message = messageOf(packet, packet.device ?? topic.device, each)
    if (each.seq !== null) message.seq = each.seq.value
    if (packet.device === null) message.discovered = { ...discovered(packet, each, 'native', null), site: topic.site }
    return message
  })
  if (faults.length === 0) return { messages, rejections: NONE, requests: NONE, passed: null }
  const [first] = faults
  const detail = faults
    .slice(0, FAULTS_TOLD)
    .map((fault) => fault.detail)
    .join('; ')
  const more = faults.length > FAULTS_TOLD ? `; and ${faults.length - FAULTS_TOLD} more` : ''
  return { ...NOTHING, messages, rejections: rejected(packet, first!.reason, detail + more).rejections }
}

const textOf = (bytes: Uint8Array): string =>
  (bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).toString()

/** A message of another family, from a gateway or an outside broker. */
function decodeForeign(packet: Packet, context: DecodeContext): DecodedPacket {
  const { topic, payload, receivedAt, site, gateway = '' } = packet
  const memory = context.memory(gateway)
  const mapped = context.mappings?.find(site, topic) ?? null
  const binding = { ...context.binding(site, topic), ...mapped?.binding }
  const kept = packet.retained ?? false
  const publish = publishOf({ topic, payload, receivedAt, binding, retain: kept, kept })
  const { family, decoded } = mapped ? decodeMapped(mapped, publish, memory) : decodeFamily(publish, memory)
  const requests = decoded.requests ?? []
  switch (decoded.disposition) {
    case 'ignore':
      return { ...NOTHING, requests, passed: 'ignored' }
    case 'duplicate':
    case 'stale':
      return { ...NOTHING, requests, passed: decoded.disposition }
    case 'reject':
      return { ...rejected(packet, reasonOf(decoded), decoded.detail ?? ''), requests }
    case 'needs_context':
      return { ...rejected(packet, 'needs_context', decoded.reason ?? 'an earlier message is needed first'), requests }
    case 'accept':
      if (family === null) return unbound(packet, publish, memory)
      return { ...NOTHING, requests, messages: foreignMessages(packet, decoded, family) }
  }
}

function reasonOf({ reason }: Decoded): RejectionReason {
  return REJECTION_REASONS.find((known) => known === reason) ?? 'invalid_shape'
}

function foreignMessages(packet: Packet, decoded: Decoded, family: Speaker): DeviceMessage[] {
  return [decoded, ...(decoded.others ?? [])].flatMap((each) => {
    if (each.device === null) return []
    const { key } = each.device
    const single = withoutWildcard(each)
    const found = discovered(packet, each, family.id, family)
    const rows = each.readings.map((row): DeviceMessage => {
      const said: Decoded = { ...each, ...row, time: { device: row.time, basis: 'epoch_ms' }, health: {} }
      delete said.reply
      return { ...messageOf(packet, key, said), discovered: found }
    })
    const current = messageOf(packet, key, single)
    current.discovered = found
    if (each.unreachable) current.unreachable = each.unreachable
    return [...rows, current]
  })
}

/** An empty list of faults is also told as `elevator.* cleared`; each single code stands beside it. */
function withoutWildcard(decoded: Decoded): Decoded {
  if (!decoded.conditions.some(({ code }) => code === EVERY_FAULT)) return decoded
  return { ...decoded, conditions: decoded.conditions.filter(({ code }) => code !== EVERY_FAULT) }
}

/** A topic that nobody knows is shown as a rejection with its bytes, once in a while: an engineer can map it. */
function unbound(packet: Packet, publish: Publish, memory: Memory): DecodedPacket {
  if (!isUnboundNews(publish, memory)) return { ...NOTHING, passed: 'ignored' }
  const detail = 'no device family and no mapping knows this topic; add a mapping for it (POST /api/v1/mappings)'
  return rejected(packet, 'topic_not_bound', detail)
}

/** A will may say that its device is gone. It alone never opens an emergency, so nothing else of it is live. */
const OF_THE_LINK = /^(device|gateway)\./

/** A message before anything but its content is known of it. */
type Message = { -readonly [K in keyof DeviceMessage]: DeviceMessage[K] }

function messageOf(packet: Packet, device: string, decoded: Decoded): Message {
  const { receivedAt, will } = packet
  const { measurements, conditions, historical, simulated } = decoded
  const ofTheLink = !will || (measurements.length === 0 && conditions.every(({ code }) => OF_THE_LINK.test(code)))
  const message: Message = {
    device,
    receivedAt,
    deviceAt: decoded.time.device,
    live: !historical && !simulated && ofTheLink,
    heard: !will && packet.retained !== true,
    seq: null,
    measurements,
    conditions,
    health: decoded.health,
  }
  if (packet.retained) message.retained = true
  if (decoded.reply) message.reply = decoded.reply
  return message
}

function discovered(packet: Packet, decoded: Decoded, familyId: string, family: Speaker | null): Discovered {
  const { key, kind, vendor, model } = decoded.device!
  return {
    gateway: packet.gateway ?? '',
    site: packet.site,
    key,
    family: familyId,
    kind,
    vendor: vendor?.slice(0, ABOUT_LENGTH) ?? null,
    model: model?.slice(0, ABOUT_LENGTH) ?? null,
    silenceMs: silenceOf(decoded, family),
  }
}

/** Battery devices may be silent for long; what tells nothing of its supply is judged by its kind. */
function silenceOf({ health, device }: Decoded, family: Speaker | null): number | null {
  if (family === null) return null
  const { batteryMs, mainsMs } = family.silence ?? USUAL_SILENCE
  if (health.externalPower === true) return mainsMs
  const onBattery =
    health.batteryPercent !== undefined || health.batteryVoltage !== undefined || health.batteryLow !== undefined
  return onBattery || device?.kind === 'water_leak' ? batteryMs : mainsMs
}

/** Vendor and model as they are kept. */
const ABOUT_LENGTH = 200
const FAULTS_TOLD = 10
/** What most packets have none of: shared, since nobody adds to it. */
const NONE: never[] = []
const NOTHING: DecodedPacket = { messages: [], rejections: [], requests: [], passed: null }

function rejected(packet: Packet, reason: RejectionReason, detail: string, sizeBytes?: number): DecodedPacket {
  const rejection: Rejection = {
    receivedAt: packet.receivedAt,
    site: packet.site,
    device: packet.device ?? packet.gateway ?? null,
    topic: packet.topic,
    reason,
    detail,
    payload: packet.payload,
    sizeBytes: sizeBytes ?? packet.payload.length,
  }
  return { ...NOTHING, rejections: [rejection] }
}
