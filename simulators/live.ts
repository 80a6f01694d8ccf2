import { connect, type MqttClient } from 'mqtt'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../rules/clock.ts'
import type { News, SeenAlarm, SeenCommand, SeenDevice, SeenTicket } from './facts.ts'
import { followService, type LiveEvent } from './follow.ts'
import type { Answer, Ground, Login, ToDevice } from './ground.ts'
import { createNoticeReader, createRejectionReader } from './lists.ts'
import type { Sent } from './premises.ts'
import { gatewaysOf } from './provision.ts'
import type { Scenario } from './scenario.ts'

export interface LiveOptions {
  /** Where devices publish, as `mqtt://host:port`; a login in it is every device's, as at a broker outside. */
  mqttUrl: string
  /** Where the API is, as `http://host:port`. */
  httpUrl: string
  /** An admin's. */
  token: string
  /** So many seconds of devices and people pass in one of the service's. */
  speed: number
  scenario: Pick<Scenario, 'devices' | 'site'>
  tellsRejections: boolean
}

const ANSWER_WITHIN_MS = 15_000
const CONNECT_WITHIN_MS = 10_000
const LISTS_EVERY_MS = 1_000

/** A service that is up, in its own time, over HTTP and MQTT: a broker or a service that goes away ends the run. */
export async function startLive(options: LiveOptions): Promise<Ground> {
  const { httpUrl, token, speed, tellsRejections } = options
  const clock = systemClock()
  const startMs = clock.now()
  const now = () => Math.floor(startMs + (clock.now() - startMs) * speed)
  const tokens = new Map<string, string>()
  const ending = new AbortController()
  let news: News[] = []
  let lost: Error | null = null
  let wake = () => {}

  const stirred = () => wake()
  const lose = (why: string) => {
    lost ??= new Error(why)
    stirred()
  }
  const ask: Ground['ask'] = async (as, method, path, body) => {
    const bearer = as === null ? token : tokens.get(as)
    if (bearer === undefined) throw new Error(`nobody knows a token of ${as}`)
    return request(new URL(`/api/v1/${path}`, httpUrl), method, bearer, body)
  }
  const get = (path: string) => ask(null, 'GET', path)
  const notices = createNoticeReader(get)
  const rejections = createRejectionReader(get)
  // What was there before is not of this run.
  await notices.read()
  if (tellsRejections) await rejections()
  const fleet = createFleet(options, (message) => lose(message), stirred)
  const following = followService({
    ...{ httpUrl, token, signal: ending.signal },
    onEvent(event) {
      news.push(...newsOf(event))
      stirred()
    },
    onTrouble: (reason) => lose(`the service at ${httpUrl} went away: ${reason}`),
  })
  let listsReadAt = -Infinity
  const mustGoOn = () => {
    if (lost !== null) throw lost
  }

  return {
    now,
    async until(atMs) {
      const [leftMs, woken] = [(atMs - now()) / speed, new Promise<void>((resolve) => (wake = resolve))]
      mustGoOn()
      if (news.length === 0 && leftMs > 0) {
        const late = new AbortController()
        const slept = sleep(Math.min(leftMs, LISTS_EVERY_MS), undefined, { signal: late.signal }).catch(() => undefined)
        await Promise.race([slept, woken])
        late.abort()
      }
      mustGoOn()
    },
    nextMs: () => Promise.resolve(Infinity),
    tick: () => Promise.resolve(),
    async deliver(sent) {
      await fleet.publish(sent)
      mustGoOn()
    },
    ask,
    async news() {
      mustGoOn()
      if (clock.now() - listsReadAt >= LISTS_EVERY_MS) {
        listsReadAt = clock.now()
        for (const notice of await notices.read()) news.push({ about: 'notice', notice })
        if (tellsRejections) for (const each of await rejections()) news.push({ about: 'rejection', rejection: each })
      }
      const told = news
      news = []
      return told
    },
    toDevices: () => fleet.toDevices(),
    knowToken: (name, known) => void tokens.set(name, known),
    knowLogins: (logins) => fleet.connect(logins),
    provider: () => refuse('what providers answer cannot be changed in a live run'),
    restart: () => refuse('a live service is not ours to end'),
    async close() {
      ending.abort()
      await following
      await fleet.close()
    },
  }
}

const refuse = (why: string): never => {
  throw new Error(`${why}; play this scenario without --live`)
}

async function request(url: URL, method: string, token: string, body: unknown): Promise<Answer> {
  const picture = body instanceof Uint8Array
  const type = picture ? 'image/png' : 'application/json'
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body: picture ? Buffer.from(body) : JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  })
  const text = await response.text()
  return {
    status: response.status,
    body: /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text,
  }
}

function newsOf({ event, data }: LiveEvent): News[] {
  switch (event) {
    case 'ticket': {
      const { ticket, what } = data as { ticket: SeenTicket; what: string }
      return [{ about: 'ticket', ticket, joined: what === 'joined' }]
    }
    case 'alarm': {
      const { alarm, events } = data as { alarm: SeenAlarm; events: readonly string[] }
      return [{ about: 'alarm', alarm, events }]
    }
    case 'command':
      return [{ about: 'command', command: (data as { command: SeenCommand }).command }]
    case 'device': {
      const { device, what } = data as { device: SeenDevice; what: string }
      return [{ about: 'device', device, what }]
    }
    default:
      return []
  }
}

/** One connection for each login. */
function createFleet({ mqttUrl, scenario }: LiveOptions, onLost: (why: string) => void, onMessage: () => void) {
  const clients = new Map<string, MqttClient>()
  let toDevices: ToDevice[] = []
  let logins: ReadonlyMap<string, Login> = new Map()
  let closing = false
  const { username, password } = new URL(mqttUrl)
  const shared =
    username === '' ? null : { username: decodeURIComponent(username), password: decodeURIComponent(password) }

  async function open(name: string): Promise<MqttClient> {
    const login = logins.get(name)
    const will = { topic: `shifen/${scenario.site.id}/${name}/status`, payload: Buffer.from('offline') }
    const isDevice = scenario.devices.some(({ id, gateway }) => id === name && gateway === undefined)
    const client = connect(mqttUrl, {
      clientId: login?.clientId ?? name,
      ...(shared ?? { username: login?.username, password: login?.password }),
      ...{ protocolVersion: 4, clean: true, reconnectPeriod: 0, connectTimeout: CONNECT_WITHIN_MS },
      ...(isDevice && { will: { ...will, qos: 1 as const, retain: true } }),
    })
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve())
      client.once('error', (error) =>
        reject(new Error(`${name} cannot connect to ${hostOf(mqttUrl)}: ${error.message}`)),
      )
      client.once('close', () => reject(new Error(`the broker at ${hostOf(mqttUrl)} does not let ${name} in`)))
    })
    client.on('error', () => undefined)
    client.on('close', () => {
      if (!closing && clients.get(name) === client) onLost(`the broker at ${hostOf(mqttUrl)} went away`)
    })
    client.on('message', (topic, payload) => {
      toDevices.push({ topic, payload: payload.toString() })
      onMessage()
    })
    await client.subscribeAsync(
      isDevice ? `shifen/${scenario.site.id}/${name}/command` : (gatewaysOf(scenario.devices).get(name) ?? []),
      { qos: 1 },
    )
    clients.set(name, client)
    return client
  }

  async function publish({ packet, sender, will }: Sent): Promise<void> {
    const name = sender.gateway ?? sender.device
    if (will) {
      // The broker says it by itself when the link breaks without a farewell.
      const client = clients.get(name)
      clients.delete(name)
      client?.stream.destroy()
      return
    }
    const client = clients.get(name) ?? (await open(name))
    const { topic, payload, retain = false } = packet
    await client.publishAsync(topic, Buffer.from(payload), { qos: 1, retain })
  }

  return {
    async connect(known: ReadonlyMap<string, Login>) {
      logins = known
      await Promise.all([...known.keys()].map(open))
    },
    async publish(sent: readonly Sent[]) {
      await Promise.all(sent.map(publish))
    },
    toDevices() {
      const messages = toDevices
      toDevices = []
      return messages
    },
    async close() {
      closing = true
      await Promise.all([...clients.values()].map((client) => client.endAsync(true)))
    },
  }
}

const hostOf = (url: string) => new URL(url).host
