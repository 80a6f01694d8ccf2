import { mkdir } from 'node:fs/promises'
import { createService, NOWHERE, type ServiceOptions } from '../../api/service.ts'
import type { FleetDevice, FleetRule } from './fleet.ts'

/** The service in this process, without sockets of its own: its work alone can be timed. */
export interface InsideService {
  /** @throws Error with the answer when it is a refusal. */
  api(method: string, path: string, body?: unknown): Promise<unknown>
  /** Resolves when the message is committed. */
  say(device: FleetDevice, channel: string, payload: string): Promise<void>
  tick(): Promise<void>
  /** Alarms raised and committed since the start. */
  raised(): Promise<number>
  stop(): Promise<void>
}

const ADMIN_TOKEN = 'bench-admin-token-0123456789'
const ONE_PAGE = 500
const RAISED = /^shifen_alarms_raised_total\{[^}]*\} (\d+)$/gm

export async function startInside(
  dataDir: string,
  clock: NonNullable<ServiceOptions['clock']>,
): Promise<InsideService> {
  await mkdir(dataDir, { recursive: true })
  const service = createService({
    clock,
    outgoing: NOWHERE,
    config: {
      dataDir,
      http: { host: '127.0.0.1', port: 0, trustedProxies: [] },
      mqtt: { host: '127.0.0.1', port: 'off' },
      brokers: [],
      adminToken: ADMIN_TOKEN,
      flood: { alarms: 10, alarmsOfDevice: 10, withinMs: 600_000, positions: {} },
      history: 'sqlite',
      logLevel: 'error',
      outgoing: { allow: [] },
      timezone: 'Asia/Shanghai',
    },
  })
  await service.start()
  return {
    async api(method, path, body) {
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' }
      const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
      const response = await service.fetch(new Request(`http://localhost/api/v1/${path}`, init))
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`)
      return text === '' ? null : (JSON.parse(text) as unknown)
    },
    say: ({ id, site }, channel, payload) =>
      service.receive({
        topic: `shifen/${site}/${id}/${channel}`,
        payload: Buffer.from(payload),
        device: id,
        site,
        will: false,
      }),
    tick: () => service.tick(),
    async raised() {
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}` }
      const metrics = await (await service.fetch(new Request('http://localhost/metrics', { headers }))).text()
      return [...metrics.matchAll(RAISED)].reduce((sum, [, count]) => sum + Number(count), 0)
    },
    stop: () => service.stop(),
  }
}

export const listRules = async (service: InsideService): Promise<FleetRule[]> =>
  ((await service.api('GET', `rules?limit=${ONE_PAGE}`)) as { items: FleetRule[] }).items

/** Adds the rules, then the devices: a rule is held against every device when it is saved. */
export async function settle(service: InsideService, devices: readonly FleetDevice[], rules: readonly FleetRule[]) {
  for (const rule of rules) await service.api('POST', 'rules', rule)
  for (const device of devices) await service.api('POST', 'devices', device)
}

/** Leaves no rule. */
export async function removeRules(service: InsideService): Promise<void> {
  for (const { id } of await listRules(service)) await service.api('DELETE', `rules/${id}`)
}
