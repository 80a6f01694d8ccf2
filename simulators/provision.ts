import { isDeepStrictEqual } from 'node:util'
import { languageOf } from './languages/index.ts'
import type { DeviceDescription } from './devices/index.ts'
import type { Answer, Ground, Login, Method } from './ground.ts'
import { setUp } from './people/setup.ts'
import type { Place, Scenario, Setting } from './scenario.ts'

/** Something of a scenario that the service did not take, and where it is written. */
export class ScenarioProblem extends Error {
  readonly place: Place | null
  constructor(message: string, place: Place | null) {
    super(place === null ? message : `${place.file}:${place.line}:${place.column}: ${message}`)
    this.name = 'ScenarioProblem'
    this.place = place
  }
}

type Ask = (method: Method, path: string, body?: unknown) => Promise<Answer>

/** Makes the site, what is set up in it, its people and its devices; those behind gateways are discovered later. */
export async function provision(ground: Ground, scenario: Scenario): Promise<void> {
  const { site, devices, settings, people } = scenario
  const ask: Ask = (method, path, body) => ground.ask(null, method, path, body)
  mustDo(`the site ${site.id}`, orThere(await ask('POST', 'sites', site)))
  for (const setting of settings) await set(ask, setting)
  for (const { path, body } of setUp(people, site.id)) {
    const what = `${path} ${nameOf(body)}`
    let answer = await ask('POST', path, body)
    if (answer.status === 409) {
      await mustBeOurs(ask, what, `${path}/${nameOf(body)}`, site.id)
      answer = await ask('PUT', `${path}/${nameOf(body)}`, body)
    }
    mustDo(what, answer)
    if (path === 'tokens') ground.knowToken(nameOf(body), (answer.body as { token: string }).token)
  }
  const logins = new Map<string, Login>()
  for (const [gateway, topics] of gatewaysOf(devices)) {
    const answer = await addGateway(ask, { id: gateway, site: site.id, topics })
    logins.set(gateway, (answer.body as { mqtt: Login }).mqtt)
  }
  for (const device of devices) {
    if (device.gateway !== undefined) continue
    const answer = await addDevice(ask, device, site.id)
    logins.set(device.id, (answer.body as { mqtt: Login }).mqtt)
  }
  await ground.knowLogins(logins)
}

/** Topic filters by gateway, for the devices behind each. */
export function gatewaysOf(devices: readonly DeviceDescription[]): Map<string, string[]> {
  const gateways = new Map<string, string[]>()
  for (const { gateway, speaks = 'native' } of devices) {
    if (gateway === undefined) continue
    const topics = gateways.get(gateway) ?? []
    for (const topic of languageOf(speaks)?.topics(gateway) ?? []) if (!topics.includes(topic)) topics.push(topic)
    gateways.set(gateway, topics)
  }
  return gateways
}

/** One that an earlier run has left is as it should be now, and has a new login. */
async function addDevice(ask: Ask, device: DeviceDescription, site: string): Promise<Answer> {
  const { id, kind, name, location, building, zone = null, tags = [] } = device
  const place = { name, location, building, zone, tags }
  const what = `the device ${id}`
  const answer = await ask('POST', 'devices', { id, site, kind, ...place })
  if (answer.status !== 409) return mustDo(what, answer)
  const there = await mustBeOurs(ask, what, `devices/${id}`, site)
  if (there.kind !== kind) throw new ScenarioProblem(`${what} is there already, as ${String(there.kind)}`, null)
  if (there.retiredAt !== null) mustDo(what, await ask('POST', `devices/${id}/adopt`))
  mustDo(what, await ask('PATCH', `devices/${id}`, place))
  return mustDo(what, await ask('POST', `devices/${id}/credentials`))
}

async function addGateway(ask: Ask, gateway: { id: string; site: string; topics: string[] }): Promise<Answer> {
  const what = `the gateway ${gateway.id}`
  const answer = await ask('POST', 'gateways', gateway)
  if (answer.status !== 409) return mustDo(what, answer)
  const there = await mustBeOurs(ask, what, `gateways/${gateway.id}`, gateway.site)
  if (isDeepStrictEqual(there.topics, gateway.topics)) {
    return mustDo(what, await ask('POST', `gateways/${gateway.id}/credentials`))
  }
  mustDo(what, await ask('DELETE', `gateways/${gateway.id}`))
  return mustDo(what, await ask('POST', 'gateways', gateway))
}

/** What is there already under this name; somebody else's is not a scenario's to change. */
async function mustBeOurs(ask: Ask, what: string, path: string, site: string): Promise<Record<string, unknown>> {
  const there = mustDo(what, await ask('GET', path)).body as Record<string, unknown>
  const sites = there.sites ?? [there.site]
  if (isDeepStrictEqual(sites, [site])) return there
  throw new ScenarioProblem(`${what} is there already, and not at the site ${site}; give it another id`, null)
}

async function set(ask: Ask, { collection, body, place }: Setting): Promise<void> {
  let answer = await ask('POST', collection, body)
  // What the service brings along, or a live one has already, is replaced.
  if (answer.status === 409 && typeof body.id === 'string') {
    answer = await ask('PUT', `${collection}/${body.id}`, body)
  }
  if (!isWell(answer)) throw new ScenarioProblem(`the service does not take it: ${sentenceOf(answer)}`, place)
}

const orThere = (answer: Answer): Answer => (answer.status === 409 ? { ...answer, status: 200 } : answer)

export const isWell = ({ status }: Answer): boolean => status >= 200 && status < 300

function mustDo(what: string, answer: Answer): Answer {
  if (isWell(answer)) return answer
  throw new ScenarioProblem(`${what} could not be set up: ${sentenceOf(answer)}`, null)
}

/** What a refusal says, its fields included. */
export function sentenceOf({ status, body }: Answer): string {
  const { detail, title, errors = [] } = (body ?? {}) as Problem
  const fields = errors.map(({ field, message }) => `${field}: ${message}`)
  return [detail ?? title ?? `status ${status}`, ...fields.filter((each) => each !== detail)].join('; ')
}

interface Problem {
  detail?: string
  title?: string
  errors?: { field: string; message: string }[]
}

const nameOf = ({ id, name }: Readonly<Record<string, unknown>>): string =>
  [id, name].find((each) => typeof each === 'string') ?? ''
