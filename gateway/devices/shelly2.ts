import type { Decoded, DecodedDevice } from '../../rules/model.ts'
import { objectBody, scalarBody } from './bodies.ts'
import { topicOnce } from './once.ts'
import { applyFields, boundKind } from './bound.ts'
import { accepted, ignored, rejected, report } from './decoded.ts'
import { type Family, field, isObject, type JsonObject, type Memory, type Publish, USUAL_SILENCE } from './family.ts'
import { isRepeated, printOf } from './repeats.ts'
import { componentOf, isComponent, readComponent } from './shelly/components.ts'
import { faultCode } from './shelly/faults.ts'
import { isLeakSensor, isSleeping } from './shelly/models.ts'
import { epochTime } from './times.ts'

/**
 * Shelly, second and later generations: RPC frames on `<prefix>/events/rpc`, whole components on
 * `<prefix>/status/<component>:<n>`, the will on `<prefix>/online`. The prefix is the device's id unless its owner
 * chose another; it is the key, since the topics other than `events/rpc` tell no id.
 */
export const shelly2: Family = {
  id: 'shelly-gen2',
  matches(publish, memory) {
    const place = shellyPlace(publish)
    if (place === null) return false
    if (place.channel !== 'other') return true
    return isShellyId(place.prefix) || memory.get(knownKey(place.prefix)) !== undefined
  },
  decode(publish, memory) {
    const place = shellyPlace(publish)
    if (place === null) return ignored('this topic says nothing of a state')
    const { prefix, channel } = place
    const told = isLeakSensor(prefix) ? 'water_leak' : 'unknown'
    const device: DecodedDevice = { key: `shelly:${prefix}`, kind: boundKind(publish.binding, prefix) ?? told }
    if (channel === 'frame') return decodeFrame(publish, memory, prefix, device)
    if (place.component !== '')
      return topicOnce(decodeStatus(publish, memory, place, device), publish, memory, 'shelly')
    if (publish.levels.at(-1) !== 'online') return ignored('this topic says nothing of a state', device)
    return topicOnce(decodeOnline(publish, prefix, device), publish, memory, 'shelly')
  },
  silence: USUAL_SILENCE,
}

interface Place {
  prefix: string
  channel: 'frame' | 'status' | 'other'
  component: string
}

/** Topics of a device that say nothing unless it is known to be one. */
const OTHERS = new Set(['online', 'rpc', 'announce', 'command'])

function shellyPlace({ levels }: Publish): Place | null {
  if (levels.length < 2) return null
  const last = levels.at(-1)!
  const before = levels.at(-2)!
  if (last === 'rpc' && before === 'events' && levels.length > 2) {
    return { prefix: levels.slice(0, -2).join('/'), channel: 'frame', component: '' }
  }
  if (before === 'status' && levels.length > 2) {
    const component = componentOf(last)
    const isOne = component !== null && (last.includes(':') || isShellyId(levels.at(-3)!)) && isOurs(component.type)
    if (isOne) return { prefix: levels.slice(0, -2).join('/'), channel: 'status', component: last }
  }
  if (OTHERS.has(last)) return { prefix: levels.slice(0, -1).join('/'), channel: 'other', component: '' }
  const debug = levels.indexOf('debug')
  if (debug > 0) return { prefix: levels.slice(0, debug).join('/'), channel: 'other', component: '' }
  return before === 'status' && levels.length > 2
    ? { prefix: levels.slice(0, -2).join('/'), channel: 'other', component: last }
    : null
}

/** An id, or an id below places; `shellies/…` is where the first generation publishes. */
function isShellyId(prefix: string): boolean {
  return (
    !prefix.startsWith('shellies/') &&
    !prefix.includes('/shellies/') &&
    /^shelly[a-z0-9]+-[0-9a-f]+$/i.test(prefix.slice(prefix.lastIndexOf('/') + 1))
  )
}

/** Components that say nothing of ours, but only Shelly has. */
const NEIGHBOURS = new Set([
  'input',
  'voltmeter',
  'bthomesensor',
  'script',
  'cloud',
  'mqtt',
  'ws',
  'ble',
  'eth',
  'ui',
  'pill',
])
const isOurs = (type: string) => isComponent(type) || NEIGHBOURS.has(type)

/** A prefix that is no id is known by what was published below it. */
const knownKey = (prefix: string) => `shelly:prefix:${prefix}`

function learnPrefix(memory: Memory, prefix: string): void {
  if (!isShellyId(prefix) && memory.get(knownKey(prefix)) === undefined) memory.set(knownKey(prefix), 2)
}

function decodeStatus(publish: Publish, memory: Memory, place: Place, device: DecodedDevice): Decoded {
  const { prefix, component } = place
  const body = objectBody(publish, device)
  if (body.refusal) return body.refusal
  learnPrefix(memory, prefix)
  const decoded = accepted(device.key, device.kind)
  const { type, index } = componentOf(component) ?? { type: '', index: 0 }
  const found = applyFields(decoded, { [component]: body.value }, publish.binding.fields)
  const isKnown = readComponent(decoded, { type, index, object: body.value, whole: true, prefix })
  return isKnown || found > 0 ? decoded : ignored(`the component ${component} says nothing of ours`, device)
}

function decodeOnline(publish: Publish, prefix: string, device: DecodedDevice): Decoded {
  const body = scalarBody(publish, device)
  if (body.refusal) return body.refusal
  if (body.value !== 'true' && body.value !== 'false') {
    return rejected('invalid_value', `online says true or false; found ${body.value.slice(0, 40)}`, device)
  }
  return sayOnline(accepted(device.key, device.kind), body.value, prefix)
}

/** The will of a battery sensor comes after each of its reports and is no fault. */
export function sayOnline(decoded: Decoded, word: string, prefix: string): Decoded {
  decoded.health.online = word === 'true'
  if (word === 'false' && isSleeping(prefix)) decoded.warnings.push('sleeping_device_offline_is_normal')
  else report(decoded, 'device.offline', word === 'false', word)
  return decoded
}

const COMPONENTS_MAX = 200
const EVENTS_MAX = 100
const FRAMES_WINDOW_MS = 10 * 60_000

function decodeFrame(publish: Publish, memory: Memory, prefix: string, device: DecodedDevice): Decoded {
  const body = objectBody(publish, device)
  if (body.refusal) return body.refusal
  const method = field(body.value, 'method')
  const params = field(body.value, 'params')
  if (typeof method !== 'string') return ignored('an answer to a call', device)
  if (!isObject(params)) return rejected('invalid_shape', `${method.slice(0, 40)} has no object params`, device)
  learnPrefix(memory, prefix)
  const decoded = accepted(device.key, device.kind)
  decoded.time = epochTime(field(params, 'ts'))
  if (method === 'NotifyEvent') {
    if (!readEvents(decoded, params)) return ignored('events of no state', decoded.device)
  } else if (method === 'NotifyStatus' || method === 'NotifyFullStatus') {
    readFrame(decoded, params, method === 'NotifyFullStatus', prefix, publish)
  } else {
    return ignored(`${method.slice(0, 40)} is no notification`, device)
  }
  if (decoded.time.device === null) return topicOnce(decoded, publish, memory, 'shelly')
  // Component and time are the key; the content stands for the components that a frame may carry.
  const print = printOf(JSON.stringify(params))
  const seen = isRepeated(memory, `shelly:frames:${prefix}`, print, publish.receivedAt, FRAMES_WINDOW_MS)
  return seen ? { ...decoded, disposition: 'duplicate', reason: 'the same components at the same time' } : decoded
}

function readFrame(decoded: Decoded, params: JsonObject, whole: boolean, prefix: string, publish: Publish): void {
  for (const name of Object.keys(params).slice(0, COMPONENTS_MAX)) {
    const object = params[name]
    const component = componentOf(name)
    if (!isObject(object) || component === null) continue
    readComponent(decoded, { ...component, object, whole, prefix })
  }
  applyFields(decoded, params, publish.binding.fields)
  if (whole) decoded.health.online = true
}

/** Events of a flood sensor → its condition and state. */
const FLOOD_EVENTS: ReadonlyMap<string, readonly [string, boolean]> = new Map([
  ['flood.alarm', ['water.leak', true]],
  ['flood.alarm_off', ['water.leak', false]],
  ['flood.cable_unplugged', ['device.sensor_fault', true]],
  ['flood.cable_plugged', ['device.sensor_fault', false]],
])

function readEvents(decoded: Decoded, params: JsonObject): boolean {
  const events = field(params, 'events')
  if (!Array.isArray(events)) return false
  let isState = false
  for (const each of (events as unknown[]).slice(0, EVENTS_MAX)) {
    if (!isObject(each)) continue
    const name = field(each, 'event')
    if (typeof name !== 'string') continue
    if (decoded.time.device === null) decoded.time = epochTime(field(each, 'ts'))
    isState = readEvent(decoded, name, String(field(each, 'component'))) || isState
  }
  return isState
}

function readEvent(decoded: Decoded, name: string, component: string): boolean {
  const flood = FLOOD_EVENTS.get(name) ?? FLOOD_EVENTS.get(component.startsWith('flood') ? `flood.${name}` : '')
  if (flood !== undefined) {
    const [code, active] = flood
    decoded.device!.kind = decoded.device!.kind === 'unknown' ? 'water_leak' : decoded.device!.kind
    // The last event of a frame tells how things stand.
    decoded.conditions = decoded.conditions.filter((each) => each.code !== code)
    report(decoded, code, active, name)
    return true
  }
  const code = faultCode(name)
  if (code === undefined) return false
  report(decoded, code, 'pulse', name, { component })
  return true
}
