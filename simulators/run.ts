import { systemClock } from '../rules/clock.ts'
import type { Clock } from '../rules/clock.ts'
import { createBuilding } from './building.ts'
import { runCrews } from './crews.ts'
import { linkDevice, pause, serviceApi, ServiceProblem } from './drivers.ts'
import type { DeviceLink, DeviceLogin, ServiceApi } from './drivers.ts'
import { seededRandom } from './random.ts'
import { findScenario } from './scenarios/index.ts'
import type { Scenario } from './scenarios/scenario.ts'

export { findScenario, scenarios } from './scenarios/index.ts'
export type { Scenario } from './scenarios/scenario.ts'

export interface LiveOptions {
  /** Where the devices connect, as `mqtt://host:port`. */
  mqttUrl: string
  /** Where the API is, as `http://host:port`. */
  httpUrl: string
  /** A token with the right to make devices and to work on tickets. */
  token: string
  /** A shipped scenario's name, or a scenario. */
  scenario: string | Scenario
  seed: number | string
  /** Divides the crews' delays and the time between emergencies; 1 unless set. */
  speed?: number
  /** Ends the simulation. */
  signal: AbortSignal
  /** One line of progress in plain English. */
  log: (line: string) => void
}

const TICK_MS = 1_000
/** Connections are spread over so long. */
const CONNECT_WITHIN_MS = 4_000
const TROUBLE_AGAIN_MS = 60_000
const PROVISION_AT_ONCE = 4

/**
 * Runs a scenario against a service that is up, in real time, until the signal ends it: devices over MQTT with their
 * own credentials, crews over HTTP. Resolves when every connection is closed. Throws, in one sentence, for an unknown
 * scenario and where the site or a device cannot be set up.
 */
export async function runLive(options: LiveOptions): Promise<void> {
  const { log, speed = 1 } = options
  const scenario = typeof options.scenario === 'string' ? findScenario(options.scenario) : options.scenario
  if (!(speed > 0 && Number.isFinite(speed))) throw new RangeError(`speed must be a number above 0, not ${speed}`)

  // A part that fails takes the others down with it.
  const own = new AbortController()
  const signal = AbortSignal.any([options.signal, own.signal])
  const api = serviceApi(options.httpUrl, options.token, signal)
  const logins = await provision(api, scenario, signal)
  if (!logins) return
  log(`${logins.size} devices of ${scenario.title.en} (${scenario.title.zh}) are set up`)

  const clock = systemClock()
  const random = seededRandom(options.seed)
  const building = createBuilding({ scenario, seed: options.seed, startMs: clock.now(), speed })
  const links = new Map<string, DeviceLink>()
  const onTrouble = troubleLog(clock, log)

  const connectAll = async () => {
    const jitter = random.fork('connections')
    for (const { id: device } of scenario.devices) {
      const login = logins.get(device)
      if (!login) continue
      const whole = () => building.whole(device, clock.now())
      const reconnectMs = jitter.integer(1_000, 3_000)
      const onLost = (reason: string) => onTrouble(`${device} cannot connect`, reason)
      const obey = (topic: string, payload: string) => building.obey(device, topic, payload)
      const onCommand = building.obeys(device) ? obey : undefined
      const { mqttUrl } = options
      links.set(device, linkDevice({ mqttUrl, login, reconnectMs, whole, onCommand, onTrouble: onLost }))
      if (!(await pause(CONNECT_WITHIN_MS / logins.size, signal))) return
    }
    log('all devices are switched on')
  }
  const live = async () => {
    while (await pause(TICK_MS, signal)) {
      const { packets, happenings } = building.advance(clock.now())
      for (const packet of packets) links.get(packet.device)?.send([packet])
      happenings.forEach(log)
    }
  }
  const repair = (device: string) => {
    const repaired = building.repair(device)
    for (const fault of repaired) log(`${device}: ${fault.replaceAll('_', ' ')} repaired`)
    return repaired
  }
  const crew = { api, scenario, random: random.fork('crews'), clock, speed, repair, signal, log, onTrouble }

  const parts = [connectAll(), live(), runCrews(crew)]
  try {
    await Promise.all(parts)
  } finally {
    own.abort()
    await Promise.allSettled(parts)
    await Promise.all([...links.values()].map((link) => link.close()))
  }
}

/** Tells each reason once a minute: when the service is away, forty devices need not say so. */
function troubleLog(clock: Clock, log: (line: string) => void) {
  const toldMs = new Map<string, number>()
  return (what: string, reason: string) => {
    const now = clock.now()
    if (now - (toldMs.get(reason) ?? -Infinity) < TROUBLE_AGAIN_MS) return
    toldMs.set(reason, now)
    log(`${what}: ${reason}`)
  }
}

interface Provisioned {
  mqtt: DeviceLogin
}

/** Creates what is not there yet and gives each device a new password; `null` where the signal ended it. */
async function provision(
  api: ServiceApi,
  scenario: Scenario,
  signal: AbortSignal,
): Promise<Map<string, DeviceLogin> | null> {
  try {
    const { site } = scenario
    await unlessThere(api.request('POST', '/sites', site))
    const logins = new Map<string, DeviceLogin>()
    const waiting = [...scenario.devices]
    const work = async () => {
      for (let device = waiting.shift(); device; device = waiting.shift()) {
        const { id, kind, name, location, building, zone = null } = device
        const body = { id, site: site.id, kind, name, location, building, zone }
        const made = (await unlessThere(api.request('POST', '/devices', body))) ?? (await renew(api, id, site.id))
        const { mqtt } = made as Provisioned
        logins.set(id, mqtt)
      }
    }
    await Promise.all(Array.from({ length: PROVISION_AT_ONCE }, work))
    return logins
  } catch (error) {
    if (signal.aborted) return null
    throw new Error(`the simulated building could not be set up: ${reasonOf(error)}`, { cause: error })
  }
}

/** A new password for a device that is there already; one of another site is not ours to touch. */
async function renew(api: ServiceApi, id: string, site: string): Promise<unknown> {
  const path = `/devices/${encodeURIComponent(id)}`
  const there = (await api.request('GET', path)) as { site: string }
  if (there.site !== site) throw new Error(`the device ${id} exists already at the site ${there.site}, not at ${site}`)
  return api.request('POST', `${path}/credentials`)
}

/** The answer, or `null` where the service says that it exists already. */
async function unlessThere(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof ServiceProblem && error.status === 409) return null
    throw error
  }
}

/** `fetch failed` alone helps nobody: its cause names the address that did not answer. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error ? `${message}: ${cause.message}` : message
}
