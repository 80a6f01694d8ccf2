import { connect, type MqttClient } from 'mqtt'
import type { Login, ToDevice } from './ground.ts'
import type { Sent } from './premises.ts'
import { gatewaysOf } from './provision.ts'
import type { Scenario } from './scenario.ts'

export interface FleetOptions {
  /** As `mqtt://host:port`; a login in it is everybody's, as at a broker outside. */
  mqttUrl: string
  scenario: Pick<Scenario, 'devices' | 'site'>
  /** In a sentence. */
  onLost: (why: string) => void
  /** Something came for a device. */
  onMessage: () => void
}

/** The connections of a live run's devices and gateways to the broker, one for each login. */
export interface Fleet {
  /** @throws Error, in a sentence, where somebody is not let in. */
  connect(logins: ReadonlyMap<string, Login>): Promise<void>
  /** Resolves when the broker has all of it. @throws Error where the broker is gone. */
  publish(sent: readonly Sent[]): Promise<void>
  /** What came since it was last asked. */
  toDevices(): ToDevice[]
  close(): Promise<void>
}

const CONNECT_WITHIN_MS = 10_000
const CONNECT_AT_ONCE = 20
/** A connection that breaks while it publishes is worth another one, and no more than that. */
const TRIES_MAX = 2

export function createFleet({ mqttUrl, scenario, onLost, onMessage }: FleetOptions): Fleet {
  const { username, password, host } = new URL(mqttUrl)
  const shared =
    username === '' ? null : { username: decodeURIComponent(username), password: decodeURIComponent(password) }
  const topics = gatewaysOf(scenario.devices)
  const own = new Set(scenario.devices.flatMap(({ id, gateway }) => (gateway === undefined ? [id] : [])))
  const clients = new Map<string, Promise<MqttClient>>()
  let logins: ReadonlyMap<string, Login> = new Map()
  let toDevices: ToDevice[] = []
  let closing = false

  const clientOf = (name: string): Promise<MqttClient> => {
    const known = clients.get(name)
    if (known) return known
    const opened = open(name)
    clients.set(name, opened)
    return opened
  }

  async function open(name: string): Promise<MqttClient> {
    const login = logins.get(name)
    const will = { topic: `shifen/${scenario.site.id}/${name}/status`, payload: Buffer.from('offline') }
    const client = connect(mqttUrl, {
      clientId: login?.clientId ?? name,
      ...(shared ?? { username: login?.username, password: login?.password }),
      ...{ protocolVersion: 4, clean: true, reconnectPeriod: 0, connectTimeout: CONNECT_WITHIN_MS },
      ...(own.has(name) && { will: { ...will, qos: 1 as const, retain: true } }),
    })
    client.on('message', (topic, payload) => {
      toDevices.push({ topic, payload: payload.toString() })
      onMessage()
    })
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string, cause?: Error) =>
        reject(new Error(`${name} cannot connect to the broker at ${host}: ${why}`, { cause }))
      client.once('connect', () => resolve())
      client.on('error', (error) => fail(reasonOf(error), error))
      client.once('close', () => fail('it closes the connection'))
    })
    client.once('close', () => void again(name, client))
    const asked = own.has(name) ? [`shifen/${scenario.site.id}/${name}/command`] : (topics.get(name) ?? [])
    if (asked.length > 0) await client.subscribeAsync(asked, { qos: 1 })
    return client
  }

  /** A broker may end one connection for a reason of its own; where it takes no other one it is gone. */
  async function again(name: string, client: MqttClient): Promise<void> {
    if (closing || (await clients.get(name)?.catch(() => null)) !== client) return
    clients.delete(name)
    await clientOf(name).catch((error: Error) => {
      if (closing) return
      if (!isRefusal(error.cause)) return onLost(`the broker at ${host} went away: ${error.message}`)
      onLost(`the login of ${name} was taken away: another run has made a new one, or somebody at the service did`)
    })
  }

  /** The broker says the will by itself when the link breaks without a farewell. */
  async function breakLink(name: string): Promise<void> {
    const client = await clients.get(name)
    clients.delete(name)
    client?.stream.destroy()
  }

  async function publish(name: string, packet: Sent['packet']): Promise<void> {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      if (await hasPublished(await clientOf(name), packet)) return
    }
    throw new Error(`the broker at ${host} went away`)
  }

  return {
    async connect(known) {
      logins = known
      const waiting = [...known.keys()]
      const work = async () => {
        for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await clientOf(name)
      }
      await Promise.all(Array.from({ length: CONNECT_AT_ONCE }, work))
    },
    async publish(sent) {
      let underway: Promise<void>[] = []
      for (const { packet, sender, will } of sent) {
        const name = sender.gateway ?? sender.device
        if (!will) underway.push(publish(name, packet))
        else {
          await Promise.all(underway)
          underway = []
          await breakLink(name)
        }
      }
      await Promise.all(underway)
    },
    toDevices() {
      const messages = toDevices
      toDevices = []
      return messages
    },
    async close() {
      closing = true
      const opened = await Promise.allSettled(clients.values())
      const open = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
      // Who says farewell leaves no will behind.
      await Promise.all(open.map((client) => client.endAsync(!client.connected)))
    },
  }
}

/** Whether the broker has acknowledged it; a connection that breaks never answers. */
async function hasPublished(client: MqttClient, { topic, payload, retain = false }: Sent['packet']): Promise<boolean> {
  let broke = () => {}
  const closed = new Promise<boolean>((resolve) => (broke = () => resolve(false)))
  client.once('close', broke)
  try {
    const sent = client.publishAsync(topic, Buffer.from(payload), { qos: 1, retain }).then(() => true)
    return client.connected && (await Promise.race([sent, closed]))
  } catch {
    return false
  } finally {
    client.off('close', broke)
  }
}

/** What Node tells of several addresses at once has no words of its own. */
export const reasonOf = (error: unknown): string => {
  const { message, code, cause } = error as Error & { code?: unknown }
  if (cause instanceof Error) return reasonOf(cause)
  return message === '' ? String(code) : message
}

/** MQTT 3.1.1, 3.2.2.3: a wrong login (4), or one that has no rights (5). */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 4 || error.code === 5)
