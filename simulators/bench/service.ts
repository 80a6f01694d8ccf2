import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Address } from './connection.ts'
import type { Credentials } from './packets.ts'
import { packageRoot } from '../package-root.ts'
import { startProgram, type RunningProgram } from './process.ts'

/** The service in its own process, on free ports and a data folder of its own. */
export interface Service {
  pid: number
  http: string
  mqtt: Address
  token: string
  /** How it ended and its last words, where it ended by itself; else null. */
  ended(): string | null
  stop(): Promise<void>
}

const READY = /^shifen ready http=(http:\S+) mqtt=mqtt:\/\/([^\s:]+):(\d+)/
const READY_WITHIN_MS = 30_000
const PROVISIONING_AT_ONCE = 8

/** Starts this installation's service below `folder` with its defaults and `more`. Needs the compiled files. */
export async function startService(folder: string, more: Readonly<Record<string, string>> = {}): Promise<Service> {
  const token = randomBytes(24).toString('base64url')
  const cwd = join(folder, 'service')
  await mkdir(cwd, { recursive: true })
  const running = startProgram({
    command: join(packageRoot(), 'dist/api/main.js'), // as npm start does, with its flags
    args: ['serve'],
    cwd, // an empty folder: nobody's shifen.yaml
    env: {
      ...foreignEnvironment(),
      SHIFEN_DATA_DIR: join(cwd, 'data'),
      SHIFEN_HTTP_HOST: '127.0.0.1',
      SHIFEN_HTTP_PORT: '0',
      SHIFEN_MQTT_HOST: '127.0.0.1',
      SHIFEN_MQTT_PORT: '0',
      SHIFEN_ADMIN_TOKEN: token,
      ...more,
    },
  })
  const ready = await readyLine(running)
  const [, http = '', host = '', port = ''] = ready
  return {
    pid: running.pid,
    http,
    mqtt: { host, port: Number(port) },
    token,
    ended: () => running.ended(),
    stop: () => running.stop(),
  }
}

/** Provisions `count` devices over the API, named `{prefix}-0001` and on, and gives their logins in that order. */
export async function provision(
  service: Service,
  kind: 'power_meter' | 'water_leak',
  prefix: string,
  count: number,
  signal?: AbortSignal,
): Promise<Credentials[]> {
  const logins: Credentials[] = []
  let next = 0
  const provisionNext = async () => {
    while (next < count) {
      const index = next++
      const id = `${prefix}-${String(index + 1).padStart(4, '0')}`
      logins[index] = await provisionDevice(
        service,
        { id, site: 'default', kind, location: `room ${index + 1}` },
        signal,
      )
    }
  }
  await Promise.all(Array.from({ length: PROVISIONING_AT_ONCE }, provisionNext))
  return logins
}

async function provisionDevice(service: Service, device: object, signal?: AbortSignal): Promise<Credentials> {
  const answer = await request(service, 'devices', { method: 'POST', body: JSON.stringify(device) }, signal)
  return (answer as { mqtt: Credentials }).mqtt
}

/** Adds a gateway over the API and gives its login. */
export async function addGateway(
  service: Service,
  id: string,
  topics: string[],
  signal?: AbortSignal,
): Promise<Credentials> {
  const init = { method: 'POST', body: JSON.stringify({ id, site: 'default', topics }) }
  return ((await request(service, 'gateways', init, signal)) as { mqtt: Credentials }).mqtt
}

/** How many devices the service has discovered behind a gateway. */
export async function discoveredBehind(service: Service, id: string, signal?: AbortSignal): Promise<number> {
  return ((await request(service, `gateways/${id}`, {}, signal)) as { devices: number }).devices
}

/**
 * Asks the service whether it took the load as what it was meant to be.
 *
 * @throws Error when a message was rejected instead of decoded and stored, or raised an alarm on a device whose id does
 *   not begin with `alarming`.
 */
export async function verifyAccepted(service: Service, alarming: string, signal?: AbortSignal): Promise<void> {
  const rejections = (await request(service, 'rejections?limit=1', {}, signal)) as { items: unknown[] }
  if (rejections.items.length > 0) throw new Error(`messages were rejected: ${JSON.stringify(rejections.items[0])}`)
  const alarms = (await request(service, 'alarms?limit=500', {}, signal)) as { items: { device: string }[] }
  const unexpected = alarms.items.find((alarm) => !alarm.device.startsWith(alarming))
  if (unexpected) throw new Error(`the load raised an alarm it should not: ${JSON.stringify(unexpected)}`)
}

/** One question to the service's API below `/api/v1/`. @throws Error with the answer when it is a refusal. */
export type Ask = (method: string, path: string, body?: unknown) => Promise<unknown>

export const askOf =
  (service: Service, signal?: AbortSignal): Ask =>
  (method, path, body) =>
    request(service, path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }, signal)

async function request(service: Service, path: string, init: RequestInit, signal?: AbortSignal): Promise<unknown> {
  const response = await fetch(`${service.http}/api/v1/${path}`, {
    ...init,
    headers: { authorization: `Bearer ${service.token}`, 'content-type': 'application/json' },
    ...(signal ? { signal } : {}),
  })
  const body = await response.text()
  if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${path} was answered ${response.status}: ${body}`)
  return JSON.parse(body)
}

async function readyLine(running: RunningProgram): Promise<RegExpExecArray> {
  try {
    return await running.line(READY, READY_WITHIN_MS)
  } catch (error) {
    await running.stop()
    throw error
  }
}

/** The caller's environment without its own settings of the service. */
function foreignEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SHIFEN_')))
}
