import { filterOf } from '../../rules/model.ts'
import { TOPIC_MAX_BYTES } from '../topics.ts'
import { misfit, type Parsed, parsed } from './fault.ts'

/** A level of a filter: its text, any one (perhaps named), or all that follow. */
export type FilterLevel = { is: 'text'; text: string } | { is: 'one'; name: string | null } | { is: 'rest' }

export interface TopicFilter {
  levels: readonly FilterLevel[]
  /** Names of levels, in order. */
  names: readonly string[]
}

const NAMED = /^\{(.*)\}$/
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,31}$/

/** An MQTT topic filter whose single levels may be named: `lifts/{device}/state`, `lifts/+/#`, `{}` being `+`. */
export function parseTopicFilter(source: string): Parsed<TopicFilter> {
  if (Buffer.byteLength(source) > TOPIC_MAX_BYTES) return misfit(`a topic has at most ${TOPIC_MAX_BYTES} bytes`)
  if (source.includes('\ufffd')) return misfit('a topic has no broken characters')
  const written = topicLevels(source)
  const levels: FilterLevel[] = []
  const names: string[] = []
  for (const [index, text] of written.entries()) {
    const level = parseLevel(text, index === written.length - 1)
    if (!level.ok) return misfit(`level ${index + 1}, ${text}: ${level.message}`)
    if (level.value.is === 'one' && level.value.name !== null) {
      if (names.includes(level.value.name)) return misfit(`level ${index + 1}: ${level.value.name} is named twice`)
      names.push(level.value.name)
    }
    levels.push(level.value)
  }
  if (!levels.some(({ is }) => is === 'text')) {
    return misfit('name at least one level: a mapping for every topic would take the messages of every device family')
  }
  if (filterOf(source).startsWith('$')) return misfit('topics that begin with $ are the broker’s own')
  if (written[0] === 'shifen') return misfit('shifen/{site}/{device}/… are native topics, which need no mapping')
  return parsed({ levels, names })
}

function parseLevel(text: string, last: boolean): Parsed<FilterLevel> {
  if (text === '#') return last ? parsed({ is: 'rest' }) : misfit('# stands at the end only')
  if (text === '+') return parsed({ is: 'one', name: null })
  const name = NAMED.exec(text)?.[1]
  if (name === '') return parsed({ is: 'one', name: null })
  if (name !== undefined) {
    return NAME.test(name) ? parsed({ is: 'one', name }) : misfit('a name has letters, digits and _, at most 32')
  }
  if (/[+#{}]/.test(text)) return misfit('a wildcard or a name in braces stands alone in its level')
  return parsed({ is: 'text', text })
}

/** A topic's levels; an empty first one (a leading slash) is left out. */
export function topicLevels(topic: string): string[] {
  const levels = topic.split('/')
  if (levels[0] === '' && levels.length > 1) levels.shift()
  return levels
}

/** The named levels of a topic that the filter matches. */
export function namedLevels({ levels }: TopicFilter, topic: readonly string[]): Record<string, string> {
  const found = levels.flatMap((level, index) =>
    level.is === 'one' && level.name !== null ? [[level.name, topic[index] ?? ''] as const] : [],
  )
  return Object.fromEntries(found)
}

interface Node<T> {
  text: Map<string, Node<T>>
  one: Node<T> | null
  /** What ends here, and what takes all that follows. */
  here: T | null
  rest: T | null
}

const newNode = <T>(): Node<T> => ({ text: new Map(), one: null, here: null, rest: null })

/** Finds what belongs to a topic: a level's own text goes before `+`, and that before `#`. */
export interface TopicIndex<T> {
  find(levels: readonly string[]): T | null
}

export function topicIndex<T>(entries: Iterable<readonly [TopicFilter, T]>): TopicIndex<T> {
  const root = newNode<T>()
  for (const [{ levels }, value] of entries) {
    let node = root
    for (const level of levels) {
      if (level.is === 'rest') break
      const next = (level.is === 'text' ? node.text.get(level.text) : node.one) ?? newNode<T>()
      if (level.is === 'text') node.text.set(level.text, next)
      else node.one = next
      node = next
    }
    if (levels.at(-1)?.is === 'rest') node.rest ??= value
    else node.here ??= value
  }

  function search(node: Node<T>, levels: readonly string[], at: number): T | null {
    const level = levels[at]
    if (level === undefined) return node.here ?? node.rest
    const next = node.text.get(level)
    // As in MQTT, a first wildcard does not match the broker's own topics.
    const wild = at > 0 || !level.startsWith('$')
    const found = next ? search(next, levels, at + 1) : null
    return found ?? (wild && node.one ? search(node.one, levels, at + 1) : null) ?? (wild ? node.rest : null)
  }
  return { find: (levels) => search(root, levels, 0) }
}
