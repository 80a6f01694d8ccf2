import { type IClientOptions, type IPublishPacket, MqttClient } from 'mqtt'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Clock } from '../rules/clock.ts'
import type { Outgoing } from '../rules/model.ts'
import type { Packet } from './decode.ts'
import { MqttFrames } from './frames.ts'
import type { Ingest } from './ingest.ts'
import { type Committed, holdPubacks } from './puback.ts'
import { TOPIC_MAX_BYTES, topicFault } from './topics.ts'

/** An MQTT broker of the house that devices publish to, and how we log in there. */
export interface OutsideBroker {
  name: string
  host: string
  port: number
  /** `null`: plain TCP. Certificates and keys as PEM. */
  tls: { ca?: string; cert?: string; key?: string; verifyCertificate: boolean } | null
  /** 4: MQTT 3.1.1. */
  protocolVersion: 4 | 5
  /** The broker keeps its session under it; no other client may use it. */
  clientId: string
  username?: string
  password?: string
  /** Topic filters. */
  topics: readonly string[]
  /** The site of devices whose topic names none. */
  site: string
}

export interface UpstreamConnection {
  hold(paused: boolean): void
  /** Resolves when the broker acknowledged it; rejects when it did not. */
  publish(outgoing: Outgoing): Promise<void>
  /** Finishes what is being committed and says goodbye. */
  close(): Promise<void>
}

export interface UpstreamEvents {
  ingest: Ingest
  clock: Clock
  /** The login was accepted. */
  onConnected: () => void
  /** What is wrong with the subscriptions; `null` when all are granted. */
  onSubscribed: (trouble: string | null) => void
  /** Told once, with the reason in words. */
  onClosed: (trouble: string) => void
}

/** From the contract. */
const PAYLOAD_MAX_BYTES = 8 * 1024 * 1024
/** A topic, its length and the packet id may stand beside the payload. */
const PUBLISH_MAX_BYTES = PAYLOAD_MAX_BYTES + 65_535 + 4
const PENDING_MAX_BYTES = 4 * PAYLOAD_MAX_BYTES
const CONNECT_WITHIN_MS = 10_000
/** A broker that is gone without a word is noticed after one and a half of it. */
const KEEPALIVE_S = 20
/** MQTT 5: how long the broker keeps what we miss. In MQTT 3.1.1 it alone decides. */
const SESSION_KEPT_S = 30 * 86_400
/** MQTT 5: beyond some thousands a batch does not grow any more. The broker's own limit applies beside it. */
const RECEIVE_MAXIMUM = 10_000
/** A broker's rights may be corrected while we are connected. */
const RESUBSCRIBE_MS = 60_000
const DRAIN_MS = 2_000
const GOODBYE_MS = 500
const DISCONNECT = Buffer.from([0xe0, 0])

/** One connection to an outside broker, from CONNECT to its end; it is never used again. */
export function openUpstream(broker: OutsideBroker, events: UpstreamEvents): UpstreamConnection {
  const frames = new MqttFrames(openSocket(broker), {
    publishMaxBytes: PUBLISH_MAX_BYTES,
    withProperties: broker.protocolVersion === 5,
  })
  frames.open()
  let trouble: string | null = null
  let retry: NodeJS.Timeout | null = null
  /** The broker kept no session: what was published meanwhile has not come and will not. */
  let missed = true
  const unanswered = new Set<(error: Error) => void>()

  const client = new MqttClient(() => frames, optionsOf(broker))
  const pubacks = holdPubacks(client, take, {
    pendingMaxBytes: PENDING_MAX_BYTES,
    onUnstored: () => frames.destroy(),
  })
  client.on('packetreceive', (packet) => {
    if (packet.cmd === 'connack') missed = !packet.sessionPresent
  })
  client.on('connect', () => {
    events.onConnected()
    subscribe(broker.topics)
  })
  client.on('error', (error) => (trouble ??= wordsOf(error)))
  frames.on('error', (error) => (trouble ??= wordsOf(error)))
  const closed = new Promise<void>((resolve) => {
    client.once('close', () => {
      if (retry !== null) clearTimeout(retry)
      for (const reject of unanswered) reject(new Error('the connection was lost'))
      events.onClosed(trouble ?? 'the connection was lost')
      resolve()
    })
  })

  function subscribe(topics: readonly string[]): void {
    const options = { qos: 1, ...(broker.protocolVersion === 5 ? { nl: true } : {}) } as const
    client.subscribe([...topics], options, (error, _asked, answer) => {
      const granted = (answer as { granted?: readonly number[] } | undefined)?.granted
      // Without an answer the connection is over, which says why itself.
      if (granted === undefined) return
      const refused = topics.filter((_, index) => (granted[index] ?? 0) > 2)
      const unsure = topics.filter((_, index) => granted[index] === 0)
      if (refused.length > 0) {
        events.onSubscribed(`it refuses the subscription to ${refused.join(', ')}${error ? ` (${error.message})` : ''}`)
        retry = setTimeout(() => subscribe(refused), RESUBSCRIBE_MS)
      } else if (unsure.length > 0) {
        events.onSubscribed(`it grants no QoS 1 for ${unsure.join(', ')}: what comes there may be lost`)
      } else events.onSubscribed(null)
    })
  }

  function take(publish: IPublishPacket, committed: Committed): void {
    const shortenedFromBytes = frames.nextPublish()
    events.ingest.take(packetOf(broker, publish, shortenedFromBytes, missed, events.clock.now()), committed)
  }

  return {
    hold: (paused) => pubacks.hold(paused),
    publish({ topic, payload }) {
      const fault = client.connected ? topicFault(topic) : 'the broker is not connected'
      if (fault !== null) return Promise.reject(new Error(fault))
      return new Promise((resolve, reject) => {
        unanswered.add(reject)
        const bytes = typeof payload === 'string' ? payload : Buffer.from(payload)
        client.publish(topic, bytes, { qos: 1 }, (error) => {
          unanswered.delete(reject)
          if (error) reject(error)
          else resolve()
        })
      })
    },
    async close() {
      pubacks.hold(true)
      await within(DRAIN_MS, pubacks.settled())
      if (client.connected) frames.end(DISCONNECT)
      else frames.destroy()
      await within(GOODBYE_MS, closed)
      client.end(true)
    },
  }
}

function openSocket({ host, port, tls }: OutsideBroker): Socket {
  if (tls === null) return connectTcp({ host, port, noDelay: true })
  const { verifyCertificate, ...files } = tls
  const named = isIP(host) === 0 ? { servername: host } : {}
  return connectTls({ host, port, ...named, ...files, rejectUnauthorized: verifyCertificate }).setNoDelay(true)
}

/** Nothing of MQTT.js's own state is needed twice: it neither connects nor subscribes again by itself. */
function optionsOf({ clientId, protocolVersion, username, password }: OutsideBroker): IClientOptions {
  return {
    clientId,
    protocolVersion,
    clean: false,
    reconnectPeriod: 0,
    resubscribe: false,
    keepalive: KEEPALIVE_S,
    connectTimeout: CONNECT_WITHIN_MS,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(protocolVersion === 5
      ? { properties: { sessionExpiryInterval: SESSION_KEPT_S, receiveMaximum: RECEIVE_MAXIMUM } }
      : {}),
  }
}

function packetOf(
  { name, site }: OutsideBroker,
  publish: IPublishPacket,
  shortenedFromBytes: number | null,
  missed: boolean,
  receivedAt: number,
): Packet {
  const { topic, retain } = publish
  const payload = typeof publish.payload === 'string' ? Buffer.from(publish.payload) : publish.payload
  const sizeBytes = shortenedFromBytes ?? payload.length
  const about = { device: null, gateway: `broker:${name}`, site, will: false, retained: retain }
  const packet: Packet = { topic: topic.slice(0, TOPIC_MAX_BYTES), payload, receivedAt, ...about }
  if (retain && missed) packet.missed = true
  const fault = topicFault(topic)
  if (fault !== null) packet.refused = { reason: 'unknown_topic', detail: fault, sizeBytes }
  if (sizeBytes > PAYLOAD_MAX_BYTES) {
    const detail = `${sizeBytes} bytes; a payload from an outside broker has at most ${PAYLOAD_MAX_BYTES}`
    packet.refused = { reason: 'too_large', detail, sizeBytes }
  }
  return packet
}

/** What an engineer can do something with; never with a password in it. */
export function wordsOf(error: Error): string {
  const { code } = error as { code?: string | number }
  if (typeof code === 'number' && error.message.startsWith('Connection refused')) {
    return `it refuses the login (${error.message.replace('Connection refused: ', '')}); check username and password`
  }
  if (typeof code === 'string' && /CERT|TLS|SSL|SIGNED|ISSUER/.test(code)) {
    return `its certificate or TLS is not accepted (${code}); check caFile, certFile and keyFile`
  }
  if (typeof code === 'string') return `it cannot be reached (${code})`
  return error.message
}

async function within(limitMs: number, done: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, limitMs)))
  await Promise.race([done, late])
  clearTimeout(timer)
}
