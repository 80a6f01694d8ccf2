import { field, type Memory, type Publish } from '../family.ts'

/** A topic below a Zigbee2MQTT base: `zigbee2mqtt/NAME…`, where the base may be any and NAME may hold slashes. */
export interface Place {
  base: string
  /** The levels below the base. */
  rest: readonly string[]
}

export const DEFAULT_BASE = 'zigbee2mqtt'
const BASES_KEY = 'z2m:bases'
const BASES_MAX = 16

/** What only a bridge publishes below its base. */
export const BRIDGE_TOPICS: ReadonlySet<string> = new Set(
  (
    'state info devices groups event logging log config extensions extension converters definitions definition ' +
    'health request response networkmap group'
  ).split(' '),
)

export const knownBases = (memory: Memory): readonly string[] => memory.get<readonly string[]>(BASES_KEY) ?? []

/** Where a message lies, `null` where nothing tells that it is Zigbee2MQTT's. */
export function placeOf(publish: Publish, memory: Memory): Place | null {
  const { levels } = publish
  const bases = knownBases(memory)
  if (bases.length > 1 || (bases.length === 1 && bases[0] !== DEFAULT_BASE)) {
    const path = levels.join('/')
    // The longest: `zigbee2mqtt/annex/…` may lie below two bases.
    let base: string | undefined
    for (const each of bases) {
      if (path.startsWith(`${each}/`) && each.length > (base?.length ?? 0)) base = each
    }
    if (base !== undefined) return { base, rest: levels.slice(base.split('/').length) }
  }
  const standard = levels.indexOf(DEFAULT_BASE)
  if (standard === 0) return levels.length > 1 ? { base: DEFAULT_BASE, rest: levels.slice(1) } : null
  const bridge = levels.indexOf('bridge')
  if (bridge > 0 && BRIDGE_TOPICS.has(levels[bridge + 1] ?? '') && saysBridge(publish, levels[bridge + 1]!)) {
    return { base: levels.slice(0, bridge).join('/'), rest: levels.slice(bridge) }
  }
  // The usual base below places that its owner put before it.
  if (standard > 0 && standard < levels.length - 1) {
    return { base: levels.slice(0, standard + 1).join('/'), rest: levels.slice(standard + 1) }
  }
  return saysLinkQuality(publish) ? guessedPlace(levels) : null
}

/** A base that was never announced is taken to be the first level. */
export function guessedPlace(levels: readonly string[]): Place {
  return levels.length > 1 ? { base: levels[0]!, rest: levels.slice(1) } : { base: '', rest: levels }
}

function saysLinkQuality(publish: Publish): boolean {
  const object = publish.object()
  return object !== null && field(object, 'linkquality') !== undefined
}

/** Others have a `bridge` level too: an unknown base is believed by what its bridge says. */
function saysBridge(publish: Publish, topic: string): boolean {
  const text = publish.text()?.trimStart() ?? ''
  if (topic === 'state') return /^(online|offline|\{\s*"state"\s*:\s*"(online|offline)")/.test(text)
  if (topic === 'devices' || topic === 'groups') return text.startsWith('[')
  return text.startsWith('{')
}

/** Remembers a base that its bridge announced, so that its devices are known by their topic alone. */
export function learnBase(memory: Memory, base: string): void {
  const bases = knownBases(memory)
  if (bases.includes(base) || bases.length >= BASES_MAX || base.length > 200) return
  memory.set(BASES_KEY, [...bases, base])
}

/**
 * A device's key. Two bridges at one broker may have devices of one name: those of the second carry its base in the
 * key.
 */
export function keyOf(memory: Memory, base: string, name: string): string {
  return isPlain(memory, base) ? `z2m:${name}` : `z2m:${base}/${name}`
}

export function isPlain(memory: Memory, base: string): boolean {
  const bases = knownBases(memory)
  return base === DEFAULT_BASE || bases[0] === base || !bases.includes(base)
}

/** The topic of a device by its key. */
export function topicOfKey(memory: Memory, key: string): string {
  const name = key.slice('z2m:'.length)
  const bases = knownBases(memory)
  if (bases.some((base) => !isPlain(memory, base) && name.startsWith(`${base}/`))) return name
  const plain = bases.length === 0 || bases.includes(DEFAULT_BASE) ? DEFAULT_BASE : bases[0]!
  return `${plain}/${name}`
}
