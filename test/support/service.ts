import { DEFAULT_FLOOD_POLICY } from '../../rules/flood/rate.ts'
import BetterSqlite3 from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import type { Config } from '../../api/config.ts'
import { createService, type Service } from '../../api/service.ts'
import { type Clock, manualClock } from '../../rules/clock.ts'
import type { DeviceKind } from '../../rules/model.ts'

export const ADMIN_TOKEN = 'test-admin-token-0123456789'
/** Monday 2026-11-23 10:00 in Shanghai. */
export const START_MS = Date.UTC(2026, 10, 23, 2, 0, 0)

export interface TestServiceOptions {
  /** Without one, a manual clock that stands at `START_MS`. */
  clock?: Clock
  /** A folder of an earlier service; it is not removed. */
  dataDir?: string
  mqtt?: boolean
  brokers?: Config['brokers']
}

export interface Answer<T = Record<string, unknown>> {
  status: number
  body: T
}

export interface MqttLoginGiven {
  username: string
  password: string
  clientId: string
  topic: string
}

/** A real service on free ports with a data file of its own. */
export interface TestService {
  service: Service
  dataDir: string
  mqttPort: number
  httpUrl: string
  /** What the service reported as failed: what it was doing, and the error's message. */
  errors: string[]
  /** Asks the API as admin, without a socket. */
  api<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<Answer<T>>
  /** Adds a device; answers its login. */
  provision(id: string, kind?: DeviceKind, site?: string): Promise<MqttLoginGiven>
  /** Rows of the data file, read by a connection of their own: what is committed. */
  rows<Row = Record<string, unknown>>(query: string, ...values: unknown[]): Row[]
  stop(): Promise<void>
}

export async function startService(options: TestServiceOptions = {}): Promise<TestService> {
  const { clock, dataDir, mqtt = true, brokers = [] } = options
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'shifen-test-'))
  const errors: string[] = []
  const logger = pino(
    { level: 'error' },
    {
      write(line: string) {
        const { doing, err } = JSON.parse(line) as { doing?: string; err?: { message: string } }
        errors.push(`${doing}: ${err?.message}`)
      },
    },
  )
  const service = createService({
    clock: clock ?? manualClock(START_MS),
    logger,
    config: {
      dataDir: folder,
      http: { host: '127.0.0.1', port: 0, trustedProxies: [] },
      mqtt: { host: '127.0.0.1', port: mqtt ? 0 : 'off' },
      brokers,
      adminToken: ADMIN_TOKEN,
      flood: { ...DEFAULT_FLOOD_POLICY, positions: {} },
      history: 'sqlite',
      logLevel: 'error',
      outgoing: { allow: [] },
      timezone: 'Asia/Shanghai',
    },
  })
  await service.start()
  const addresses = service.addresses()
  let stopped = false

  async function api<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const headers: Record<string, string> = { authorization: `Bearer ${ADMIN_TOKEN}` }
    if (body !== undefined) headers['content-type'] = 'application/json'
    const url = new URL(path.startsWith('/api') ? path : `/api/v1${path}`, 'http://localhost')
    const response = await service.fetch(
      new Request(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
    )
    const text = await response.text()
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as T }
  }

  return {
    service,
    dataDir: folder,
    mqttPort: addresses.mqtt === null ? 0 : Number(new URL(addresses.mqtt).port),
    httpUrl: addresses.http,
    errors,
    api,
    async provision(id, kind = 'water_leak', site = 'default') {
      const { status, body } = await api<{ mqtt: MqttLoginGiven }>('POST', '/devices', { id, site, kind })
      if (status !== 201) throw new Error(`device ${id} was not added: ${JSON.stringify(body)}`)
      return body.mqtt
    },
    rows<Row>(query: string, ...values: unknown[]) {
      const database = new BetterSqlite3(join(folder, 'shifen.db'), { readonly: true, timeout: 2_000 })
      try {
        return database.prepare(query).all(...values) as Row[]
      } finally {
        database.close()
      }
    },
    async stop() {
      if (stopped) return
      stopped = true
      await service.stop()
      if (dataDir === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}
