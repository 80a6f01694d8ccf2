import type { AedesOptions, Client } from 'aedes'
import type { Clock } from '../rules/clock.ts'
import type { MqttLogin } from '../rules/model.ts'
import type { Packet } from './decode.ts'
import type { OversizedPublish } from './frames.ts'
import type { Ingest } from './ingest.ts'
import type { Sessions } from './sessions.ts'
import { deviceTopic, TOPIC_MAX_BYTES } from './topics.ts'

type AuthorizePublish = NonNullable<AedesOptions['authorizePublish']>
type Publish = Parameters<AuthorizePublish>[1]
type Callback = Parameters<AuthorizePublish>[2]

export interface Publishing {
  /** Calls back when the packet is committed; with an error, so that it is never acknowledged, when it will not be. */
  authorize: AuthorizePublish
  /** Stores a PUBLISH that was skipped for its length as a rejection, then acknowledges it with the answered bytes. */
  rejectOversized(client: Client, publish: OversizedPublish, acknowledge: (packet: Buffer) => void): void
}

export interface PublishingOptions {
  ingest: Ingest
  clock: Clock
  sessions: Sessions
  isClosing: () => boolean
}

const PUBACK = 0x40
const PUBREC = 0x50

/** What becomes of a PUBLISH: rights, protocol faults, the hold until commit, and each QoS 2 packet once. */
export function createPublishing({ ingest, clock, sessions, isClosing }: PublishingOptions): Publishing {
  const unreleased = new WeakMap<Client, Map<number, Callback[]>>()

  function authorize(client: Client | null, publish: Publish, callback: Callback): void {
    const login = client === null ? undefined : sessions.login(client)
    const will = client !== null && (client as unknown as { will: unknown }).will === publish
    if (client === null || login === undefined || (will && isClosing())) {
      return callback(new Error('nobody is logged in who could publish this'))
    }
    // A retained message is live and is kept for nobody.
    publish.retain = false
    const fault = protocolFault(publish, will)
    if (fault !== null) return callback(new Error(fault))
    if (publish.qos === 2 && !will)
      return once(client, publish, callback, (done) => take(client, login, publish, will, done))
    take(client, login, publish, will, callback)
  }

  function take(client: Client, login: MqttLogin, publish: Publish, will: boolean, done: Callback): void {
    const payload = typeof publish.payload === 'string' ? Buffer.from(publish.payload) : publish.payload
    const packet = packetOf(login, publish.topic, payload, will)
    if (!isOwn(login, publish.topic)) {
      packet.refused = {
        reason: 'not_allowed',
        detail: `device ${login.device} may publish below ${deviceTopic(login.site, login.device)} only`,
        sizeBytes: payload.length,
      }
      if (sessions.offend(client, packet.receivedAt)) {
        return ingest.take(packet, () => done(new Error('too many publishes outside its rights')))
      }
    }
    ingest.take(packet, (error) => done(error ?? null))
  }

  function packetOf(login: MqttLogin, topic: string, payload: Uint8Array, will: boolean): Packet {
    const { device, site } = login
    return { topic: topic.slice(0, TOPIC_MAX_BYTES), payload, receivedAt: clock.now(), device, site, will }
  }

  /** A QoS 2 packet that is sent again before its PUBREL is the same one: it is answered and not taken twice. */
  function once(client: Client, publish: Publish, callback: Callback, first: (done: Callback) => void): void {
    const messageId = publish.messageId ?? 0
    const pending = unreleased.get(client) ?? new Map<number, Callback[]>()
    unreleased.set(client, pending)
    const waiting = pending.get(messageId)
    if (waiting) return void waiting.push(callback)
    const callbacks = [callback]
    pending.set(messageId, callbacks)
    const done: Callback = (error) => {
      pending.delete(messageId)
      for (const each of callbacks) each(error)
    }
    isStored(client, publish).then(
      (stored) => (stored ? done(null) : first(done)),
      () => first(done),
    )
  }

  function rejectOversized(client: Client, publish: OversizedPublish, acknowledge: (packet: Buffer) => void): void {
    const login = sessions.login(client)
    if (!login) return void client.conn.destroy()
    const packet = packetOf(login, publish.topic, publish.payload, false)
    packet.refused = {
      reason: 'too_large',
      detail: `${publish.sizeBytes} bytes; a device's payload has at most 262144`,
      sizeBytes: publish.sizeBytes,
    }
    ingest.take(packet, (error) => {
      if (error) return void client.conn.destroy()
      if (publish.messageId !== null) acknowledge(acknowledgement(publish.qos, publish.messageId))
    })
  }

  return { authorize, rejectOversized }
}

function isOwn(login: MqttLogin, topic: string): boolean {
  return topic.startsWith(`${deviceTopic(login.site, login.device)}/`)
}

/** What breaks MQTT itself; it ends the session. */
function protocolFault(publish: Publish, will: boolean): string | null {
  if (/[\u0000\ufffd]/.test(publish.topic)) return 'the topic is not valid UTF-8'
  if (!will && publish.qos > 0 && !publish.messageId) return 'a packet with QoS 1 or 2 needs a packet id that is not 0'
  return null
}

function acknowledgement(qos: number, messageId: number): Buffer {
  const bytes = Buffer.from([qos === 2 ? PUBREC : PUBACK, 2, 0, 0])
  bytes.writeUInt16BE(messageId, 2)
  return bytes
}

/** aedes keeps QoS 2 packets between PUBREC and PUBREL; it answers with a rejection where it has none. */
async function isStored(client: Client, publish: Publish): Promise<boolean> {
  const { broker } = client as unknown as {
    broker: { persistence: { incomingGetPacket(client: Client, packet: Publish): Promise<unknown> } }
  }
  return broker.persistence.incomingGetPacket(client, publish).then(
    () => true,
    () => false,
  )
}
