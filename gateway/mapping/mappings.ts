import type { Mapping, MappingFault } from '../../rules/model.ts'
import { rejected } from '../devices/decoded.ts'
import { type Family, type Memory, type Publish, USUAL_SILENCE } from '../devices/family.ts'
import { decodeFamily } from '../devices/index.ts'
import { type CompiledMapping, compileMapping } from './compile.ts'
import { MAPPING_FAMILY } from './read.ts'
import { type TopicIndex, topicIndex, topicLevels } from './topic.ts'

/** The mappings in force, compiled. */
export interface Mappings {
  /** The one that a site's topic belongs to; the site's own go before those for all sites. */
  find(site: string, topic: string): CompiledMapping | null
}

/** `onUnusable` is told of a mapping that was saved once and can no longer be used: the rest goes on. */
export function compileMappings(
  mappings: Iterable<Mapping>,
  onUnusable: (mapping: Mapping, faults: readonly MappingFault[]) => void,
): Mappings {
  const bySite = new Map<string | null, CompiledMapping[]>()
  for (const mapping of mappings) {
    const result = compileMapping(mapping)
    if (!result.ok) onUnusable(mapping, result.faults)
    else bySite.set(mapping.site, [...(bySite.get(mapping.site) ?? []), result.compiled])
  }
  const indexes = new Map<string | null, TopicIndex<CompiledMapping>>()
  for (const [site, compiled] of bySite) indexes.set(site, topicIndex(compiled.map((each) => [each.filter, each])))
  return {
    find(site, topic) {
      if (indexes.size === 0) return null
      const levels = topicLevels(topic)
      return indexes.get(site)?.find(levels) ?? indexes.get(null)?.find(levels) ?? null
    },
  }
}

/** What speaks: a family, or a mapping in its place; and for how long its devices may say nothing. */
export type Speaker = Pick<Family, 'id' | 'silence'>

/** The speaker with the silence that a mapping sets, where it sets one. */
function withSilence<T extends Speaker>(speaker: T, { silenceMs }: Mapping): T {
  return silenceMs === undefined ? speaker : { ...speaker, silence: { batteryMs: silenceMs, mainsMs: silenceMs } }
}

const MAPPED: Speaker = { id: MAPPING_FAMILY, silence: USUAL_SILENCE }

/** What a message says by its mapping, or by the family that the mapping binds. Never throws. */
export function decodeMapped({ mapping, read }: CompiledMapping, publish: Publish, memory: Memory) {
  if (read === null) {
    const { family, decoded } = decodeFamily(publish, memory)
    return { family: family && withSilence(family, mapping), decoded }
  }
  try {
    return { family: withSilence(MAPPED, mapping), decoded: read(publish, memory).decoded }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { family: MAPPED, decoded: rejected('internal_error', `mapping ${mapping.id} failed: ${why}`) }
  }
}
