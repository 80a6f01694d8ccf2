import fc from 'fast-check'
import { describe, it } from 'vitest'
import { decodePacket, type Packet } from '../../../gateway/decode.ts'
import type { Binding, Memory } from '../../../gateway/devices/family.ts'
import { isConditionCode, pointDefinition, REJECTION_REASONS } from '../../../rules/model.ts'
import { corpus, type CorpusEntry, payloadOf } from '../../support/corpus.ts'
import { plainMemory } from '../../support/memory.ts'

/** Cases for each message of the corpus: 110 of them make well over the 10,000 that every run has. */
const CASES_EACH = Number(process.env.MUTATION_CASES ?? 100)
/** The same cases at every run; set another for others. */
const SEED = Number(process.env.MUTATION_SEED ?? 20_261_124)
const RECEIVED_MS = Date.UTC(2026, 10, 23, 2)

const bytes = fc.uint8Array({ minLength: 1, maxLength: 24 }).map((array) => Buffer.from(array))
const HOSTILE = [
  ...[null, true, false, '', 'NaN', 'unavailable', '-0', '1e400', '230,5', '0x10', ' 12 ', -1, 0, 65535, 65533],
  ...[-8388608, 2147483647, 4294967295, 281474976710655, 429496420, 1e308, -1e308, 2 ** 60, 1e-320, [], {}, [[]]],
  ...[[1, 2, 3], ['1', null], { value: 1 }, { __proto__: 1 }, '__proto__', 'constructor', 'a'.repeat(5_000), '\u0000'],
  ...['1970-01-01T00:00:00Z', '99999999999999', '20211332999999', '<script>', '=1+1', '水', '\ud800'],
]

type Mutate = (payload: Buffer) => Buffer

/** What lines, radios, gateways and attackers do to bytes. */
const ofBytes: fc.Arbitrary<Mutate> = fc.oneof(
  fc.nat().map(
    (at): Mutate =>
      (payload) =>
        payload.subarray(0, payload.length === 0 ? 0 : at % payload.length),
  ),
  fc.tuple(fc.nat(), fc.nat(255)).map(
    ([at, mask]): Mutate =>
      (payload) =>
        flipped(payload, at, mask || 1),
  ),
  fc.tuple(fc.nat(), bytes).map(
    ([at, more]): Mutate =>
      (payload) =>
        spliced(payload, at, more),
  ),
  fc.tuple(fc.nat(), fc.nat()).map(
    ([from, length]): Mutate =>
      (payload) =>
        repeated(payload, from, length),
  ),
  fc.nat(corpus.length - 1).map(
    (other): Mutate =>
      () =>
        payloadOf(corpus[other]!),
  ),
  bytes.map(
    (noise): Mutate =>
      () =>
        noise,
  ),
  fc.constant<Mutate>(() => Buffer.alloc(0)),
  fc.constant<Mutate>((payload) => Buffer.from(JSON.stringify(payload.toString()))),
  fc.constant<Mutate>((payload) => Buffer.from(`[${payload.toString()}]`)),
  fc.nat(3_000).map(
    (depth): Mutate =>
      () =>
        Buffer.from('{"a":'.repeat(depth) + '1' + '}'.repeat(depth)),
  ),
)

/** One field of the JSON is another value, is missing, or is named otherwise. */
const ofFields: fc.Arbitrary<Mutate> = fc
  .tuple(fc.nat(), fc.constantFrom('value', 'missing', 'renamed', 'text'), fc.constantFrom<unknown>(...HOSTILE))
  .map(([which, how, hostile]): Mutate => (payload) => {
    let value: unknown
    try {
      value = JSON.parse(payload.toString())
    } catch {
      return payload
    }
    const places = placesOf(value)
    if (places.length === 0) return Buffer.from(JSON.stringify(hostile))
    const { holder, key } = places[which % places.length]!
    if (how === 'value') holder[key] = hostile
    else if (how === 'text') holder[key] = String(holder[key])
    else {
      if (how === 'renamed') holder[`${key}x`] = holder[key]
      delete holder[key]
    }
    return Buffer.from(JSON.stringify(value))
  })

const ofTopics = fc.oneof(
  { weight: 5, arbitrary: fc.constant((topic: string) => topic) },
  { weight: 1, arbitrary: fc.nat().map((at) => (topic: string) => levels(topic, at, () => [])) },
  { weight: 1, arbitrary: fc.nat().map((at) => (topic: string) => levels(topic, at, (level) => [level, '水 x'])) },
  { weight: 1, arbitrary: fc.nat().map((at) => (topic: string) => levels(topic, at, () => [''])) },
  { weight: 1, arbitrary: fc.nat(corpus.length - 1).map((other) => () => corpus[other]!.topic) },
)

describe('a message that was damaged, cut, mixed up or made up', () => {
  it.each(corpus.map((entry) => [entry.id, entry] as const))(
    '%s is a rejection with a reason or a possible reading',
    (_id, entry) => {
      const memory = prepared(entry)
      const mutations = fc.tuple(fc.oneof(ofBytes, ofFields), ofTopics, fc.boolean(), fc.boolean())
      const property = fc.property(mutations, ([mutate, topicOf, will, retained]) => {
        const packet: Packet = {
          topic: topicOf(entry.topic) || 'x',
          payload: mutate(payloadOf(entry)),
          receivedAt: RECEIVED_MS,
          device: null,
          gateway: 'gw',
          site: 'default',
          will,
          retained,
        }
        const own = layered(memory)
        const decoded = decodePacket(packet, { memory: () => own, binding: () => bindingOf(entry) })
        expectPossible(decoded, packet)
      })
      const { failed, errorInstance, seed } = fc.check(property, { numRuns: CASES_EACH, seed: SEED })
      if (failed) throw new Error(`seed ${seed}: ${String(errorInstance)}`)
    },
  )
})

/** What is impossible about a result, in words that show the packet: the counterexample alone is a function. */
function expectPossible(decoded: ReturnType<typeof decodePacket>, { topic, payload }: Packet): void {
  const wrong = [...impossible(decoded)]
  if (wrong.length > 0)
    throw new Error(`${wrong.join('; ')}: ${topic} ${Buffer.from(payload).toString().slice(0, 500)}`)
}

function* impossible({ messages, rejections, passed, requests }: ReturnType<typeof decodePacket>): Iterable<string> {
  if (messages.length + rejections.length === 0 && passed === null) yield 'it is dropped in silence'
  for (const { reason, detail } of rejections) {
    if (!REJECTION_REASONS.includes(reason) || reason === 'internal_error') yield `${reason}: ${detail}`
    if (detail === '') yield `${reason} without a word`
  }
  for (const request of requests) if (/[+#\u0000]/.test(request.topic)) yield `a request to ${request.topic}`
  for (const { measurements, conditions, health, deviceAt, discovered } of messages) {
    if (!/^[a-z0-9_-]+:./.test(discovered!.key)) yield `the key ${discovered!.key}`
    if (deviceAt !== null && !(Math.abs(deviceAt) <= 8.64e15)) yield `the time ${deviceAt}`
    for (const { name, value, unit } of measurements) {
      const definition = pointDefinition(name)
      if (definition && unit !== definition.unit) yield `${name} in ${unit}`
      if (typeof value !== 'number') continue
      if (!Number.isFinite(value)) yield `${name} is ${value}`
      if (definition && (value < definition.min || value > definition.max)) yield `${name} is ${value}`
    }
    for (const { code, state } of conditions) {
      if (!isConditionCode(code)) yield `the condition ${code}`
      if (!['active', 'cleared', 'pulse', 'unknown'].includes(state)) yield `${code} is ${state}`
    }
    for (const [name, value] of Object.entries(health)) {
      if (typeof value !== 'boolean' && !Number.isFinite(value)) yield `${name} is ${String(value)}`
    }
  }
}

const bindingOf = (entry: CorpusEntry): Binding => entry.binding ?? {}

function prepared(entry: CorpusEntry): Memory {
  const memory = plainMemory()
  for (const message of entry.preceding ?? []) {
    const { topic } = message
    const about = { receivedAt: RECEIVED_MS - 60_000, device: null, gateway: 'gw', site: 'default', will: false }
    decodePacket(
      { topic, payload: payloadOf(message), ...about },
      { memory: () => memory, binding: () => bindingOf(entry) },
    )
  }
  return memory
}

/** Each case starts from what came before the message, whatever earlier cases remembered. */
function layered(below: Memory): Memory {
  const own = new Map<string, unknown>()
  return {
    get: <T>(key: string) => (own.has(key) ? own.get(key) : below.get(key)) as T | undefined,
    set: (key, value) => void own.set(key, value),
  }
}

function flipped(payload: Buffer, at: number, mask: number): Buffer {
  const copy = Buffer.from(payload)
  if (copy.length > 0) copy[at % copy.length]! ^= mask
  return copy
}

function spliced(payload: Buffer, at: number, more: Buffer): Buffer {
  const place = at % (payload.length + 1)
  return Buffer.concat([payload.subarray(0, place), more, payload.subarray(place)])
}

function repeated(payload: Buffer, from: number, length: number): Buffer {
  if (payload.length === 0) return payload
  const start = from % payload.length
  return Buffer.concat([payload, payload.subarray(start, start + (length % payload.length))])
}

function levels(topic: string, at: number, change: (level: string) => string[]): string {
  const parts = topic.split('/')
  const place = at % parts.length
  return [...parts.slice(0, place), ...change(parts[place]!), ...parts.slice(place + 1)].join('/')
}

interface Place {
  holder: Record<string, unknown>
  key: string
}

function placesOf(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as Record<string, unknown>
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesOf(holder[key])])
}
