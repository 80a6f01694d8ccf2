import type { Decoded, DeviceKind } from '../../rules/model.ts'
import { type Body, objectBody, scalarBody, scalarNumber } from './bodies.ts'
import { topicOnce } from './once.ts'
import { accepted, ignored, measure, measureHealth, report } from './decoded.ts'
import { type Family, type Publish, USUAL_SILENCE } from './family.ts'
import { valueIn } from './home-assistant/config.ts'
import { type Availability, type Entity, type Learnt, topicKey, wordOf } from './home-assistant/learn.ts'

/** Messages on topics that Home Assistant discovery has told of; what they mean is told there and nowhere guessed. */
export const homeAssistantBound: Family = {
  id: 'home-assistant',
  matches: (publish, memory) => memory.get(topicKey(publish.topic)) !== undefined,
  decode(publish, memory) {
    const learnt = memory.get<Learnt>(topicKey(publish.topic))
    if (learnt === undefined) return ignored('no discovery entry tells of this topic')
    return topicOnce(decodeTopic(publish, learnt), publish, memory, 'ha')
  },
  silence: USUAL_SILENCE,
}

type Sayings = Map<string, Decoded>

function decodeTopic(publish: Publish, { entities, availability }: Learnt): Decoded {
  const [first] = entities.length > 0 ? entities : availability
  if (first === undefined) return ignored('no discovery entry tells of this topic')
  const needsJson = [...entities, ...availability].every(({ path }) => path.length > 0)
  const body: Body<unknown> = needsJson ? objectBody(publish, first.device) : scalarOrJson(publish, first)
  if (body.refusal) return body.refusal
  const sayings: Sayings = new Map()
  const kinds = kindsOf(entities)
  for (const entity of entities) readEntity(sayingOf(sayings, entity, kinds), entity, valueOf(body.value, entity.path))
  for (const each of availability)
    readAvailability(sayingOf(sayings, each, kinds), each, valueOf(body.value, each.path))
  const [decoded, ...others] = [...sayings.values()]
  return others.length > 0 ? { ...decoded!, others } : decoded!
}

/** Bare values and JSON may be read from one topic: a template decides each. */
function scalarOrJson(publish: Publish, { device }: Entity | Availability): Body<unknown> {
  const object = publish.text()?.trimStart().startsWith('{') === true ? publish.object() : null
  return object === null ? scalarBody(publish, device) : { value: object }
}

function valueOf(body: unknown, path: readonly string[]): unknown {
  if (path.length > 0) return valueIn(body, path)
  return typeof body === 'string' ? scalarNumber(body) : undefined
}

/** One entity tells the kind for all of its device's on the topic. */
function kindsOf(entities: readonly Entity[]): ReadonlyMap<string, DeviceKind> {
  const kinds = new Map<string, DeviceKind>()
  for (const { device, kind } of entities) {
    const known = kinds.get(device.key) ?? device.kind
    kinds.set(device.key, kind === 'water_leak' || known === 'unknown' ? kind : known)
  }
  return kinds
}

function sayingOf(
  sayings: Sayings,
  { device }: Entity | Availability,
  kinds: ReadonlyMap<string, DeviceKind>,
): Decoded {
  const { key, vendor, model } = device
  const known = sayings.get(key)
  if (known !== undefined) return known
  const kind = kinds.get(key) ?? device.kind
  const about = { ...(vendor === undefined ? {} : { vendor }), ...(model === undefined ? {} : { model }) }
  const decoded = accepted(key, kind, about)
  sayings.set(key, decoded)
  return decoded
}

const UNAVAILABLE = new Set(['unavailable', 'unknown', 'none', 'null', ''])

function readEntity(decoded: Decoded, entity: Entity, raw: unknown): void {
  const { to, scale, path } = entity
  const label = path.at(-1) ?? to
  if (raw === undefined) return
  if (to.startsWith('health:')) {
    return measureHealth(decoded, to.slice('health:'.length) as 'batteryPercent', raw, scale, label)
  }
  if (!to.startsWith('condition:')) {
    if (decoded.measurements.every(({ name }) => name !== to)) measure(decoded, to, raw, scale, label)
    return
  }
  readCondition(decoded, entity, raw, label)
}

function readCondition(decoded: Decoded, { to, on, off, inverted }: Entity, raw: unknown, label: string): void {
  const code = to.slice('condition:'.length)
  const word = wordOf(raw)
  const said = word === on ? true : word === off ? false : null
  if (said === null) {
    const isNull = raw === null
    const unavailable = UNAVAILABLE.has(word) ? `value_unavailable:${label}` : `not_a_truth:${label}`
    decoded.warnings.push(isNull ? `null_value:${label}` : unavailable)
    return report(decoded, code, 'unknown', raw)
  }
  const active = said !== (inverted === true)
  report(decoded, code, active, raw)
  if (code === 'device.battery_low') decoded.health.batteryLow = active
  if (code === 'device.tamper') decoded.health.tamper = active
  if (code === 'device.offline') decoded.health.online = !active
}

function readAvailability(decoded: Decoded, { online, offline, partial }: Availability, raw: unknown): void {
  const word = wordOf(raw)
  if (word !== offline && (word !== online || partial)) return
  report(decoded, 'device.offline', word === offline, raw)
  decoded.health.online = word === online
}
