import type { Mapping, MappingFault } from '../../rules/model.ts'
import type { Binding, Memory, Publish } from '../devices/family.ts'
import { families as allFamilies } from '../devices/index.ts'
import { compileBinding } from './binding.ts'
import { orFault } from './fault.ts'
import { compileReader } from './read.ts'
import type { Reading } from './reading.ts'
import { parseTopicFilter, type TopicFilter } from './topic.ts'

/** A mapping that is ready for messages. It has one of `read` and `binding`. */
export interface CompiledMapping {
  mapping: Mapping
  filter: TopicFilter
  /** What a message says; never throws for bad content. */
  read: ((publish: Publish, memory: Memory) => Reading) | null
  /** What a known family, which decodes, is told. */
  binding: Binding | null
}

export type Compiled = { ok: true; compiled: CompiledMapping } | { ok: false; faults: MappingFault[] }

/** Understands a mapping once; answers everything that does not fit, each with its place. */
export function compileMapping(mapping: Mapping, families: readonly { id: string }[] = allFamilies): Compiled {
  const faults: MappingFault[] = []
  const filter = orFault(parseTopicFilter(mapping.topic), 'topic', faults)
  const binding = mapping.family === undefined ? null : compileBinding(mapping, families, faults)
  const read = mapping.device === undefined ? null : compileReader(mapping, mapping.device, filter, faults)
  if (filter === null || faults.length > 0) return { ok: false, faults }
  return { ok: true, compiled: { mapping, filter, read, binding } }
}
