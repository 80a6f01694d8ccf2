/** Homie 4: everything is a retained topic of its own; a device tells what it has before it tells what it measures. */
import type { Address, Language, Packet, Values } from './language.ts'
import { hasNews, packetOf } from './news.ts'
import type { DeviceKind } from '../../rules/model.ts'

/** Property → what it is: a condition or point, its datatype and unit, and what the point is multiplied by. */
type Property = readonly [
  name: string,
  of: string,
  datatype: 'boolean' | 'float' | 'integer',
  unit: string,
  times?: number,
]

const SENSOR: readonly Property[] = [
  ['temperature', 'temperature.ambient', 'float', '°C'],
  ['humidity', 'humidity.relative', 'float', '%'],
  ['battery', 'batteryPercent', 'integer', '%'],
]
const METER: readonly Property[] = [
  ...([1, 2, 3] as const).flatMap((phase): Property[] => [
    [`voltagel${phase}`, `voltage.l${phase}`, 'float', 'V'],
    [`currentl${phase}`, `current.l${phase}`, 'float', 'A'],
    [`powerl${phase}`, `power.active.l${phase}`, 'float', 'W'],
  ]),
  ['power', 'power.active', 'float', 'W'],
  ['frequency', 'frequency', 'float', 'Hz'],
  ['import', 'energy.active.import', 'float', 'kWh', 0.001],
]
const NODES: Partial<Readonly<Record<DeviceKind, readonly [node: string, properties: readonly Property[]]>>> = {
  water_leak: ['sensor', [['water-leak', 'water.leak', 'boolean', ''], ...SENSOR]],
  power_meter: ['meter', METER],
}

const idOf = ({ id }: Address) => id.toLowerCase().replace(/[^a-z0-9-]/g, '-')

export const homie: Language = {
  id: 'homie',
  kinds: ['water_leak', 'power_meter'],
  topics: () => ['homie/#'],
  identity: (address) => `homie:${idOf(address)}`,
  tells: Object.values(NODES).flatMap(([, properties]) => properties.map(([, of]) => of)),
  speaker(address) {
    const [node, properties] = NODES[address.kind]!
    const base = `homie/${idOf(address)}`
    const say = (topic: string, text: string) => packetOf(address, `${base}/${topic}`, text, true)
    const last = new Map<string, string>()

    /** A property is published when it has changed; a broker keeps it. */
    const news = (texts: [string, string][]): Packet[] => {
      const changed = texts.filter(([name, text]) => last.get(name) !== text)
      for (const [name, text] of changed) last.set(name, text)
      return changed.map(([name, text]) => say(`${node}/${name}`, text))
    }
    return {
      say(statement, occasion) {
        if (!hasNews(statement, occasion)) return []
        const texts = textsOf(properties, { ...statement.values(), ...statement.levels })
        if (statement.levelsBefore !== null) return news(texts)
        last.clear()
        const described = describe(address, node, properties).map(([topic, text]) => say(topic, text))
        return [say('$state', 'init'), ...described, ...news(texts), say('$state', 'ready')]
      },
      will: () => say('$state', 'lost'),
    }
  },
}

const textsOf = (properties: readonly Property[], values: Values): [string, string][] =>
  properties.flatMap(([name, of, , , times = 1]): [string, string][] => {
    const value = values[of]
    if (value === undefined) return []
    return [[name, typeof value === 'number' ? String(Math.round(value * times * 1e4) / 1e4) : String(value)]]
  })

function describe({ name }: Address, node: string, properties: readonly Property[]): [string, string][] {
  return [
    ['$homie', '4.0.0'],
    ['$name', name],
    ['$nodes', node],
    [`${node}/$name`, node],
    [`${node}/$type`, node],
    [`${node}/$properties`, properties.map(([property]) => property).join()],
    ...properties.flatMap(([property, , datatype, unit]): [string, string][] => [
      [`${node}/${property}/$name`, property],
      [`${node}/${property}/$datatype`, datatype],
      ...(unit === '' ? [] : [[`${node}/${property}/$unit`, unit] as [string, string]]),
    ]),
  ]
}
