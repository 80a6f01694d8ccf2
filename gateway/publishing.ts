import type { AedesOptions, Client } from 'aedes'
import type { Clock } from '../rules/clock.ts'
import type { MqttLogin } from '../rules/model.ts'
import type { Packet } from './decode.ts'
import type { MqttFrames } from './frames.ts'
import type { Ingest } from './ingest.ts'
import type { Sessions } from './sessions.ts'
import { payloadMaxBytes, publishFault } from './rights.ts'
import { TOPIC_MAX_BYTES, topicFault } from './topics.ts'

type AuthorizePublish = NonNullable<AedesOptions['authorizePublish']>
type Publish = Parameters<AuthorizePublish>[1]
type Callback = Parameters<AuthorizePublish>[2]

export interface Publishing {
  /** Calls back when the packet is committed; with an error, so that it is never acknowledged, when it will not be. */
  authorize: AuthorizePublish
}

export interface PublishingOptions {
  ingest: Ingest
  clock: Clock
  sessions: Sessions
  isClosing: () => boolean
}

const NOTHING = Buffer.alloc(0)

/** What becomes of a PUBLISH: rights, protocol faults, the hold until commit, and each QoS 2 packet once. */
export function createPublishing({ ingest, clock, sessions, isClosing }: PublishingOptions): Publishing {
  const unreleased = new Map<Client | string, Map<number, Callback[]>>()

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
    const { topic } = publish
    const payload = typeof publish.payload === 'string' ? Buffer.from(publish.payload) : publish.payload
    const packet = packetOf(login, topic, payload, will)
    const sizeBytes = (will ? null : (client.conn as MqttFrames).nextPublish()) ?? payload.length
    const badTopic = login.device === null ? topicFault(topic) : null
    if (badTopic !== null) packet.refused = { reason: 'unknown_topic', detail: badTopic, sizeBytes }
    if (sizeBytes > payloadMaxBytes(login)) packet.refused = tooLarge(sizeBytes, payloadMaxBytes(login))
    if (publish.qos !== 2 || will) return take(client, login, packet, callback)
    // aedes keeps the packet until PUBREL, which may never come; what it says is ours from here.
    publish.payload = NOTHING
    once(client, publish, callback, (done) => take(client, login, packet, done))
  }

  function take(client: Client, login: MqttLogin, packet: Packet, done: Callback): void {
    const fault = publishFault(login, packet.topic)
    if (fault !== null) {
      packet.refused = {
        reason: 'not_allowed',
        detail: fault,
        sizeBytes: packet.refused?.sizeBytes ?? packet.payload.length,
      }
      if (sessions.offend(client, packet.receivedAt)) {
        return ingest.take(packet, () => done(new Error('too many publishes outside its rights')))
      }
    }
    ingest.take(packet, (error) => done(error ?? null))
  }

  function packetOf(login: MqttLogin, topic: string, payload: Uint8Array, will: boolean): Packet {
    const { device, site } = login
    const packet: Packet = {
      topic: topic.slice(0, TOPIC_MAX_BYTES),
      payload,
      receivedAt: clock.now(),
      device,
      site,
      will,
    }
    if (device === null) packet.gateway = login.clientId
    return packet
  }

  /** A QoS 2 packet that is sent again before its PUBREL is the same one: it is answered and not taken twice. */
  function once(client: Client, publish: Publish, callback: Callback, first: (done: Callback) => void): void {
    const messageId = publish.messageId ?? 0
    // A session that is kept goes on in another connection; a clean one begins anew.
    const session = client.clean ? client : client.id
    const pending = unreleased.get(session) ?? new Map<number, Callback[]>()
    unreleased.set(session, pending)
    const waiting = pending.get(messageId)
    if (waiting) return void waiting.push(callback)
    const callbacks = [callback]
    pending.set(messageId, callbacks)
    const done: Callback = (error) => {
      pending.delete(messageId)
      if (pending.size === 0) unreleased.delete(session)
      for (const each of callbacks) each(error)
    }
    isStored(client, publish).then(
      (stored) => (stored ? done(null) : first(done)),
      () => first(done),
    )
  }

  return { authorize }
}

function tooLarge(sizeBytes: number, maxBytes: number): NonNullable<Packet['refused']> {
  const detail = `${sizeBytes} bytes; this login's payload has at most ${maxBytes}`
  return { reason: 'too_large', detail, sizeBytes }
}

/** What breaks MQTT itself; it ends the session. */
function protocolFault(publish: Pick<Publish, 'topic' | 'qos' | 'messageId'>, will: boolean): string | null {
  if (/[\u0000\ufffd]/.test(publish.topic)) return 'the topic is not valid UTF-8'
  if (!will && publish.qos > 0 && !publish.messageId) return 'a packet with QoS 1 or 2 needs a packet id that is not 0'
  return null
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
