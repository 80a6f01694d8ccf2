import { type DeviceKind, HEALTH_POINTS, pointDefinition } from '../../../rules/model.ts'
import { scaleBetween } from '../../units.ts'
import { field, type JsonObject } from '../family.ts'

/** What an entity's device class and unit make of its value. */
export interface Target {
  /** A point, `condition:<code>` or `health:<name>`. */
  to: string
  scale: number
  kind: DeviceKind
  /** The condition is the opposite of what the entity says. */
  inverted?: true
}

type Class = readonly [to: string, kind: DeviceKind]

const BINARY: ReadonlyMap<string, Class> = new Map<string, Class>([
  ['moisture', ['condition:water.leak', 'water_leak']],
  ['battery', ['condition:device.battery_low', 'unknown']],
  ['tamper', ['condition:device.tamper', 'unknown']],
  ['connectivity', ['condition:device.offline', 'unknown']],
  ['door', ['condition:door.open', 'door']],
  ['window', ['condition:door.open', 'door']],
  ['opening', ['condition:door.open', 'door']],
  ['garage_door', ['condition:door.open', 'door']],
  ['smoke', ['condition:generic.smoke', 'unknown']],
  ['gas', ['condition:generic.gas', 'unknown']],
  ['carbon_monoxide', ['condition:generic.carbon_monoxide', 'unknown']],
])

const SENSORS: ReadonlyMap<string, Class> = new Map<string, Class>([
  ['voltage', ['voltage', 'power_meter']],
  ['current', ['current', 'power_meter']],
  ['power', ['power.active', 'power_meter']],
  ['apparent_power', ['power.apparent', 'power_meter']],
  ['reactive_power', ['power.reactive', 'power_meter']],
  ['power_factor', ['power_factor', 'power_meter']],
  ['frequency', ['frequency', 'power_meter']],
  ['energy', ['energy.active.import', 'power_meter']],
  ['temperature', ['temperature.ambient', 'unknown']],
  ['humidity', ['humidity.relative', 'unknown']],
  ['precipitation', ['rain.amount', 'rain_gauge']],
  ['battery', ['health:batteryPercent', 'unknown']],
  ['signal_strength', ['health:rssi', 'unknown']],
])

/** Where no class is given, the unit tells. */
const CLASS_OF_UNIT: ReadonlyMap<string, string> = new Map([
  ['V', 'voltage'],
  ['A', 'current'],
  ['mA', 'current'],
  ['W', 'power'],
  ['kW', 'power'],
  ['VA', 'apparent_power'],
  ['var', 'reactive_power'],
  ['VAr', 'reactive_power'],
  ['Hz', 'frequency'],
  ['Wh', 'energy'],
  ['kWh', 'energy'],
])
const OUR_UNITS: ReadonlyMap<string, string> = new Map([
  ['VAr', 'var'],
  ['kVAr', 'kvar'],
])

const PHASE = /(?:^|[^a-z0-9])(?:phase[ _-]?)?(?:l([123])|([abc]))(?:$|[^a-z0-9])/i
const EXPORTED = /export|produc|return|feed.?in|injected/i
const OF_PARTS = /^(voltage|current|power\.|power_factor|energy\.)/

/** `null` where the entity is none of ours, or its unit is not known. */
export function targetOf(component: string, config: JsonObject, path: readonly string[]): Target | null {
  const deviceClass = textOf(config, 'device_class')
  if (component === 'valve') return { to: 'condition:valve.open', scale: 1, kind: 'valve' }
  if (component === 'binary_sensor') {
    const known = BINARY.get(deviceClass)
    if (known === undefined) return null
    const [to, kind] = known
    return { to, scale: 1, kind, ...(deviceClass === 'connectivity' ? { inverted: true } : {}) }
  }
  return component === 'sensor' ? sensorTarget(config, path) : null
}

function sensorTarget(config: JsonObject, path: readonly string[]): Target | null {
  const unit = textOf(config, 'unit_of_measurement')
  const deviceClass = textOf(config, 'device_class') || (CLASS_OF_UNIT.get(unit) ?? '')
  const known = SENSORS.get(deviceClass)
  if (known === undefined) return null
  const words = ['object_id', 'unique_id', 'name'].map((name) => textOf(config, name)).join(' ')
  const label = `${path.join(' ')} ${words}`
  const [to, kind] = known
  if (to === 'health:rssi' && unit === 'lqi') return { to: 'health:linkQuality', scale: 1, kind }
  const scale = scaleBetween(OUR_UNITS.get(unit) ?? unit, unitOf(to))
  if (scale === null) return null
  if (to === 'voltage' && (unit === 'mV' || /batter/i.test(label))) {
    return { to: 'health:batteryVoltage', scale, kind: 'unknown' }
  }
  return { to: pointOf(to, path, words), scale, kind }
}

function textOf(config: JsonObject, name: string): string {
  const value = field(config, name)
  return typeof value === 'string' ? value : ''
}

/** Of voltage and current, the phase or channel is not known yet. */
function unitOf(to: string): string {
  if (to.startsWith('health:')) {
    const health = HEALTH_POINTS.get(to.slice('health:'.length))
    return health === undefined || health === 'boolean' ? '' : health.unit
  }
  return (pointDefinition(to) ?? pointDefinition(`${to}.l1`))?.unit ?? ''
}

function pointOf(to: string, path: readonly string[], words: string): string {
  const field = path.at(-1) ?? ''
  const point = EXPORTED.test(`${field} ${words}`) ? to.replace('energy.active.import', 'energy.active.export') : to
  if (!OF_PARTS.test(point)) return point
  const [, numbered, letter] = PHASE.exec(field) ?? PHASE.exec(words) ?? []
  const phase = numbered ?? (letter === undefined ? undefined : String('abc'.indexOf(letter.toLowerCase()) + 1))
  if (phase !== undefined) return `${point}.l${phase}`
  return point === 'voltage' || point === 'current' ? `${point}.l1` : point
}
