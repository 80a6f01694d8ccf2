import { isUtf8 } from 'node:buffer'
import type { DeviceMessage, Rejection, RejectionReason } from '../rules/model.ts'
import { decodeNative } from './devices/native.ts'
import { parseTopic } from './topics.ts'

/** One PUBLISH of a logged-in device, or a will that the broker publishes for it. */
export interface Packet {
  topic: string
  payload: Uint8Array
  receivedAt: number
  /** Who published: the device that the credential is bound to. */
  device: string
  site: string
  /** The broker speaks for a device that is gone. */
  will: boolean
  /** Set where the broker itself refuses the content (rights, size): stored as a rejection, whatever it says. */
  refused?: { reason: RejectionReason; detail: string; sizeBytes: number }
}

export interface DecodedPacket {
  messages: DeviceMessage[]
  rejections: Rejection[]
}

/** What a packet says. Pure; never throws; what says nothing is a rejection. */
export function decodePacket(packet: Packet): DecodedPacket {
  if (packet.refused) return rejected(packet, packet.refused.reason, packet.refused.detail, packet.refused.sizeBytes)
  const topic = parseTopic(packet.topic)
  if (topic === null) return rejected(packet, 'unknown_topic', 'no device family has this topic')
  if (packet.payload.length === 0) return rejected(packet, 'empty', 'the payload is empty')
  if (!isUtf8(packet.payload)) return rejected(packet, 'invalid_utf8', 'the payload is not UTF-8')

  const { decoded, faults } = decodeNative(
    topic,
    Buffer.from(packet.payload.buffer, packet.payload.byteOffset, packet.payload.length).toString(),
  )
  // A will may say that its device is gone. It alone never opens an emergency, so nothing else of it is live.
  const live = !packet.will || topic.channel === 'status'
  const messages = decoded.map((each): DeviceMessage => ({
    device: packet.device,
    receivedAt: packet.receivedAt,
    deviceAt: each.time.device,
    live: live && !each.historical && !each.simulated,
    heard: !packet.will,
    seq: each.seq,
    measurements: each.measurements,
    conditions: each.conditions,
    health: each.health,
  }))
  if (faults.length === 0) return { messages, rejections: [] }
  const [first] = faults
  const detail = faults
    .slice(0, FAULTS_TOLD)
    .map((fault) => fault.detail)
    .join('; ')
  const more = faults.length > FAULTS_TOLD ? `; and ${faults.length - FAULTS_TOLD} more` : ''
  return { messages, rejections: rejected(packet, first!.reason, detail + more).rejections }
}

const FAULTS_TOLD = 10

function rejected(packet: Packet, reason: RejectionReason, detail: string, sizeBytes?: number): DecodedPacket {
  const rejection: Rejection = {
    receivedAt: packet.receivedAt,
    site: packet.site,
    device: packet.device,
    topic: packet.topic,
    reason,
    detail,
    payload: packet.payload,
    sizeBytes: sizeBytes ?? packet.payload.length,
  }
  return { messages: [], rejections: [rejection] }
}
