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

/** Makes the site, what is set up in it, its people and its devices; those behind gateways are discovered later. */
export async function provision(ground: Ground, scenario: Scenario): Promise<void> {
  const { site, devices, settings, people } = scenario
  const ask = (method: Method, path: string, body: unknown) => ground.ask(null, method, path, body)
  mustDo(`the site ${site.id}`, orThere(await ask('POST', 'sites', site)))
  for (const setting of settings) await set(ask, setting)
  for (const { path, body } of setUp(people, site.id)) {
    const answer = await ask('POST', path, body)
    mustDo(`${path} ${nameOf(body)}`, answer)
    if (path === 'tokens') ground.knowToken(nameOf(body), (answer.body as { token: string }).token)
  }
  const logins = new Map<string, Login>()
  for (const [gateway, topics] of gatewaysOf(devices)) {
    const answer = await ask('POST', 'gateways', { id: gateway, site: site.id, topics })
    mustDo(`the gateway ${gateway}`, answer)
    logins.set(gateway, (answer.body as { mqtt: Login }).mqtt)
  }
  for (const device of devices) {
    if (device.gateway !== undefined) continue
    const { id, kind, name, location, building, zone = null, tags = [] } = device
    const answer = await ask('POST', 'devices', { id, site: site.id, kind, name, location, building, zone, tags })
    mustDo(`the device ${id}`, answer)
    logins.set(id, (answer.body as { mqtt: Login }).mqtt)
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

async function set(
  ask: (method: Method, path: string, body: unknown) => Promise<Answer>,
  { collection, body, place }: Setting,
): Promise<void> {
  let answer = await ask('POST', collection, body)
  // What the service brings along, or a live one has already, is replaced.
  if (answer.status === 409 && typeof body.id === 'string') {
    answer = await ask('PUT', `${collection}/${body.id}`, body)
  }
  if (!isWell(answer)) throw new ScenarioProblem(`the service does not take it: ${sentenceOf(answer)}`, place)
}

const orThere = (answer: Answer): Answer => (answer.status === 409 ? { ...answer, status: 200 } : answer)

export const isWell = ({ status }: Answer): boolean => status >= 200 && status < 300

function mustDo(what: string, answer: Answer): void {
  if (!isWell(answer)) throw new ScenarioProblem(`${what} could not be set up: ${sentenceOf(answer)}`, null)
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
