import { type Packet, generate, parser as createParser } from 'mqtt-packet'
import { connect as connectSocket, type Socket } from 'node:net'
import type { MqttLoginGiven } from './service.ts'

/**
 * An MQTT client that hides nothing: packets or plain bytes out, packets in the order in which they came. For tests that
 * ask what the broker answers, and when.
 */
export interface RawMqtt {
  socket: Socket
  /** Every packet that came, oldest first. */
  readonly received: readonly Packet[]
  readonly closed: boolean
  send(packet: Packet): void
  sendBytes(bytes: Uint8Array): void
  /** The next packet that was not taken yet; rejects when the connection ends before one comes. */
  next(): Promise<Packet>
  /** The next `count` packets. */
  take(count: number): Promise<Packet[]>
  /** Resolves when the connection is over. */
  ended(): Promise<void>
  /** Goes without DISCONNECT. */
  drop(): void
  /** Says goodbye and waits until the broker closed. */
  leave(): Promise<void>
}

const PATIENCE_MS = 15_000

export async function openRaw(port: number): Promise<RawMqtt> {
  const socket = connectSocket({ port, host: '127.0.0.1', noDelay: true })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  return rawOver(socket)
}

function rawOver(socket: Socket): RawMqtt {
  const received: Packet[] = []
  let taken = 0
  let closed = false
  let wake: (() => void)[] = []
  const woken = () => {
    const waiting = wake
    wake = []
    for (const each of waiting) each()
  }
  const parser = createParser()
  parser.on('packet', (packet) => void received.push(packet))
  socket.on('data', (chunk: Buffer) => {
    parser.parse(chunk)
    woken()
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    closed = true
    woken()
  })

  async function until(what: string, ready: () => boolean): Promise<void> {
    const late = Date.now() + PATIENCE_MS
    while (!ready()) {
      if (Date.now() > late) throw new Error(`waited in vain for ${what}; received ${summary(received)}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 250)
        wake.push(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
  }

  const raw: RawMqtt = {
    socket,
    received,
    get closed() {
      return closed
    },
    send: (packet) => void socket.write(generate(packet)),
    sendBytes: (bytes) => void socket.write(bytes),
    async next() {
      await until('a packet', () => received.length > taken || closed)
      const packet = received[taken]
      if (packet === undefined) throw new Error(`the connection ended; received ${summary(received)}`)
      taken += 1
      return packet
    },
    async take(count) {
      await until(`${count} packets`, () => received.length >= taken + count || closed)
      if (received.length < taken + count) throw new Error(`the connection ended; received ${summary(received)}`)
      taken += count
      return received.slice(taken - count, taken)
    },
    ended: () => until('the end of the connection', () => closed),
    drop: () => socket.destroy(),
    async leave() {
      if (!closed) raw.send({ cmd: 'disconnect' })
      await raw.ended()
    },
  }
  return raw
}

function summary(packets: readonly Packet[]): string {
  const last = packets.slice(-5).map(({ cmd, messageId }) => `${cmd} ${messageId ?? ''}`.trim())
  return `${packets.length} packets, the last: ${last.join(', ')}`
}

export interface ConnectFields {
  clientId?: string
  clean?: boolean
  username?: string
  password?: string | Buffer
  keepalive?: number
  will?: { topic: string; payload: Buffer | string; qos?: 0 | 1 | 2; retain?: boolean }
}

/** A CONNECT of MQTT 3.1.1 for a provisioned device. */
export function connectPacket(login: MqttLoginGiven, fields: ConnectFields = {}): Packet {
  const { will, ...rest } = fields
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    keepalive: 0,
    clientId: login.clientId,
    username: login.username,
    password: Buffer.from(login.password),
    ...rest,
    ...(will ? { will: { qos: 1, retain: true, ...will, payload: Buffer.from(will.payload) } } : {}),
  } as Packet
}

/** Connects and answers the open session once CONNACK accepts it. */
export async function openSession(port: number, login: MqttLoginGiven, fields?: ConnectFields): Promise<RawMqtt> {
  const raw = await openRaw(port)
  raw.send(connectPacket(login, fields))
  const answer = await raw.next()
  if (answer.cmd !== 'connack' || answer.returnCode !== 0) throw new Error(`login refused: ${JSON.stringify(answer)}`)
  return raw
}

/** The CONNACK's return code for these bytes as first packet; `null` where the connection just ends. */
export async function returnCodeOf(port: number, bytes: Uint8Array): Promise<number | null> {
  const raw = await openRaw(port)
  raw.sendBytes(bytes)
  const answer = await raw.next().catch(() => null)
  if (answer?.cmd === 'connack' && answer.returnCode === 0) raw.drop()
  await raw.ended()
  return answer?.cmd === 'connack' ? (answer.returnCode ?? null) : null
}

/** PUBLISH as bytes. Refuses nothing: any QoS, any packet id, any topic bytes. */
export function publishBytes(
  topic: string | Uint8Array,
  payload: string | Uint8Array,
  { qos = 1, messageId = 1, dup = false, retain = false }: PublishFields = {},
): Buffer {
  const name = Buffer.from(topic as string)
  const body = [twoBytes(name.length), name, ...(qos > 0 ? [twoBytes(messageId)] : []), Buffer.from(payload as string)]
  return frame(0x30 | (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0), Buffer.concat(body))
}

export interface PublishFields {
  qos?: 0 | 1 | 2 | 3
  messageId?: number
  dup?: boolean
  retain?: boolean
}

/** One MQTT control packet: first byte, remaining length, body. */
export function frame(firstByte: number, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([firstByte]), remainingLength(body.length), body])
}

export function remainingLength(length: number): Buffer {
  const digits: number[] = []
  let rest = length
  do {
    const digit = rest % 128
    rest = Math.floor(rest / 128)
    digits.push(rest > 0 ? digit | 0x80 : digit)
  } while (rest > 0)
  return Buffer.from(digits)
}

export interface RawConnect {
  protocol?: string
  level?: number
  flags: number
  /** Client id, then will topic and payload, user name, password as the flags say: each with its length before it. */
  fields: (string | Uint8Array)[]
}

/** CONNECT as bytes, also one that no client library would send. */
export function connectBytes({ protocol = 'MQTT', level = 4, flags, fields }: RawConnect): Buffer {
  const texts = fields.map((field) => Buffer.from(field as string))
  const parts = texts.flatMap((text) => [twoBytes(text.length), text])
  const head = [twoBytes(protocol.length), Buffer.from(protocol), Buffer.from([level, flags, 0, 0])]
  if (level === 5) head.push(Buffer.from([0]))
  return frame(0x10, Buffer.concat([...head, ...parts]))
}

function twoBytes(value: number): Buffer {
  return Buffer.from([(value >> 8) & 0xff, value & 0xff])
}
