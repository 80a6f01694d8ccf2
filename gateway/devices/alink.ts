import type { Decoded } from '../../rules/model.ts'
import { conditionOfWord } from './alarm-words.ts'
import { accepted, ignored, measureHealth, rejected, report, genericCode } from './decoded.ts'
import {
  entry,
  type Binding,
  type Family,
  field,
  isObject,
  type JsonObject,
  type Memory,
  type Publish,
  USUAL_SILENCE,
} from './family.ts'
import { truthOf } from './numbers.ts'
import { dropImplausiblePower, kindOf, type Target, targetOf, writeTarget } from './quantities.ts'
import { isRepeated, printOf } from './repeats.ts'
import { idOf, objectBody, shapeOf } from './bodies.ts'
import { epochTime } from './times.ts'

/**
 * Devices that speak as Alibaba's platform has it: `{id, version, method: "thing.event.property.post", params}` on
 * `/sys/PRODUCT/DEVICE/thing/event/property/post` or a topic of the maker's own (4G breakers: `yibaite/ID-post`).
 */
export const alink: Family = {
  id: 'alink',
  matches: (publish) => {
    const { levels } = publish
    if (levels[0] === 'yibaite') return levels.length === 2
    if (levels[0] === 'sys' && levels[3] === 'thing') return true
    return THING.test(methodOf(publish.object()))
  },
  decode,
  silence: USUAL_SILENCE,
}

const THING = /^thing\./
const POSTED = /^thing\.event\.(.+)\.post$/
/** Ids of many devices count from one anew at each start, or never change: only near repeats are the same message. */
const AGAIN_WITHIN_MS = 60_000

function methodOf(object: JsonObject | null): string {
  const method = object === null ? undefined : field(object, 'method')
  return typeof method === 'string' ? method : ''
}

function decode(publish: Publish, memory: Memory): Decoded {
  const { topic, levels, binding, receivedAt } = publish
  if (publish.payload.length === 0) return ignored('an empty payload: a retained message was removed')
  if (/(?:-set|_reply|\/set)$/.test(topic)) return ignored('a command or an answer of the platform')
  const body = objectBody(publish)
  if (body.refusal) return body.refusal
  const object = body.value
  const posted = POSTED.exec(methodOf(object) || methodOfTopic(levels))?.[1]
  if (posted === undefined) return ignored(`${methodOf(object) || 'a message without method'} tells no state`)
  const params = field(object, 'params')
  if (!isObject(params))
    return rejected('invalid_shape', `\`params\` should be an object, ${shapeOf(params)} was found`)

  const maker = levels[0] === 'yibaite'
  const key = maker ? `yibaite:${levels[1]!.replace(/-post$/, '')}` : `alink:${deviceOf(levels)}`
  const decoded = accepted(key, 'unknown')
  decoded.time = timeOf(params, object)
  if (posted === 'property' || posted === 'property.pack') writePosted(decoded, params, binding)
  else writeEvent(decoded, posted, params, binding)
  dropImplausiblePower(decoded)
  const told = kindOf(decoded)
  const usual = maker && told === 'unknown' ? 'power_meter' : told
  decoded.device!.kind = typeof binding.kind === 'string' ? binding.kind : usual

  const id = idOf(field(object, 'id'))
  const print = printOf(`${id} ${publish.text()}`)
  if (isRepeated(memory, `alink:recent:${key}`, print, receivedAt, AGAIN_WITHIN_MS)) {
    return { ...decoded, disposition: 'duplicate', reason: `message ${id ?? ''} was sent a moment ago` }
  }
  return decoded
}

/** `…/thing/event/property/post` says it where the message does not. */
function methodOfTopic(levels: readonly string[]): string {
  const from = levels.indexOf('thing')
  return from < 0 ? '' : levels.slice(from).filter(Boolean).join('.')
}

/** The topic without what says that something is posted. */
function deviceOf(levels: readonly string[]): string {
  const from = levels[0] === 'sys' ? 1 : 0
  const thing = levels.indexOf('thing')
  const own = levels.slice(from, thing < 0 ? undefined : thing).join('/')
  return own.replace(/[-/]post$/, '')
}

/** A property's own time, the newest of them, else the message's. */
function timeOf(params: JsonObject, object: JsonObject): Decoded['time'] {
  let newest = epochTime(field(params, 'time') ?? field(object, 'timestamp') ?? field(object, 'time'))
  for (const key of Object.keys(params).slice(0, PROPERTIES_MAX)) {
    const property = params[key]
    if (!isObject(property) || !Object.hasOwn(property, 'value')) continue
    const time = epochTime(field(property, 'time'))
    if (time.device !== null && time.device > (newest.device ?? 0)) newest = time
  }
  return newest
}

const PROPERTIES_MAX = 1_000
const DEVICES_MAX = 1_000

/** A gateway packs its own properties and those of its devices into one message. */
function writePosted(decoded: Decoded, params: JsonObject, binding: Binding): void {
  const properties = field(params, 'properties')
  const subDevices = field(params, 'subDevices')
  writeProperties(decoded, isObject(properties) ? properties : params, binding)
  if (!Array.isArray(subDevices)) return
  decoded.others = subDevices.slice(0, DEVICES_MAX).flatMap((sub: unknown) => {
    const identity = isObject(sub) ? field(sub, 'identity') : undefined
    const own = isObject(sub) ? field(sub, 'properties') : undefined
    if (!isObject(identity) || !isObject(own)) return []
    const [product, name] = [idOf(field(identity, 'productKey')), idOf(field(identity, 'deviceName'))]
    if (name === null) return []
    const other = accepted(`alink:${product === null ? name : `${product}/${name}`}`, 'unknown')
    other.time = timeOf(own, {})
    writeProperties(other, own, binding)
    dropImplausiblePower(other)
    other.device!.kind = kindOf(other)
    return [other]
  })
}

/** Names whose unit is beyond doubt; others need the site's `fields`. Lower case, without underscores. */
const POINTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ voltageread: 'voltage.l1', voltage: 'voltage.l1', electricread: 'current.l1', current: 'current.l1' },
    ...{ ua: 'voltage.l1', ub: 'voltage.l2', uc: 'voltage.l3', ia: 'current.l1', ib: 'current.l2', ic: 'current.l3' },
    ...{ voltagea: 'voltage.l1', voltageb: 'voltage.l2', voltagec: 'voltage.l3' },
    ...{ currenta: 'current.l1', currentb: 'current.l2', currentc: 'current.l3' },
    ...{ frequency: 'frequency', powerfactor: 'power_factor' },
  }),
)
/** States of the device and its card that are no reading. */
const PASSED_OVER = new Set(['powerstate', 'iccid', 'imei', 'imsi', 'time', 'subdevices', 'properties', 'events'])
const IS_ALARM = /alarm|fault|warn|报警|告警|故障/i

function writeProperties(into: Decoded, properties: JsonObject, binding: Binding): void {
  for (const key of Object.keys(properties).slice(0, PROPERTIES_MAX)) {
    const property = properties[key]
    const value = isObject(property) && Object.hasOwn(property, 'value') ? property.value : property
    const target = targetFor(key, binding)
    const lower = key.toLowerCase()
    if (target !== null) writeTarget(into, target, value)
    else if (lower === 'csq') measureHealth(into, 'signalRaw', value, 1, key)
    else if (lower === 'batterypercentage') measureHealth(into, 'batteryPercent', value, 1, key)
    else if (!PASSED_OVER.has(lower)) into.warnings.push(`unmapped_property:${key.slice(0, 64)}`)
  }
}

function targetFor(key: string, { fields, codes }: Binding): Target | null {
  if (fields !== undefined && Object.hasOwn(fields, key)) return targetOf(fields[key]!)
  if (codes !== undefined && Object.hasOwn(codes, key)) return { what: 'condition', name: codes[key]! }
  const point = POINTS.get(key.toLowerCase().replaceAll('_', ''))
  if (point !== undefined) return { what: 'point', name: point, unit: null }
  const own = targetOf(key)
  if (own !== null) return own
  // Only what calls itself an alarm: `over_voltage_enable` is a setting.
  const code = IS_ALARM.test(key) ? conditionOfWord(key) : null
  return code === null ? null : { what: 'condition', name: code }
}

const STATES = ['active', 'state', 'status', 'alarm', 'alarmState', 'value']

/** An event is a pulse, unless it says itself whether it begins or ends. */
function writeEvent(into: Decoded, name: string, params: JsonObject, { codes }: Binding): void {
  const bound = entry(codes, name)
  const output = field(params, 'value')
  const body = isObject(output) ? output : params
  const truth = STATES.map((key) => truthOf(field(body, key))).find((each) => each !== null)
  report(into, bound ?? conditionOfWord(name) ?? wordedIn(body) ?? genericCode(name), truth ?? 'pulse', name)
}

/** `thing.event.alarm.post` says in its body what the alarm is. */
function wordedIn(body: JsonObject): string | null {
  const words = Object.values(body)
    .slice(0, PROPERTIES_MAX)
    .filter((value) => typeof value === 'string')
  return words.map(conditionOfWord).find((code) => code !== null) ?? null
}
