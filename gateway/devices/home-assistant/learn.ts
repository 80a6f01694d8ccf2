import type { DecodedDevice, DeviceKind } from '../../../rules/model.ts'
import { field, isObject, type JsonObject, type Memory } from '../family.ts'
import { templatePath } from './config.ts'
import { type Target, targetOf } from './targets.ts'
import { TOPIC_MAX_BYTES } from '../../topics.ts'

/** What discovery tells of a topic: one row a topic, and one a configuration for taking it back. */
export interface Learnt {
  entities: readonly Entity[]
  availability: readonly Availability[]
}

interface Named {
  /** The topic of the configuration, and the component's name where it holds several. */
  config: string
  device: DecodedDevice
}

export interface Entity extends Named, Target {
  path: readonly string[]
  on?: string
  off?: string
}

export interface Availability extends Named {
  path: readonly string[]
  online: string
  offline: string
  /** One of several topics that must all say online: here only `offline` tells for sure. */
  partial: boolean
}

const ENTITIES_MAX = 100
export const topicKey = (topic: string): string => `ha:topic:${topic}`
const configKey = (topic: string) => `ha:config:${topic}`

export interface Configured {
  component: string
  name: string
  config: JsonObject
}

/** Binds the topics of a configuration to its device, in place of what the same configuration bound before. */
export function learn(memory: Memory, configTopic: string, device: DecodedDevice, all: readonly Configured[]): void {
  const rows = new Map<string, { entities: Entity[]; availability: Availability[] }>()
  const rowOf = (topic: string) => {
    const row = rows.get(topic) ?? { entities: [], availability: [] }
    rows.set(topic, row)
    return row
  }
  for (const { component, name, config } of all) {
    const base = { config: name === '' ? configTopic : `${configTopic}#${name}`, device }
    const topic = field(config, 'state_topic')
    const entity = entityOf(component, config)
    if (isTopic(topic) && entity !== null) rowOf(topic).entities.push({ ...base, ...entity })
    if (entity === null) continue
    for (const [at, availability] of availabilityOf(config)) {
      const known = rowOf(at).availability
      if (known.length === 0) known.push({ ...base, config: configTopic, ...availability })
    }
  }
  forget(memory, configTopic, new Set(rows.keys()))
  for (const [topic, { entities, availability }] of rows) {
    const known = without(memory.get<Learnt>(topicKey(topic)), configTopic)
    setChanged(memory, topicKey(topic), {
      entities: [...known.entities, ...entities].slice(-ENTITIES_MAX),
      availability: [...known.availability, ...availability].slice(-ENTITIES_MAX),
    })
  }
  setChanged(memory, configKey(configTopic), rows.size === 0 ? undefined : [...rows.keys()].slice(0, ENTITIES_MAX))
}

/** Takes back what a configuration bound, except on the topics that it binds again. */
export function forget(memory: Memory, configTopic: string, except: ReadonlySet<string> = new Set()): void {
  for (const topic of memory.get<readonly string[]>(configKey(configTopic)) ?? []) {
    if (except.has(topic)) continue
    const left = without(memory.get<Learnt>(topicKey(topic)), configTopic)
    const isEmpty = left.entities.length === 0 && left.availability.length === 0
    memory.set(topicKey(topic), isEmpty ? undefined : left)
  }
  if (except.size === 0 && memory.get(configKey(configTopic)) !== undefined) {
    memory.set(configKey(configTopic), undefined)
  }
}

function without(known: Learnt | undefined, configTopic: string): Learnt {
  const isOther = ({ config }: Named) => config !== configTopic && !config.startsWith(`${configTopic}#`)
  return {
    entities: (known?.entities ?? []).filter(isOther),
    availability: (known?.availability ?? []).filter(isOther),
  }
}

function setChanged(memory: Memory, key: string, value: unknown): void {
  if (JSON.stringify(memory.get(key)) !== JSON.stringify(value)) memory.set(key, value)
}

function entityOf(component: string, config: JsonObject): Omit<Entity, keyof Named> | null {
  const path = templatePath(field(config, 'value_template'))
  const target = path === null ? null : targetOf(component, config, path)
  if (path === null || target === null) return null
  if (!target.to.startsWith('condition:')) return { ...target, path }
  const [on, off] =
    component === 'valve'
      ? [field(config, 'state_open') ?? 'open', field(config, 'state_closed') ?? 'closed']
      : [field(config, 'payload_on') ?? 'ON', field(config, 'payload_off') ?? 'OFF']
  return { ...target, path, on: wordOf(on), off: wordOf(off) }
}

/** Words are compared without regard to case: templates write `True` for JSON's `true`. */
export function wordOf(value: unknown): string {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : JSON.stringify(value ?? null)
  return word.slice(0, WORD_LENGTH)
}

const WORD_LENGTH = 200

/** Nothing comes on a longer one, so that there is nothing to be learnt of it. */
function isTopic(raw: unknown): raw is string {
  return typeof raw === 'string' && raw !== '' && raw.length <= TOPIC_MAX_BYTES
}

function availabilityOf(config: JsonObject): [string, Omit<Availability, keyof Named>][] {
  const list = field(config, 'availability')
  const one = field(config, 'availability_topic')
  const all: [unknown, JsonObject, unknown][] = []
  if (typeof one === 'string') all.push([one, config, field(config, 'availability_template')])
  for (const each of Array.isArray(list) ? (list as unknown[]) : isObject(list) ? [list] : []) {
    if (isObject(each)) all.push([field(each, 'topic'), each, field(each, 'value_template')])
  }
  if (field(config, 'availability_mode') === 'any' && all.length > 1) return []
  return all.flatMap(([topic, from, template], index) => {
    const path = templatePath(template)
    if (!isTopic(topic) || path === null) return []
    const online = wordOf(field(from, 'payload_available') ?? 'online')
    const offline = wordOf(field(from, 'payload_not_available') ?? 'offline')
    return [[topic, { path, online, offline, partial: index < all.length - 1 }]]
  })
}

/** The kind that the entities of one device tell together. */
export function kindOf(all: readonly Configured[]): DeviceKind {
  let told: DeviceKind = 'unknown'
  for (const { component, config } of all) {
    const kind = entityOf(component, config)?.kind ?? 'unknown'
    if (kind === 'water_leak') return kind
    if (told === 'unknown') told = kind
  }
  return told
}
