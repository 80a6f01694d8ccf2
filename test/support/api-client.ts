import pino from 'pino'
import { type Config, loadConfig } from '../../api/config.ts'
import { createService, NOWHERE, type Service, type ServiceOptions } from '../../api/service.ts'
import { manualClock, type ManualClock } from '../../rules/clock.ts'
import type { Role } from '../../rules/model.ts'
import type { Page, TicketView } from '../../api/web/src/api/types.ts'
import { ADMIN_TOKEN, serviceEnvironment, temporaryFolder } from './process.ts'

/** 2026-11-23 10:00 in Shanghai. */
export const START_MS = Date.parse('2026-11-23T02:00:00.000Z')
export { ADMIN_TOKEN }

export interface Answer<T = Record<string, unknown>> {
  status: number
  headers: Headers
  text: string
  /** The body as JSON; an empty object where it is something else. */
  body: T
}

export interface Ask {
  body?: unknown
  /** Sent as it is, without a content type unless `headers` has one. */
  raw?: string
  headers?: Record<string, string>
  /** `null`: without a login. */
  token?: string | null
}

export interface ApiTest {
  service: Service
  clock: ManualClock
  dataDir: string
  ask<T = Record<string, unknown>>(method: string, path: string, ask?: Ask): Promise<Answer<T>>
  get<T = Record<string, unknown>>(path: string, token?: string | null): Promise<Answer<T>>
  post<T = Record<string, unknown>>(path: string, body?: unknown, token?: string): Promise<Answer<T>>
  /** A new token of a role. */
  token(role: Role, sites?: string[] | null, name?: string): Promise<string>
  device(id: string, kind?: string, site?: string, rest?: object): Promise<Answer>
  /** As if the device had published it. */
  publish(device: string, channel: 'event' | 'telemetry', payload: unknown, site?: string): Promise<void>
  /** Publishes a leak of a new leak sensor; answers its ticket. */
  leak(id: string, site?: string): Promise<TicketView>
  end(): Promise<void>
}

/** A real service on a folder of its own, asked through `service.fetch`, on a clock that the test moves. */
export async function startApi(
  changed: Partial<Config> = {},
  outgoing: ServiceOptions['outgoing'] = NOWHERE,
  more: Pick<ServiceOptions, 'simulation'> = {},
): Promise<ApiTest> {
  const folder = temporaryFolder()
  const clock = manualClock(START_MS)
  const configured = loadConfig(null, { ...serviceEnvironment(folder.path), SHIFEN_LOG_LEVEL: 'silent' })
  const config = { ...configured, ...changed }
  const service = createService({ config, clock, outgoing, logger: pino({ level: 'silent' }), ...more })
  await service.start()

  async function ask<T>(method: string, path: string, asked: Ask = {}): Promise<Answer<T>> {
    const { body, raw, headers = {}, token = ADMIN_TOKEN } = asked
    const sent = new Headers(headers)
    if (token !== null) sent.set('authorization', `Bearer ${token}`)
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    if (body !== undefined) sent.set('content-type', 'application/json')
    const request: RequestInit = { method, headers: sent }
    // Bytes, so that no content type is added where none is asked for.
    if (content !== undefined) request.body = Buffer.from(content)
    const response = await service.fetch(new Request(`http://localhost${addressOf(path)}`, request))
    const text = await response.text()
    const isJson = /\bjson/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, headers: response.headers, text, body: (isJson ? JSON.parse(text) : {}) as T }
  }
  const post = <T>(path: string, body?: unknown, token?: string) =>
    ask<T>('POST', path, { ...(body === undefined ? {} : { body }), ...(token === undefined ? {} : { token }) })
  const get = <T>(path: string, token?: string | null) => ask<T>('GET', path, token === undefined ? {} : { token })
  let tokens = 0

  const test: ApiTest = {
    service,
    clock,
    dataDir: folder.path,
    ask,
    get,
    post,
    async token(role, sites = null, name = `${role} ${++tokens}`) {
      const made = await post<{ token: string }>('/tokens', { name, role, sites })
      if (made.status !== 201) throw new Error(made.text)
      return made.body.token
    },
    device: (id, kind = 'water_leak', site = 'default', rest = {}) => post('/devices', { id, kind, site, ...rest }),
    publish: (device, channel, payload, site = 'default') =>
      service.receive({
        topic: `shifen/${site}/${device}/${channel}`,
        payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
        device,
        site,
        will: false,
      }),
    async leak(id, site = 'default') {
      const provisioned = await test.device(id, 'water_leak', site)
      if (provisioned.status !== 201) throw new Error(provisioned.text)
      await test.publish(id, 'event', { event: 'water.leak', active: true }, site)
      return (await get<Page<TicketView>>(`/tickets?device=${id}`)).body.items[0]!
    },
    async end() {
      await service.stop()
      folder.remove()
    },
  }
  return test
}

/** Short for `/api/v1/…`; what lies outside of it is written with its scheme: `root:/healthz`. */
function addressOf(path: string): string {
  return path.startsWith('root:') ? path.slice('root:'.length) : `/api/v1${path}`
}
