/** The ways into a running service: HTTP for people, MQTT for devices. */
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'mqtt'
import type { MqttClient } from 'mqtt'
import { followService, type LiveEvent, sentenceOf } from './follow.ts'
import type { Packet } from './languages/language.ts'

/** Waits; `false` where the signal ended it. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(Math.max(0, ms), undefined, { signal })
    return true
  } catch {
    return false
  }
}

/** An answer of the service other than 2xx. */
export class ServiceProblem extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'ServiceProblem'
    this.status = status
  }
}

export interface ServiceApi {
  /** The parsed JSON answer. Throws `ServiceProblem` for an answer other than 2xx, `TypeError` without an answer. */
  request(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown>
  /** Hands over the live stream's events until the signal; connects anew, from a snapshot, as often as needed. */
  follow(onEvent: (event: LiveEvent) => void, onTrouble: (reason: string) => void): Promise<void>
}

const ANSWER_WITHIN_MS = 15_000
export function serviceApi(httpUrl: string, token: string, signal: AbortSignal): ServiceApi {
  const headers = { authorization: `Bearer ${token}` }
  const url = (path: string) => new URL(`/api/v1${path}`, httpUrl)

  return {
    async request(method, path, body) {
      const response = await fetch(url(path), {
        method,
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      })
      if (!response.ok) throw new ServiceProblem(response.status, await sentenceOf(response))
      return response.json()
    },
    follow: (onEvent, onTrouble) => followService({ httpUrl, token, signal, onEvent, onTrouble }),
  }
}

/** What the service gives a device to log in with. */
export interface DeviceLogin {
  username: string
  password: string
  clientId: string
  /** The topic below which the device may publish. */
  topic: string
}

export interface DeviceLink {
  /** Publishes with QoS 1. Without a connection telemetry is dropped, and what is said only once waits. */
  send(packets: readonly Packet[]): void
  connected(): boolean
  /** Says goodbye and closes; never takes longer than two seconds. */
  close(): Promise<void>
}

export interface DeviceLinkOptions {
  mqttUrl: string
  login: DeviceLogin
  /** How long after a lost connection it tries again. */
  reconnectMs: number
  /** What the device tells after each connect. */
  whole: () => readonly Packet[]
  /** Takes a command in; without it the device listens to none. */
  onCommand?: ((topic: string, payload: string) => void) | undefined
  /** Why it is not connected, told once until it is again. */
  onTrouble: (reason: string) => void
}

const CLOSE_WITHIN_MS = 2_000
const WAITING_MAX = 50

/** Connects a device with its own credentials; after a lost connection it comes back by itself. */
export function linkDevice({
  mqttUrl,
  login,
  reconnectMs,
  whole,
  onCommand,
  onTrouble,
}: DeviceLinkOptions): DeviceLink {
  const status = `${login.topic}/status`
  const waiting: Packet[] = []
  let trouble = ''
  const client: MqttClient = connect(mqttUrl, {
    clientId: login.clientId,
    username: login.username,
    password: login.password,
    protocolVersion: 4,
    clean: true,
    // Each connect subscribes by itself.
    resubscribe: false,
    keepalive: 30,
    reconnectPeriod: reconnectMs,
    connectTimeout: 10_000,
    will: { topic: status, payload: Buffer.from('offline'), qos: 1, retain: true },
  })
  const tellTrouble = (error: Error) => {
    if (error.message !== trouble) onTrouble(error.message)
    trouble = error.message
  }
  const publish = (topic: string, payload: string | Uint8Array, retain = false) => {
    client.publish(topic, Buffer.from(payload), { qos: 1, retain }, (error) => {
      if (error && !client.disconnecting) tellTrouble(error)
    })
  }

  client.on('error', tellTrouble)
  client.on('connect', () => {
    trouble = ''
    if (onCommand) {
      client.subscribe(`${login.topic}/command`, { qos: 1 }, (error) => {
        if (error && !client.disconnecting) tellTrouble(error)
      })
    }
    publish(status, 'online', true)
    for (const packet of [...whole(), ...waiting.splice(0)]) publish(packet.topic, packet.payload)
  })

  client.on('message', (topic, payload) => onCommand?.(topic, payload.toString()))

  return {
    connected: () => client.connected,
    send(packets) {
      for (const packet of packets) {
        if (client.connected) publish(packet.topic, packet.payload)
        else if (packet.once && waiting.length < WAITING_MAX) waiting.push(packet)
      }
    },
    async close() {
      const goodbye = async () => {
        if (client.connected) await client.publishAsync(status, 'offline', { qos: 1, retain: true })
        await client.endAsync()
      }
      const given = new AbortController()
      await Promise.race([goodbye().catch(() => undefined), pause(CLOSE_WITHIN_MS, given.signal)])
      given.abort()
      client.end(true)
    },
  }
}
