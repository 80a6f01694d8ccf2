import type { Decoded, MappingExample, MappingFault, MappingTried, TryMapping } from '../../rules/model.ts'
import { type Memory, publishOf } from '../devices/family.ts'
import { decodeFamily } from '../devices/index.ts'
import { topicFault } from '../topics.ts'
import { type CompiledMapping, compileMapping } from './compile.ts'
import { namedLevels, topicIndex, topicLevels } from './topic.ts'

/** Compiles a mapping and reads its example, which must give something. */
export const tryMapping: TryMapping = ({ mapping, example, timezone, receivedAt }) => {
  const result = compileMapping(mapping)
  if (!result.ok) return result
  const { compiled } = result
  if (example === null) return { ok: true, decoded: null, levels: {}, notes: [] }
  const levels = topicLevels(example.topic)
  const fault = topicFault(example.topic)
  if (fault !== null) return refused('example.topic', fault)
  if (topicIndex([[compiled.filter, true]]).find(levels) === null) {
    return refused('example.topic', `${example.topic} does not fit the topic ${mapping.topic}`)
  }
  const binding = { timezone, ...compiled.binding }
  const publish = publishOf({ topic: example.topic, payload: payloadOf(example), receivedAt, binding })
  const { decoded, notes } = readExample(compiled, publish)
  const faults = faultsOf(compiled, decoded, notes)
  return faults.length > 0
    ? { ok: false, faults }
    : { ok: true, decoded, levels: namedLevels(compiled.filter, levels), notes }
}

function readExample({ read }: CompiledMapping, publish: Parameters<typeof decodeFamily>[0]) {
  return read
    ? read(publish, nothingRemembered())
    : { decoded: decodeFamily(publish, nothingRemembered()).decoded, notes: [] }
}

const refused = (place: string, message: string): MappingTried => ({ ok: false, faults: [{ place, message }] })

/** A family that first needs an earlier message cannot be tried with one: it is taken at its word. */
function faultsOf({ mapping }: CompiledMapping, decoded: Decoded, notes: readonly MappingFault[]): MappingFault[] {
  const { disposition, measurements, conditions, health, readings, reason, detail } = decoded
  if (disposition === 'needs_context' || mapping.heartbeat === true) return []
  const told = conditions.some(({ state }) => state !== 'unknown')
  const something = told || measurements.length + readings.length + Object.keys(health).length > 0
  if (disposition === 'accept' && something) return []
  if (notes.length > 0) return [...notes]
  const why = disposition === 'accept' ? 'the mapping reads nothing from it' : (detail ?? reason ?? disposition)
  return [{ place: 'example.payload', message: why }]
}

function payloadOf({ payload, payloadText, payloadHex }: MappingExample): Uint8Array {
  if (payloadHex !== undefined) return Buffer.from(payloadHex, 'hex')
  return Buffer.from(payloadText ?? JSON.stringify(payload))
}

function nothingRemembered(): Memory {
  const values = new Map<string, unknown>()
  return {
    get: <T>(key: string) => values.get(key) as T | undefined,
    set: (key, value) => void values.set(key, value),
  }
}
