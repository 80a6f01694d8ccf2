import type { Decoded, DecodedDevice, DeviceKind } from '../../rules/model.ts'
import { objectBody, scalarBody, scalarNumber } from './bodies.ts'
import { topicOnce } from './once.ts'
import { applyFields, boundKind, reportTruth } from './bound.ts'
import { accepted, ignored, measure, measureHealth, rejected, report } from './decoded.ts'
import { type Family, field, type Memory, type Publish, USUAL_SILENCE } from './family.ts'
import { truthOf } from './numbers.ts'
import { readInfo } from './shelly/info.ts'
import { isSingle, isThreePhase } from './shelly/models.ts'
import { sayOnline } from './shelly2.ts'

/**
 * Shelly, first generation: `shellies/ID/…` with one bare value a topic, and `info` with the whole status. Its
 * `energy` is in watt-minutes, its `total` in watt-hours. No times.
 */
export const shelly1: Family = {
  id: 'shelly-gen1',
  matches: ({ levels }) => {
    const at = levels.indexOf(BASE)
    return (at === 0 && levels.length > 1) || (at > 0 && levels[at + 1]?.startsWith('shelly') === true)
  },
  decode: (publish, memory) => topicOnce(decodeTopic(publish, memory), publish, memory, 'shelly'),
  silence: USUAL_SILENCE,
}

/** Firmware has it first; brokers that pass messages on put their own levels before it. */
const BASE = 'shellies'
const COMMANDS = new Set(['command', 'set', 'settings'])

function decodeTopic(publish: Publish, memory: Memory): Decoded {
  const at = Math.max(0, publish.levels.indexOf(BASE)) + 1
  const id = publish.levels[at] ?? ''
  const rest = publish.levels.slice(at + 1)
  if (id === 'announce' || id === 'command' || rest.length === 0) return decodeAnnouncement(publish, memory)
  const model = memory.get<string>(modelKey(id))
  const device = deviceOf(publish, id, rest, model)
  const [topic = ''] = rest
  if (COMMANDS.has(rest.at(-1)!)) return ignored('a command to the device', device)
  if (topic === 'announce') return decodeAnnouncement(publish, memory, device)
  if (topic === 'info') {
    const body = objectBody(publish, device)
    if (body.refusal) return body.refusal
    const decoded = accepted(device.key, device.kind, about(model))
    readInfo(decoded, body.value, isThreePhaseDevice(id, model), isSingle(id))
    return decoded
  }
  const read = readerOf(rest)
  if (read === null) return decodeOther(publish, device, rest)
  const body = scalarBody(publish, device)
  if (body.refusal) return body.refusal
  if (topic === 'emeter' && isPartOfTotal(memory, id, rest[2]!)) {
    return ignored('a part of the total that the device tells by itself', device)
  }
  const decoded = accepted(device.key, device.kind, about(model))
  applyFields(decoded, { [rest.join('/')]: body.value }, publish.binding.fields)
  return read(decoded, body.value, { id, rest, model }) ?? decoded
}

const about = (model: string | undefined) => (model === undefined ? {} : { model })
const modelKey = (id: string) => `shelly:model:${id}`
/** Model codes that a device announces: SHEM-3 is the meter of three phases. */
const isThreePhaseDevice = (id: string, model: string | undefined) => isThreePhase(id) || model === 'SHEM-3'
const LEAK_MODEL = 'SHWT-1'

const KINDS: readonly (readonly [RegExp, DeviceKind])[] = [
  [/^shellyflood/, 'water_leak'],
  [/^shelly(em|plug|1pm|2pm|4pro)/, 'power_meter'],
  [/^shellydw/, 'door'],
]

function deviceOf(publish: Publish, id: string, rest: readonly string[], model: string | undefined): DecodedDevice {
  return { key: `shelly:${id}`, kind: boundKind(publish.binding, id) ?? kindTold(id, rest, model) }
}

function kindTold(id: string, rest: readonly string[], model: string | undefined): DeviceKind {
  const byId = KINDS.find(([pattern]) => pattern.test(id))?.[1]
  if (byId !== undefined) return byId
  if (model === LEAK_MODEL || (rest[0] === 'sensor' && rest[1] === 'flood')) return 'water_leak'
  if (rest[0] === 'emeter' || model === 'SHEM' || model === 'SHEM-3') return 'power_meter'
  return rest[0] === 'relay' && (rest[2] === 'power' || rest[2] === 'energy') ? 'power_meter' : 'unknown'
}

/** Announcements tell the model, which an id that its owner chose does not. */
function decodeAnnouncement(publish: Publish, memory: Memory, device: DecodedDevice | null = null): Decoded {
  const body = publish.object()
  const id = body === null ? undefined : field(body, 'id')
  const model = body === null ? undefined : field(body, 'model')
  if (typeof id === 'string' && typeof model === 'string' && id.length < 100) {
    const about = model.slice(0, 32)
    device ??= deviceOf(publish, id, [], about)
    for (const name of new Set([id, device.key.slice('shelly:'.length)])) {
      if (memory.get(modelKey(name)) !== about) memory.set(modelKey(name), about)
    }
  }
  return ignored('metadata: a device announces itself', device)
}

interface Where {
  id: string
  rest: readonly string[]
  model: string | undefined
}

type Read = (decoded: Decoded, text: string, where: Where) => Decoded | undefined | void

function readerOf(rest: readonly string[]): Read | null {
  const [topic = '', second = '', third = ''] = rest
  if (topic === 'emeter') return EMETER.has(third) ? readEmeter : null
  if (topic === 'relay' && /^\d{1,2}$/.test(second)) {
    return third === '' ? readRelay : third === 'power' || third === 'energy' ? readRelayMeter : null
  }
  if (topic === 'sensor') return SENSORS.get(second) ?? null
  return PLAIN.get(topic) ?? null
}

function decodeOther(publish: Publish, device: DecodedDevice, rest: readonly string[]): Decoded {
  if (publish.text() === null) return rejected('invalid_utf8', 'the payload is not UTF-8', device)
  const topic = rest.join('/')
  const decoded = accepted(device.key, device.kind)
  const found = applyFields(decoded, { [topic]: publish.text()!.trim() }, publish.binding.fields)
  return found > 0 ? decoded : ignored(`${topic.slice(0, 60)} says nothing of ours`, device)
}

const WATT_MINUTE_WH = 1 / 60

/** Of an energy meter's channel, with the factor to our unit. */
const EMETER: ReadonlyMap<string, readonly [string, number]> = new Map([
  ['voltage', ['voltage', 1]],
  ['current', ['current', 1]],
  ['power', ['power.active', 1]],
  ['reactive_power', ['power.reactive', 1]],
  ['pf', ['power_factor', 1]],
  ['total', ['energy.active.import', 1]],
  ['total_returned', ['energy.active.export', 1]],
  ['energy', ['energy.active.import', WATT_MINUTE_WH]],
  ['returned_energy', ['energy.active.export', WATT_MINUTE_WH]],
])
const PARTS = new Set(['energy', 'returned_energy'])

/** Counts in watt-minutes start anew where firmware tells a total beside them: then the total alone is the counter. */
function isPartOfTotal(memory: Memory, id: string, what: string): boolean {
  const key = `shelly:total:${id}`
  const isKnown = memory.get(key) !== undefined
  if (what === 'total' && !isKnown) memory.set(key, 1)
  return isKnown && PARTS.has(what)
}

function readEmeter(decoded: Decoded, text: string, { id, rest, model }: Where): void {
  const index = Number(rest[1])
  const phases = isThreePhaseDevice(id, model)
  if (!Number.isInteger(index) || index < 0 || index > (phases ? 2 : 7)) return
  const part = `${phases ? 'l' : 'ch'}${index + 1}`
  const [point, scale] = EMETER.get(rest[2]!)!
  measure(decoded, `${point}.${part}`, scalarNumber(text), scale, rest[2])
}

function readRelayMeter(decoded: Decoded, text: string, { id, rest }: Where): void {
  const [, index = '0', what = ''] = rest
  const [point, scale] =
    what === 'power' ? (['power.active', 1] as const) : (['energy.active.import', WATT_MINUTE_WH] as const)
  measure(decoded, `${point}.ch${Number(index) + 1}`, scalarNumber(text), scale, what)
  if (index === '0' && isSingle(id) && decoded.measurements.length > 0) {
    measure(decoded, point, scalarNumber(text), scale, what)
  }
}

/** `on`, `off`, or `overpower` where it switched itself off. */
function readRelay(decoded: Decoded, text: string): Decoded | void {
  const code = decoded.device!.kind === 'valve' ? 'valve.open' : decoded.device!.kind === 'pump' ? 'pump.running' : null
  if (text === 'overpower') report(decoded, 'meter.overload', true, text)
  else if (text === 'on' || text === 'off') report(decoded, 'meter.overload', false)
  else return rejected('invalid_value', `a relay says on, off or overpower; found ${text.slice(0, 40)}`, decoded.device)
  if (code !== null) reportTruth(decoded, code, text === 'overpower' ? 'off' : text, 'relay')
}

const number =
  (point: string): Read =>
  (decoded, text, { rest }) =>
    void measure(decoded, point, scalarNumber(text), 1, rest.join('/'))

/** What a probe that is not there measures. */
const NO_TEMPERATURE = 999

const temperature =
  (point: string): Read =>
  (decoded, text, { rest }) => {
    if (Number(text) === NO_TEMPERATURE) decoded.warnings.push(`sentinel:${rest.join('/')}`)
    else measure(decoded, point, scalarNumber(text), 1, rest.join('/'))
  }

/** `0` and `1` or words; what says neither is unknown. */
const level =
  (code: string): Read =>
  (decoded, text, { rest }) => {
    reportTruth(decoded, code, text, rest.join('/'))
  }

const SENSORS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['flood', level('water.leak')],
  ['smoke', level('generic.smoke')],
  ['temperature', temperature('temperature.ambient')],
  ['humidity', number('humidity.relative')],
  ['battery', (decoded, text) => measureHealth(decoded, 'batteryPercent', scalarNumber(text), 1, 'battery')],
  [
    'charger',
    (decoded, text) => {
      const truth = truthOf(text)
      if (truth !== null) decoded.health.externalPower = truth
    },
  ],
  ['state', readDoor],
  [
    'error',
    (decoded, text) => {
      if (/^\d{1,3}$/.test(text)) report(decoded, 'device.sensor_fault', text !== '0', text)
    },
  ],
])

function readDoor(decoded: Decoded, text: string): void {
  if (decoded.device!.kind === 'unknown') decoded.device!.kind = 'door'
  const isKnown = text === 'open' || text === 'close'
  if (!isKnown) decoded.warnings.push('not_a_truth:sensor/state')
  report(decoded, 'door.open', isKnown ? text === 'open' : 'unknown', text)
}

const PLAIN: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['online', readOnline],
  ['temperature', temperature('temperature.device')],
  ['ext_temperature', temperature('temperature.ambient')],
  ['ext_humidity', number('humidity.relative')],
  ['overtemperature', level('meter.over_temperature')],
  ['voltage', number('voltage.l1')],
])

function readOnline(decoded: Decoded, text: string, { id }: Where): Decoded {
  if (text === 'true' || text === 'false') return sayOnline(decoded, text, id)
  return rejected('invalid_value', `online says true or false; found ${text.slice(0, 40)}`, decoded.device)
}
