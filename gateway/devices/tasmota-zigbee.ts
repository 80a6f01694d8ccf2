import type { Decoded, DeviceKind } from '../../rules/model.ts'
import { objectBody } from './bodies.ts'
import { topicOnce } from './once.ts'
import { boundKind, reportTruth } from './bound.ts'
import { accepted, measure, measureHealth, rejected, report } from './decoded.ts'
import { type Family, field, isObject, type JsonObject, type Memory, type Publish, USUAL_SILENCE } from './family.ts'
import { truthOf } from './numbers.ts'
import { dropImplausiblePower } from './quantities.ts'
import { tasmotaPlace } from './tasmota/topics.ts'
import { epochTime } from './times.ts'

/**
 * Zigbee devices behind a Tasmota bridge: `{"ZbReceived": {"0x898E": {…}}}`, one report of one attribute set at a
 * time, or the device's address in the topic. A leak comes as a bit of `ZoneStatusChange`: only the model, told in
 * other messages, says that the zone is a leak sensor's.
 */
export const tasmotaZigbee: Family = {
  id: 'tasmota-zigbee',
  matches(publish) {
    const suffix = publish.levels.at(-1)
    if (suffix === 'ZbReceived' || suffix === 'ZbInfo') return tasmotaPlace(publish.levels) !== null
    if (suffix !== 'SENSOR' && suffix !== 'RESULT') return false
    const text = publish.text()
    return text !== null && ENVELOPE.test(text.slice(0, 60)) && tasmotaPlace(publish.levels) !== null
  },
  decode(publish, memory) {
    const body = objectBody(publish)
    return body.refusal ?? topicOnce(decodeEnvelope(publish, memory, body.value), publish, memory, 'tasmota-zb')
  },
  silence: USUAL_SILENCE,
}

const ENVELOPE = /^\s*\{\s*"(ZbReceived|ZbInfo)"/
const DEVICES_MAX = 100
const SHORT_ADDRESS = /^0x[0-9a-f]{1,4}$/i

interface KnownZigbee {
  kind: DeviceKind
  model?: string
}

function decodeEnvelope(publish: Publish, memory: Memory, body: JsonObject): Decoded {
  const { path, suffix } = tasmotaPlace(publish.levels) ?? { path: publish.levels.slice(0, -1), suffix: '' }
  const isInfo = suffix === 'ZbInfo' || field(body, 'ZbInfo') !== undefined
  const inner = field(body, 'ZbReceived') ?? field(body, 'ZbInfo') ?? body
  if (!isObject(inner)) return rejected('invalid_shape', 'ZbReceived holds an object of devices')
  // With the address in the topic, the attributes may stand alone.
  const devices = typeof field(inner, 'Device') === 'string' ? { [String(inner.Device)]: inner } : inner
  const all: Decoded[] = []
  for (const [name, attributes] of Object.entries(devices).slice(0, DEVICES_MAX)) {
    if (isObject(attributes)) all.push(decodeReport(publish, memory, path, name, attributes, isInfo))
  }
  const [first, ...others] = all
  if (first === undefined) return rejected('invalid_shape', 'ZbReceived names no device with attributes')
  if (others.length > 0) first.others = others
  return first
}

function decodeReport(
  publish: Publish,
  memory: Memory,
  path: readonly string[],
  name: string,
  attributes: JsonObject,
  isInfo: boolean,
): Decoded {
  const told = field(attributes, 'Device')
  const address = typeof told === 'string' && SHORT_ADDRESS.test(told) ? told : name
  const id = `${bridgeOf(path, address, field(attributes, 'Name'))}/${address}`
  const key = `tasmota-zb:${id}`
  const known = learn(memory, key, attributes)
  const kind = boundKind(publish.binding, id) ?? known.kind
  const decoded = accepted(key, kind, known.model === undefined ? {} : { model: known.model })
  readHealth(decoded, attributes)
  // What the bridge has cached is of unknown age: a zone's alarm does not pass through its `Water`.
  if (isInfo) decoded.time = epochTime(field(attributes, 'LastSeenEpoch'))
  else readAttributes(decoded, attributes, kind)
  return decoded
}

/** The bridge's own level: the device's address or name may lie below it. */
function bridgeOf(path: readonly string[], address: string, name: unknown): string {
  const last = path.at(-1)?.toLowerCase()
  const isDevice = last === address.slice(2).toLowerCase() || last === address.toLowerCase() || path.at(-1) === name
  return (isDevice && path.length > 1 ? path.at(-2) : path.at(-1)) ?? ''
}

const LEAK_MODEL = /wleak|water|flood|leak/i
const METER_MODEL = /plug|meter|outlet|power/i
const DOOR_MODEL = /magnet|contact|door/i
/** Zone types of the Zigbee Cluster Library: 0x002A water sensor, 0x0015 contact switch. */
const ZONE_KINDS: ReadonlyMap<number, DeviceKind> = new Map([
  [0x2a, 'water_leak'],
  [0x15, 'door'],
])

/** A device's kind and model, from whatever message tells them. */
function learn(memory: Memory, key: string, attributes: JsonObject): KnownZigbee {
  const row = `tasmota-zb:device:${key}`
  const known = memory.get<KnownZigbee>(row)
  const model = field(attributes, 'ModelId')
  const learnt: KnownZigbee = { kind: kindTold(attributes) ?? known?.kind ?? 'unknown' }
  if (typeof model === 'string' && model !== '') learnt.model = model.slice(0, 64)
  else if (known?.model !== undefined) learnt.model = known.model
  const isNew = learnt.kind !== (known?.kind ?? 'unknown') || learnt.model !== known?.model
  if (isNew) memory.set(row, learnt)
  return learnt
}

function kindTold(attributes: JsonObject): DeviceKind | null {
  if (field(attributes, 'Water') !== undefined) return 'water_leak'
  const zone = ZONE_KINDS.get(Number(field(attributes, 'ZoneType')))
  if (zone) return zone
  const model = field(attributes, 'ModelId')
  if (typeof model === 'string') {
    if (LEAK_MODEL.test(model)) return 'water_leak'
    if (DOOR_MODEL.test(model)) return 'door'
    if (METER_MODEL.test(model)) return 'power_meter'
  }
  if (field(attributes, 'Contact') !== undefined) return 'door'
  return METERED.some(([name]) => field(attributes, name) !== undefined) ? 'power_meter' : null
}

const METERED = [
  ['RMSVoltage', 'voltage.l1'],
  ['RMSCurrent', 'current.l1'],
  ['ActivePower', 'power.active'],
  ['ReactivePower', 'power.reactive'],
  ['ApparentPower', 'power.apparent'],
  ['ACFrequency', 'frequency'],
] as const

function readHealth(decoded: Decoded, attributes: JsonObject): void {
  measureHealth(decoded, 'linkQuality', field(attributes, 'LinkQuality'), 1, 'LinkQuality')
  measureHealth(decoded, 'batteryPercent', field(attributes, 'BatteryPercentage'), 1, 'BatteryPercentage')
  measureHealth(decoded, 'batteryVoltage', field(attributes, 'BatteryVoltage'), 1, 'BatteryVoltage')
}

function readAttributes(decoded: Decoded, attributes: JsonObject, kind: DeviceKind): void {
  const water = field(attributes, 'Water')
  const contact = field(attributes, 'Contact')
  if (water !== undefined) reportTruth(decoded, 'water.leak', water, 'Water')
  if (contact !== undefined) reportTruth(decoded, 'door.open', contact, 'Contact')
  for (const name of ['ZoneStatusChange', 'ZoneStatus']) {
    const status = field(attributes, name)
    if (status !== undefined && !decoded.conditions.some(({ code }) => code === 'device.tamper')) {
      readZone(decoded, name, status, kind)
    }
  }
  const tamper = truthOf(field(attributes, 'Tamper'))
  if (tamper !== null) decoded.health.tamper = tamper
  for (const [name, point] of METERED) measure(decoded, point, field(attributes, name), 1, name)
  if (decoded.measurements.length > 1) dropImplausiblePower(decoded)
  measure(decoded, 'temperature.ambient', field(attributes, 'Temperature'), 1, 'Temperature')
  measure(decoded, 'humidity.relative', field(attributes, 'Humidity'), 1, 'Humidity')
}

/** Bits of an IAS zone's status: 0 alarm, 2 tamper, 3 battery. */
function readZone(decoded: Decoded, name: string, raw: unknown, kind: DeviceKind): void {
  const bits = typeof raw === 'number' ? raw : typeof raw === 'string' && /^\d{1,5}$/.test(raw) ? Number(raw) : NaN
  const code = kind === 'water_leak' ? 'water.leak' : kind === 'door' ? 'door.open' : `generic.${name}`
  const isTold = decoded.conditions.some((each) => each.code === code)
  if (!Number.isInteger(bits) || bits < 0 || bits > 0xffff) {
    decoded.warnings.push(raw === null ? `null_value:${name}` : `not_a_number:${name}`)
    if (!isTold) report(decoded, code, 'unknown', { [name]: raw })
    return
  }
  if (code.startsWith('generic.')) decoded.warnings.push('zone_type_not_known')
  if (!isTold) report(decoded, code, (bits & 1) !== 0, { [name]: raw })
  report(decoded, 'device.tamper', (bits & 4) !== 0, { [name]: raw })
  report(decoded, 'device.battery_low', (bits & 8) !== 0, { [name]: raw })
  decoded.health.tamper = (bits & 4) !== 0
  decoded.health.batteryLow = (bits & 8) !== 0
}
