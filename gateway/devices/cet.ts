import type { Decoded } from '../../rules/model.ts'
import { conditionOfWord, detailOfWord } from './alarm-words.ts'
import { scaleOf } from '../units.ts'
import { accepted, ignored, rejected, report, genericCode } from './decoded.ts'
import {
  entry,
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
import { CONTENT_WINDOW_MS, isSentAgain, printOf } from './repeats.ts'
import { idOf, objectBody, shapeOf } from './bodies.ts'
import { anyTime, disagree } from './times.ts'

/**
 * CET (中电技术) gateways, `CET/…/upload`: `properties[{type, key, value, unit, timestamp}]` with Chinese keys. `AI` is a
 * measured value, `SOE` an event that begins (1) and ends (0). The key of the time is written with a blank, `"ts "`.
 */
export const cet: Family = {
  id: 'cet',
  matches: (publish) => publish.levels[0] === 'CET' || isUpload(publish.object()),
  decode,
  silence: USUAL_SILENCE,
}

function isUpload(object: JsonObject | null): boolean {
  if (object === null || !Object.hasOwn(object, 'location_code')) return false
  return Array.isArray(field(object, 'properties'))
}

const PROPERTIES_MAX = 1_000

function decode(publish: Publish, memory: Memory): Decoded {
  if (publish.payload.length === 0) return ignored('an empty payload: a retained message was removed')
  const body = objectBody(publish)
  if (body.refusal) return body.refusal
  const object = body.value
  if (field(object, 'result') !== undefined) return ignored('an answer to an upload')
  if (/^downloa?d$/.test(publish.levels.at(-1) ?? '')) return ignored('a message to the gateway')
  const properties = field(object, 'properties')
  if (!Array.isArray(properties)) {
    return rejected('invalid_shape', `\`properties\` should be a list, ${shapeOf(properties)} was found`)
  }
  const place = idOf(field(object, 'location_code')) ?? idOf(field(object, 'dynamic_location_code')) ?? publish.topic
  const decoded = accepted(`cet:${place}`, 'unknown')
  decoded.time = anyTime(field(object, 'ts ') ?? field(object, 'ts'), publish.binding.timezone)
  for (const property of properties.slice(0, PROPERTIES_MAX) as unknown[]) {
    if (isObject(property)) writeProperty(decoded, property, publish)
    else decoded.warnings.push('property_unreadable')
  }
  dropImplausiblePower(decoded)
  const { kind } = publish.binding
  decoded.device!.kind = typeof kind === 'string' ? kind : kindOf(decoded)
  if (
    isSentAgain(memory, `cet:recent:${place}`, printOf(publish.text() ?? ''), publish.receivedAt, CONTENT_WINDOW_MS)
  ) {
    return { ...decoded, disposition: 'duplicate', reason: 'the same content a moment ago' }
  }
  return decoded
}

function writeProperty(into: Decoded, property: JsonObject, { binding }: Publish): void {
  const key = field(property, 'key')
  if (typeof key !== 'string' || key.trim() === '') return void into.warnings.push('property_unreadable')
  const name = key.trim().slice(0, 64)
  const value = field(property, 'value')
  const at = anyTime(field(property, 'timestamp'), binding.timezone)
  if (into.time.basis === 'none') into.time = at
  else if (disagree(at.device, into.time.device) && !into.warnings.includes('time_inconsistent')) {
    into.warnings.push('time_inconsistent')
  }
  const bound = entry(binding.fields, name)
  const target = bound === undefined ? null : targetOf(bound)
  if (target !== null) return writeValue(into, target, property)
  const type = field(property, 'type')
  // A digital input is a flag; a measured value of that name (电压不平衡度) is none.
  if (type === 'SOE' || (type === 'DI' && conditionOfWord(name) !== null)) {
    return writeEvent(into, name, value, binding.codes)
  }
  const point = pointOf(name)
  if (point !== null) writeValue(into, { what: 'point', name: point, unit: null }, property)
  else into.warnings.push(`unmapped_property:${name}`)
}

function writeValue(into: Decoded, target: Target, property: JsonObject): void {
  const unit = field(property, 'unit')
  writeTarget(into, target, field(property, 'value') ?? null, typeof unit === 'string' ? unit : usualUnit(target.name))
}

/** Powers and energies are told in thousands where no unit stands beside them. */
function usualUnit(name: string): string | null {
  return ['kW', 'kvar', 'kVA', 'kWh', 'kvarh'].find((unit) => scaleOf(unit, name) !== null) ?? null
}

/** How a sequence of events (SOE) says in words that something begins or ends. */
const BEGINS = new Set(['动作', '告警', '报警', '发生'])
const ENDS = new Set(['复归', '返回', '恢复', '正常'])

/** The event's own word tells what it is; one whose direction is not told keeps that open (电压越限). */
function writeEvent(into: Decoded, name: string, value: unknown, codes: Publish['binding']['codes']): void {
  const bound = entry(codes, name)
  const code = bound ?? conditionOfWord(name) ?? genericCode(name)
  const word = typeof value === 'string' ? value.trim() : ''
  const truth = BEGINS.has(word) ? true : ENDS.has(word) ? false : truthOf(value)
  if (truth === null) into.warnings.push(`null_value:${name}`)
  report(into, code, truth ?? 'unknown', name, detailOfWord(name))
}

/** Chinese name without phase → point; `%` stands for where the phase comes. */
const QUANTITIES: readonly (readonly [RegExp, string])[] = [
  [/^(?:相)?电压$/, 'voltage%'],
  [/^线电压$/, 'voltage%'],
  [/^电流$/, 'current%'],
  [/^(?:零序|零线|中性线|N线?)电流$/, 'current.neutral'],
  [/^(?:剩余|漏)电流$/, 'current.residual'],
  [/^总?有功功率$|^总?有功$/, 'power.active%'],
  [/^总?无功功率$|^总?无功$/, 'power.reactive%'],
  [/^总?视在功率$/, 'power.apparent%'],
  [/^总?功率因数$/, 'power_factor%'],
  [/^(?:电网)?频率$/, 'frequency'],
  [/^(?:总?正向|正向总?)有功(?:总)?(?:电能|电度|电量)$/, 'energy.active.import%'],
  [/^(?:总?反向|反向总?)有功(?:总)?(?:电能|电度|电量)$/, 'energy.active.export%'],
  [/^(?:总?正向|正向总?)无功(?:总)?(?:电能|电度|电量)$/, 'energy.reactive.import%'],
  [/^(?:总?反向|反向总?)无功(?:总)?(?:电能|电度|电量)$/, 'energy.reactive.export%'],
]
const PHASE = /^(AB|BC|CA|[ABC])相?(?=.)/i
const PHASE_ENDS: Readonly<Record<string, string>> = {
  A: '.l1',
  B: '.l2',
  C: '.l3',
  AB: '.l12',
  BC: '.l23',
  CA: '.l31',
}
/** Quantities that only exist for a phase: without one a single-phase meter speaks. */
const OF_PHASES = new Set(['voltage', 'current'])

function pointOf(key: string): string | null {
  const phase = PHASE.exec(key)?.[1]?.toUpperCase()
  const rest = phase === undefined ? key : key.replace(PHASE, '')
  const found = QUANTITIES.find(([pattern]) => pattern.test(rest))?.[1]
  if (found === undefined) return null
  if (!found.endsWith('%')) return found
  const quantity = found.slice(0, -1)
  if (phase !== undefined) return phase.length === 2 && quantity !== 'voltage' ? null : quantity + PHASE_ENDS[phase]!
  return OF_PHASES.has(quantity) ? `${quantity}.l1` : quantity
}
