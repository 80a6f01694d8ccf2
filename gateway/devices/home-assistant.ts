import type { Decoded, DecodedDevice } from '../../rules/model.ts'
import { objectBody } from './bodies.ts'
import { ignored } from './decoded.ts'
import {
  type Family,
  field,
  isObject,
  type JsonObject,
  type Memory,
  publishOf,
  type Publish,
  USUAL_SILENCE,
} from './family.ts'
import { written } from './home-assistant/config.ts'
import { type Configured, forget, kindOf, learn } from './home-assistant/learn.ts'
import { openMqttGateway } from './openmqttgateway.ts'
import { rtl433 } from './rtl433.ts'
import { shelly1 } from './shelly1.ts'
import { shelly2 } from './shelly2.ts'
import { tasmota } from './tasmota.ts'
import { tasmotaZigbee } from './tasmota-zigbee.ts'
import { zigbee2mqtt } from './zigbee2mqtt.ts'
import { learnBase } from './zigbee2mqtt/topics.ts'

/**
 * Home Assistant discovery: `homeassistant/<component>/[<node>/]<object>/config`, retained. It measures nothing; it
 * tells what later messages on other topics mean (`home-assistant-bound.ts`), where no family of ours knows them
 * better.
 */
export const homeAssistant: Family = {
  id: 'ha-discovery',
  matches(publish) {
    const { levels } = publish
    if (levels[0] === 'homeassistant' && levels.length === 2 && levels[1] === 'status') return true
    if (levels.at(-1) !== 'config') return false
    const at = componentAt(levels)
    return at > 0 && (levels[at - 1] === 'homeassistant' || saysEntity(publish))
  },
  decode(publish, memory) {
    const { topic, levels } = publish
    if (levels.length === 2) return ignored('Home Assistant says that it is up or down')
    if (publish.payload.length === 0) {
      forget(memory, topic)
      return ignored('a discovery entry was removed')
    }
    const body = objectBody(publish)
    return body.refusal ?? decodeConfig(publish, memory, written(body.value))
  },
  silence: USUAL_SILENCE,
}

const COMPONENTS = new Set(
  (
    'alarm_control_panel binary_sensor button camera climate cover device device_automation device_tracker event fan ' +
    'humidifier image lawn_mower light lock notify number scene select sensor siren switch tag text update vacuum ' +
    'valve water_heater'
  ).split(' '),
)
const COMPONENTS_MAX = 200

/** Where the component stands: before `[<node>/]<object>/config`, whatever base its owner chose; -1 where nowhere. */
function componentAt(levels: readonly string[]): number {
  for (const at of [levels.length - 4, levels.length - 3]) if (at > 0 && COMPONENTS.has(levels[at]!)) return at
  return -1
}

function saysEntity(publish: Publish): boolean {
  const text = publish.text()
  return text !== null && /"(state_topic|stat_t|unique_id|uniq_id|cmps|components)"/.test(text)
}

function decodeConfig(publish: Publish, memory: Memory, config: JsonObject): Decoded {
  const all = configured(publish, config)
  const kind = kindOf(all)
  const topics = all.map((each) => field(each.config, 'state_topic'))
  const stateTopic = topics.find((each) => typeof each === 'string' && each !== '') as string | undefined
  learnZigbeeBase(memory, config)
  const native = stateTopic === undefined ? null : nativeDevice(memory, stateTopic)
  const device: DecodedDevice = { key: native?.key ?? `ha:${identifierOf(publish, config)}`, kind, ...about(config) }
  if (native === null) learn(memory, publish.topic, device, all)
  return ignored(`metadata: what ${stateTopic ?? 'an entity'} says`, device)
}

/** One entity, or with device discovery each component with what all of them share. */
function configured({ levels }: Publish, config: JsonObject): Configured[] {
  const component = levels[componentAt(levels)] ?? ''
  if (component !== 'device') return [{ component, name: '', config }]
  const components = field(config, 'components')
  if (!isObject(components)) return []
  const shared = { ...config, components: undefined }
  return Object.entries(components)
    .slice(0, COMPONENTS_MAX)
    .flatMap(([name, each]) => {
      if (!isObject(each)) return []
      const platform = field(each, 'platform')
      return typeof platform === 'string' ? [{ component: platform, name, config: { ...shared, ...each } }] : []
    })
}

/** Families that know their topics without being told. */
const NATIVE: readonly Family[] = [shelly2, shelly1, openMqttGateway, tasmotaZigbee, tasmota, rtl433, zigbee2mqtt]

/** Whose topic it is, asked of the families with an empty message, which none of them takes for a reading. */
function nativeDevice(memory: Memory, topic: string): DecodedDevice | null {
  const publish = publishOf({ topic, payload: new Uint8Array(), receivedAt: 0 })
  const family = NATIVE.find((each) => each.matches(publish, memory))
  return family === undefined ? null : family.decode(publish, memory).device
}

/** Zigbee2MQTT names its bridge among the availability topics: that tells its base before the bridge does. */
function learnZigbeeBase(memory: Memory, config: JsonObject): void {
  const list = field(config, 'availability')
  const origin = field(config, 'origin')
  if (!Array.isArray(list) || !isObject(origin) || field(origin, 'name') !== 'Zigbee2MQTT') return
  for (const each of list.slice(0, 4) as unknown[]) {
    const topic = isObject(each) ? field(each, 'topic') : undefined
    if (typeof topic === 'string' && topic.endsWith('/bridge/state')) {
      learnBase(memory, topic.slice(0, -'/bridge/state'.length))
    }
  }
}

function deviceOf(config: JsonObject): JsonObject {
  const device = field(config, 'device')
  return isObject(device) ? device : {}
}

function identifierOf({ levels }: Publish, config: JsonObject): string {
  const device = deviceOf(config)
  const ids = field(device, 'identifiers')
  const connections = field(device, 'connections')
  const first: unknown = Array.isArray(ids) ? ids[0] : ids
  if (typeof first === 'string' && first !== '') return first.slice(0, 120)
  const pair: unknown = Array.isArray(connections) ? connections[0] : undefined
  if (Array.isArray(pair) && typeof pair[1] === 'string') return pair[1].slice(0, 120)
  const unique = field(config, 'unique_id')
  // A node is a device; without one each entity stands alone.
  const hasNode = componentAt(levels) === levels.length - 4
  return hasNode ? levels.at(-3)! : typeof unique === 'string' ? unique.slice(0, 120) : levels.at(-2)!
}

/** Zigbee2MQTT writes a description and the model in brackets behind it. */
const IN_BRACKETS = /\(([^()]{1,64})\)\s*$/

function about(config: JsonObject): Partial<DecodedDevice> {
  const device = deviceOf(config)
  const vendor = field(device, 'manufacturer')
  const model = field(device, 'model')
  return {
    ...(typeof vendor === 'string' ? { vendor: vendor.slice(0, 64) } : {}),
    ...(typeof model === 'string' ? { model: (IN_BRACKETS.exec(model)?.[1] ?? model).slice(0, 64) } : {}),
  }
}
