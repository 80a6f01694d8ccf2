/**
 * Zigbee2MQTT: one topic per device, named as a person named it, with the whole cached state as JSON on any change; QoS
 * 0, not retained. Availability and the bridge's own state are retained.
 */
import type { Address, Language, Levels, Speaker, Values } from './language.ts'
import { hasNews, packetOf } from './news.ts'
import type { SeededRandom } from '../random.ts'
import type { DeviceKind } from '../../rules/model.ts'

const nameOf = ({ name, id }: Address) => (name === '' ? id : name).replace(/[+#]/g, '_')

/** Fault words of Tuya's breakers, by condition. */
const FAULT_WORDS: Readonly<Record<string, string>> = {
  'meter.phase_loss': 'miss_phase_alarm',
  'meter.over_voltage': 'over_voltage',
  'meter.under_voltage': 'under_voltage',
  'meter.over_current': 'over_current',
  'meter.residual_current': 'leakagecurr_alarm',
  'meter.phase_imbalance': 'unbalance',
  'meter.power_outage': 'outage',
  'meter.over_temperature': 'temperature',
}

/** Property → point, with what the point is multiplied by. */
type Properties = Readonly<Record<string, readonly [point: string, times: number]>>

const BATTERY: Properties = { battery: ['batteryPercent', 1], voltage: ['batteryVoltage', 1000] }
const PROPERTIES: Partial<Readonly<Record<DeviceKind, Properties>>> = {
  water_leak: { ...BATTERY, temperature: ['temperature.ambient', 1], humidity: ['humidity.relative', 1] },
  door: { battery: ['batteryPercent', 1] },
  rain_gauge: { temperature: ['temperature.ambient', 1] },
  valve: { device_temperature: ['temperature.device', 1] },
  power_meter: {
    ac_frequency: ['frequency', 1],
    current_a: ['current.l1', 1],
    current_b: ['current.l2', 1],
    current_c: ['current.l3', 1],
    energy: ['energy.active.import', 0.001],
    leakage_current: ['current.residual', 1000],
    power: ['power.active', 1],
    power_a: ['power.active.l1', 1],
    power_b: ['power.active.l2', 1],
    power_c: ['power.active.l3', 1],
    power_factor: ['power_factor', 100],
    temperature: ['temperature.device', 1],
    voltage_a: ['voltage.l1', 1],
    voltage_b: ['voltage.l2', 1],
    voltage_c: ['voltage.l3', 1],
  },
}

/** Three decimals, as converters round. */
const scaled = (value: number, times: number) => Math.round(value * times * 1000) / 1000

function measured(values: Values, properties: Properties): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([property, [point, times]]) => {
      const value = values[point]
      return typeof value === 'number' ? [[property, scaled(value, times)]] : []
    }),
  )
}

/** What a device's converter makes of its conditions. */
const CONDITIONS: Partial<Readonly<Record<DeviceKind, (levels: Levels, values: Values) => Record<string, unknown>>>> = {
  water_leak: (levels, { batteryLow }) => ({
    water_leak: levels['water.leak'],
    battery_low: batteryLow,
    tamper: false,
  }),
  door: (levels) => ({ contact: !levels['door.open'], battery_low: false, tamper: false }),
  rain_gauge: (levels) => ({ rain: levels['weather.rain'] }),
  valve: (levels) => ({ state: levels['valve.open'] ? 'ON' : 'OFF', current_device_status: 'normal_state' }),
  power_meter: (levels) => ({
    faults: Object.entries(FAULT_WORDS).flatMap(([code, word]) => (levels[code] ? [word] : [])),
  }),
}

const sorted = (state: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(state).sort(([a], [b]) => (a < b ? -1 : 1)))

const properties = Object.values(PROPERTIES).flatMap((each) => Object.values(each).map(([point]) => point))

export const zigbee2mqtt: Language = {
  id: 'zigbee2mqtt',
  kinds: [...(Object.keys(PROPERTIES) as DeviceKind[]), 'gateway'],
  topics: () => ['zigbee2mqtt/#'],
  identity: (address) => (address.kind === 'gateway' ? 'z2m:bridge' : `z2m:${nameOf(address)}`),
  tells: [
    ...Object.keys(FAULT_WORDS),
    ...properties,
    ...['water.leak', 'door.open', 'weather.rain', 'valve.open', 'gateway.offline', 'batteryLow'],
  ],
  speaker: (address, random) => (address.kind === 'gateway' ? bridge(address) : device(address, random)),
}

function device(address: Address, random: SeededRandom): Speaker {
  const topic = `zigbee2mqtt/${nameOf(address)}`
  const linkquality = random.integer(60, 180)
  let cached: Record<string, unknown> = {}
  let commands = 0
  const availability = (state: string) => packetOf(address, `${topic}/availability`, { state }, true)
  return {
    say(statement, occasion) {
      if (!hasNews(statement, occasion)) return []
      const values = statement.values()
      cached = sorted({
        ...cached,
        ...measured(values, PROPERTIES[address.kind] ?? {}),
        ...CONDITIONS[address.kind]?.(statement.levels, values),
        linkquality,
        last_seen: new Date(occasion.atMs).toISOString(),
      })
      const state = packetOf(address, topic, cached)
      return statement.levelsBefore === null ? [availability('online'), state] : [state]
    },
    hear(heard, payload) {
      const command = heard === `${topic}/set` ? COMMANDS[stateIn(payload)] : undefined
      return command === undefined ? null : { id: `set-${(commands += 1)}`, command }
    },
    will: () => availability('offline'),
  }
}

/** Zigbee2MQTT itself: it says only that it is there, and its will that it is not. */
function bridge(address: Address): Speaker {
  const state = (word: string) => packetOf(address, 'zigbee2mqtt/bridge/state', { state: word }, true)
  return {
    say: ({ levelsBefore }) => (levelsBefore === null ? [state('online')] : []),
    will: () => state('offline'),
  }
}

const COMMANDS: Readonly<Record<string, string | undefined>> = { ON: 'open', OFF: 'close' }

/** The `state` of a `/set`, which is JSON or the bare word; empty where it has none. */
function stateIn(payload: string): string {
  try {
    const { state } = JSON.parse(payload) as { state?: unknown }
    return typeof state === 'string' ? state : ''
  } catch {
    return payload
  }
}
