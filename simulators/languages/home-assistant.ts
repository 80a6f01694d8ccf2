/**
 * A device that Home Assistant discovers by itself, as ESPHome's do: a retained configuration for each entity, then one
 * topic with text for each state.
 */
import type { Address, Language, Levels, Packet, Values } from './language.ts'
import { hasNews, packetOf } from './news.ts'
import type { DeviceKind } from '../../rules/model.ts'

interface Entity {
  object: string
  name: string
  /** The condition or point that it tells. */
  of: string
  class: string
  unit?: string
  times?: number
}

const sensor = (object: string, of: string, className: string, unit: string, times = 1): Entity => ({
  object,
  name: object.replaceAll('_', ' '),
  of,
  class: className,
  unit,
  times,
})
const binary = (object: string, of: string, className: string): Entity => ({
  object,
  name: object,
  of,
  class: className,
})

const BATTERY = sensor('battery', 'batteryPercent', 'battery', '%')
const TEMPERATURE = sensor('temperature', 'temperature.ambient', 'temperature', '°C')

const ENTITIES: Partial<Readonly<Record<DeviceKind, readonly Entity[]>>> = {
  water_leak: [
    binary('leak', 'water.leak', 'moisture'),
    TEMPERATURE,
    sensor('humidity', 'humidity.relative', 'humidity', '%'),
    BATTERY,
  ],
  door: [binary('door', 'door.open', 'door'), BATTERY],
  rain_gauge: [sensor('rain', 'rain.amount', 'precipitation', 'mm'), TEMPERATURE],
  power_meter: [
    ...['l1', 'l2', 'l3'].flatMap((phase) => [
      sensor(`voltage_${phase}`, `voltage.${phase}`, 'voltage', 'V'),
      sensor(`current_${phase}`, `current.${phase}`, 'current', 'A'),
      sensor(`power_${phase}`, `power.active.${phase}`, 'power', 'W'),
    ]),
    sensor('power', 'power.active', 'power', 'W'),
    sensor('energy', 'energy.active.import', 'energy', 'kWh', 0.001),
    sensor('frequency', 'frequency', 'frequency', 'Hz'),
  ],
}

export const homeAssistant: Language = {
  id: 'home-assistant',
  kinds: Object.keys(ENTITIES) as DeviceKind[],
  topics: (gateway) => ['homeassistant/#', `${gateway}/#`],
  identity: ({ id }) => `ha:${id}`,
  tells: Object.values(ENTITIES).flatMap((entities) => entities.map(({ of }) => of)),
  speaker(address) {
    const entities = ENTITIES[address.kind]!
    const base = `${address.gateway ?? 'esphome'}/${address.id}`
    const status = (word: string) => packetOf(address, `${base}/status`, word, true)
    return {
      say(statement, occasion) {
        if (!hasNews(statement, occasion)) return []
        const states = statesOf(address, base, entities, statement.levels, statement.values())
        if (statement.levelsBefore !== null) return states
        return [...entities.map((entity) => configOf(address, base, entity)), status('online'), ...states]
      },
      will: () => status('offline'),
    }
  },
}

const componentOf = ({ unit }: Entity) => (unit === undefined ? 'binary_sensor' : 'sensor')
const stateTopic = (base: string, entity: Entity) => `${base}/${componentOf(entity)}/${entity.object}/state`

const statesOf = (
  address: Address,
  base: string,
  entities: readonly Entity[],
  levels: Levels,
  values: Values,
): Packet[] =>
  entities.flatMap((entity) => {
    const value = levels[entity.of] ?? values[entity.of]
    if (value === undefined) return []
    const rounded = typeof value === 'number' ? Math.round(value * (entity.times ?? 1) * 1e4) / 1e4 : value
    const text = typeof rounded === 'boolean' ? (rounded ? 'ON' : 'OFF') : String(rounded)
    return [packetOf(address, stateTopic(base, entity), text)]
  })

function configOf(address: Address, base: string, entity: Entity): Packet {
  const component = componentOf(entity)
  return packetOf(
    address,
    `homeassistant/${component}/${address.id}/${entity.object}/config`,
    {
      availability: [{ topic: `${base}/status` }],
      device: { identifiers: [address.id], manufacturer: 'ESPHome', name: address.name },
      device_class: entity.class,
      name: entity.name,
      object_id: `${address.id}_${entity.object}`,
      ...(component === 'binary_sensor'
        ? { payload_on: 'ON', payload_off: 'OFF' }
        : { unit_of_measurement: entity.unit }),
      state_topic: stateTopic(base, entity),
      unique_id: `${address.id}_${entity.object}`,
    },
    true,
  )
}
