import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createService, type Service, type ServiceOptions, type Told } from '../api/service.ts'
import { manualClock } from '../rules/clock.ts'
import type { News } from './facts.ts'
import type { Answer, Ground, ProviderAnswer, ToDevice } from './ground.ts'
import { createNoticeReader, createRejectionReader } from './lists.ts'
import type { Sent } from './premises.ts'
import type { SeededRandom } from './random.ts'
import type { Scenario } from './scenario.ts'

const ADMIN_TOKEN = 'simulation-admin-token'
/** As often as a service looks at its clock by itself; what stays undone is looked at less and less often. */
const TICK_MS = 250
const TICK_MAX_MS = 10_000

export interface VirtualOptions {
  scenario: Pick<Scenario, 'site' | 'startsAtMs' | 'settings'>
  random: SeededRandom
  /** Whether what cannot be decoded is to be told: it is looked for after each message. */
  tellsRejections: boolean
  /** Hears what fails in the service; unless set nobody does. */
  logger?: ServiceOptions['logger']
}

/**
 * A whole service in this process on a clock that is moved by hand: real decoding, rules, storage, API and outbox, on a
 * throw-away data file that no commit waits for. Only the broker's sockets and the providers of channels are missing.
 */
export async function startVirtual(options: VirtualOptions): Promise<Ground> {
  const { scenario, random, tellsRejections, logger } = options
  const dataDir = mkdtempSync(join(tmpdir(), 'shifen-simulation-'))
  const clock = manualClock(scenario.startsAtMs)
  const providers = createProviders(scenario)
  const tokens = new Map<string, string>()
  const own = random.fork('service')
  let told: News[] = []
  let sentToDevices: ToDevice[] = []
  let noticed = false
  let received = false
  /** When the service has something to do, for as long as nothing moves that. */
  let dueMs: number | null = null
  let againMs = TICK_MS
  let service = await start()

  async function start(): Promise<Service> {
    const started = createService({
      ...{ clock, random: own.next, outgoing: providers.doors, durable: false },
      ...(logger && { logger }),
      config: configOf(dataDir, scenario.site.timezone),
      onMessage: (_gateway, { topic, payload }) => sentToDevices.push({ topic, payload: String(payload) }),
    })
    // What fell due while nobody was there is done, and told, at the start.
    started.follow((each) => {
      if (each.event === 'notice') noticed = true
      else if (each.event !== 'drill') told.push(newsOf(each))
    })
    await started.start()
    return started
  }

  async function ask(as: string | null, method: string, path: string, body?: unknown): Promise<Answer> {
    const token = as === null ? ADMIN_TOKEN : tokens.get(as)
    if (token === undefined) throw new Error(`nobody knows a token of ${as}`)
    if (method !== 'GET') {
      dueMs = null
      // Whoever does something may have withdrawn what waits.
      noticed ||= notices.waits()
    }
    const picture = body instanceof Uint8Array
    const type = picture ? 'image/png' : 'application/json'
    const headers = { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': type }) }
    const content = body === undefined ? {} : { body: picture ? Buffer.from(body) : JSON.stringify(body) }
    const request = new Request(`http://localhost/api/v1/${path}`, { method, headers, ...content })
    const response = await service.fetch(request)
    const text = await response.text()
    return {
      status: response.status,
      body: /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text,
    }
  }
  const get = (path: string) => ask(null, 'GET', path)
  const notices = createNoticeReader(get)
  const rejections = createRejectionReader(get)

  return {
    now: () => clock.now(),
    until(atMs) {
      if (atMs > clock.now()) clock.set(atMs)
      return Promise.resolve()
    },
    async nextMs() {
      dueMs ??= await service.nextDueAt()
      if (dueMs > clock.now()) {
        againMs = TICK_MS
        return dueMs
      }
      // What could not be done at its time is tried again.
      const atMs = clock.now() + againMs
      againMs = Math.min(2 * againMs, TICK_MAX_MS)
      return atMs
    },
    async tick() {
      dueMs ??= await service.nextDueAt()
      if (dueMs > clock.now() && !noticed) return
      dueMs = null
      await service.tick()
      noticed ||= notices.waits()
    },
    async deliver(sent) {
      if (sent.length === 0) return
      received = true
      dueMs = null
      await Promise.all(sent.map((each) => service.receive(packetOf(each, scenario.site.id))))
    },
    ask,
    async news() {
      const news = told
      told = []
      if (noticed) for (const notice of await notices.read()) news.push({ about: 'notice', notice })
      if (received && tellsRejections) {
        for (const rejection of await rejections()) news.push({ about: 'rejection', rejection })
      }
      noticed = received = false
      return news
    },
    toDevices() {
      const messages = sentToDevices
      sentToDevices = []
      return messages
    },
    knowToken: (name, token) => void tokens.set(name, token),
    knowLogins: () => Promise.resolve(),
    provider: (channel, answers) => providers.set(channel, answers),
    async restart(downMs) {
      // It has looked at its clock up to now, which tells the next one since when nobody did.
      await service.tick()
      await service.stop()
      clock.advance(downMs)
      dueMs = null
      service = await start()
    },
    async close() {
      await service.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

function newsOf(told: Exclude<Told, { event: 'notice' | 'drill' }>): News {
  switch (told.event) {
    case 'ticket':
      return { about: 'ticket', ticket: told.ticket, joined: told.what === 'joined' }
    case 'alarm':
      return { about: 'alarm', alarm: told.alarm, events: told.events }
    case 'command':
      return { about: 'command', command: told.command }
    case 'device':
      return { about: 'device', device: told.device, what: told.what }
  }
}

/** What a broker keeps and hands out once more comes from one outside: the service's own keeps nothing. */
const OUTSIDE_BROKER = 'broker:simulated'

function packetOf({ packet, sender, retained, will }: Sent, site: string): Parameters<Service['receive']>[0] {
  const { topic, payload } = packet
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload
  const { device, gateway } = sender
  if (retained) return { topic, payload: bytes, site, will, device: null, gateway: gateway ?? OUTSIDE_BROKER, retained }
  return gateway === null
    ? { topic, payload: bytes, site, will, device }
    : { topic, payload: bytes, site, will, device: null, gateway }
}

const configOf = (dataDir: string, timezone: string): ServiceOptions['config'] => ({
  ...{ dataDir, timezone, adminToken: ADMIN_TOKEN, history: 'sqlite', logLevel: 'silent' },
  http: { host: '127.0.0.1', port: 0, trustedProxies: [] },
  mqtt: { host: '127.0.0.1', port: 'off' },
  brokers: [],
  publicUrl: 'http://shifen.invalid',
  flood: { alarms: 10, alarmsOfDevice: 10, withinMs: 600_000, positions: {} },
  outgoing: { allow: [] },
})

/** An answer that every provider whose channel we know takes for a success. */
const WELL = JSON.stringify({ errcode: 0, errmsg: 'ok', code: 0, msg: 'success', Code: 'OK', Message: 'OK' })
const STATUS = { well: 200, error: 500, too_many: 429 } as const

/** Whoever sends text messages and runs chat robots: answers at once, as it is told to. */
function createProviders({ settings }: Pick<Scenario, 'settings'>) {
  const answers = new Map<string, ProviderAnswer>()
  const channels = settings.filter(({ collection }) => collection === 'channels').map(({ body }) => body)
  const channelAt = (url: string) =>
    channels.find(({ options }) => url.startsWith((options as { url?: string } | undefined)?.url ?? '\n'))?.id
  const answerOf = (channel: unknown) => answers.get(typeof channel === 'string' ? channel : '') ?? 'well'
  const doors: NonNullable<ServiceOptions['outgoing']> = {
    post({ url }) {
      const answer = answerOf(channelAt(url))
      if (answer === 'nothing') return Promise.resolve({ ok: false, reason: 'no answer within 5 s', retry: true })
      return Promise.resolve({ ok: true, status: STATUS[answer], headers: {}, body: answer === 'well' ? WELL : '' })
    },
    mail() {
      const mail = channels.find(({ kind }) => kind === 'email')?.id
      if (answerOf(mail) === 'well') return Promise.resolve({ ok: true, answer: '250 queued' })
      return Promise.resolve({ ok: false, reason: 'no answer within 5 s', status: null, retry: true })
    },
    close: () => undefined,
  }
  return { doors, set: (channel: string, answer: ProviderAnswer) => void answers.set(channel, answer) }
}
