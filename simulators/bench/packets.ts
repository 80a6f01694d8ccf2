/** What a client needs to log in, as provisioning hands it out. */
export interface Credentials {
  clientId: string
  username: string
  password: string
  /** The device's own topic, without a slash at its end. */
  topic: string
}

/** PUBLISH packets of one length, back to back in one buffer; slot `i` carries packet id `i + 1`. */
export interface PublishRing {
  bytes: Buffer
  packetBytes: number
  slots: number
}

export interface AckHandler {
  connack(returnCode: number): void
  puback(packetId: number): void
}

const CONNECT = 0x10
const CONNACK = 0x20
const PUBLISH_QOS_1 = 0x32
const PUBACK = 0x40
const USERNAME_PASSWORD_CLEAN = 0xc2
const REMAINING_LENGTH_MAX = 268_435_455
const PACKET_ID_MAX = 65_535

export const DISCONNECT = Buffer.from([0xe0, 0x00])

/** A CONNECT of MQTT 3.1.1 with a clean session and no will. */
export function encodeConnect(credentials: Credentials, keepAliveSeconds: number): Buffer {
  const head = Buffer.from([0x00, 0x04, 0x4d, 0x51, 0x54, 0x54, 0x04, USERNAME_PASSWORD_CLEAN, 0, 0])
  head.writeUInt16BE(keepAliveSeconds, 8)
  const fields = [credentials.clientId, credentials.username, credentials.password].map(encodeString)
  return encodePacket(CONNECT, Buffer.concat([head, ...fields]))
}

/** A PUBLISH with QoS 1, neither retained nor a duplicate. */
export function encodePublish(topic: string, payload: Buffer, packetId: number): Buffer {
  if (packetId < 1 || packetId > PACKET_ID_MAX) throw new RangeError(`packet id ${packetId}`)
  return encodePacket(
    PUBLISH_QOS_1,
    Buffer.concat([encodeString(topic), Buffer.from([packetId >> 8, packetId]), payload]),
  )
}

/**
 * One packet for each payload, so that sending is a slice of a finished buffer. A slot is sent again once its packet
 * id is acknowledged.
 *
 * @throws RangeError when the payloads differ in length, since the slots could then not be addressed.
 */
export function encodePublishRing(topic: string, payloads: Buffer[]): PublishRing {
  const packets = payloads.map((payload, slot) => encodePublish(topic, payload, slot + 1))
  const packetBytes = packets[0]?.length ?? 0
  if (packets.some((packet) => packet.length !== packetBytes)) throw new RangeError('payloads differ in length')
  return { bytes: Buffer.concat(packets), packetBytes, slots: packets.length }
}

/**
 * Reads CONNACK and PUBACK from a byte stream cut anywhere, and skips every other packet.
 *
 * The returned function takes the bytes `[0, length)` of a buffer that the caller may reuse afterwards.
 *
 * @throws Error from that function when a packet's length field is not one of MQTT.
 */
export function createAckReader(handler: AckHandler): (bytes: Buffer, length: number) => void {
  let type = 0
  let remaining = -1 // below zero: still reading the length field
  let lengthBytes = 0
  let lengthValue = 0
  let bodyAt = 0
  let word = 0

  const finish = () => {
    if (type === PUBACK) handler.puback(word)
    else if (type === CONNACK) handler.connack(word & 0xff)
    type = 0
  }
  const takeLength = (byte: number) => {
    lengthValue += (byte & 0x7f) * 128 ** lengthBytes++
    if (byte & 0x80) {
      if (lengthBytes === 4) throw new Error('not MQTT: a length field of more than four bytes')
      return
    }
    remaining = lengthValue
    if (remaining === 0) finish()
  }
  const takeByte = (byte: number) => {
    if (type === 0) {
      type = byte & 0xf0
      remaining = -1
      lengthBytes = 0
      lengthValue = 0
      bodyAt = 0
      word = 0
      return
    }
    if (remaining < 0) return takeLength(byte)
    if (bodyAt++ < 2) word = (word << 8) | byte
    if (bodyAt === remaining) finish()
  }

  return (bytes, length) => {
    let at = 0
    while (at < length) {
      if (type === 0 && at + 4 <= length && bytes[at] === PUBACK && bytes[at + 1] === 2) {
        handler.puback((bytes[at + 2]! << 8) | bytes[at + 3]!)
        at += 4
      } else takeByte(bytes[at++]!)
    }
  }
}

function encodeString(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8')
  const field = Buffer.alloc(2 + bytes.length)
  field.writeUInt16BE(bytes.length, 0)
  bytes.copy(field, 2)
  return field
}

function encodePacket(type: number, body: Buffer): Buffer {
  if (body.length > REMAINING_LENGTH_MAX) throw new RangeError(`a packet of ${body.length} bytes`)
  const header = [type]
  let rest = body.length
  do {
    const more = rest > 127 ? 0x80 : 0
    header.push((rest % 128) | more)
    rest = Math.floor(rest / 128)
  } while (rest > 0)
  return Buffer.concat([Buffer.from(header), body])
}
