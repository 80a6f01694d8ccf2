import type { Mapping, MappingInput } from '../../rules/model.ts'
import { mappingSchema } from '../../rules/model.ts'
import { compileMapping } from '../../gateway/mapping/compile.ts'
import { publishOf } from '../../gateway/devices/family.ts'
import { plainMemory } from './memory.ts'

export const RECEIVED_MS = Date.UTC(2026, 10, 23, 2)

/** A mapping of a lift, of which a test says what is different. */
export function mappingOf(different: Partial<MappingInput> = {}): Mapping {
  return mappingSchema.parse({
    id: 'lift-x',
    topic: 'lifts/{device}/state',
    device: { kind: 'elevator' },
    ...(different.points || different.events || different.health || different.heartbeat || different.family
      ? {}
      : { points: [{ name: 'lift.floor', path: 'floor' }] }),
    ...different,
  })
}

/** Compiles it and reads messages on one topic, one after another; faults are thrown as text. */
export function mapped(different: Partial<MappingInput> = {}, topic = 'lifts/a-7/state') {
  const compiled = compileMapping(mappingOf(different))
  if (!compiled.ok) throw new Error(faultsOf(different).join('\n'))
  const memory = plainMemory()
  return (payload: unknown, receivedAt = RECEIVED_MS) => {
    const bytes = typeof payload === 'string' || payload instanceof Uint8Array ? payload : JSON.stringify(payload)
    const binding = { timezone: 'Asia/Shanghai' }
    const publish = publishOf({ topic, payload: Buffer.from(bytes as string), receivedAt, binding })
    return compiled.compiled.read!(publish, memory)
  }
}

/** What is wrong with it: `place: message`. */
export function faultsOf(different: Partial<MappingInput>): string[] {
  const compiled = compileMapping(mappingOf(different))
  return compiled.ok ? [] : compiled.faults.map(({ place, message }) => `${place}: ${message}`)
}
