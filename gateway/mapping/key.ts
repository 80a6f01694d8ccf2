import type { MappingFault } from '../../rules/model.ts'
import { type Found, type Said } from './expression.ts'
import { compilePath, single } from './source.ts'
import { namedLevels, type TopicFilter } from './topic.ts'

export type ReadKey = (said: Said) => Found

const BRACED = /\{([^{}]*)\}/g
const KEY_MAX_LENGTH = 200

/**
 * How a mapping names the device that speaks: text with names of levels and paths of the payload in braces
 * (`{device}`, `lift-{building}-{$.car.no}`). Without a key the topic's one named level is it.
 */
export function compileKey(written: string | undefined, filter: TopicFilter, faults: MappingFault[]): ReadKey | null {
  const place = 'device.key'
  const fail = (message: string) => {
    faults.push({ place, message })
    return null
  }
  if (written === undefined && filter.names.length !== 1) {
    return fail('say which device speaks: name one level of the topic ({device}), or set a key')
  }
  const template = written ?? `{${filter.names[0]}}`
  const parts: ReadKey[] = []
  let end = 0
  for (const match of template.matchAll(BRACED)) {
    const [braced, inner = ''] = match
    parts.push(constant(template.slice(end, match.index)))
    end = match.index + braced.length
    if (inner.startsWith('$')) {
      const source = single(compilePath(inner, place, faults), faults)
      if (source === null) return null
      parts.push((said) => ofPayload(source.read(said), inner))
    } else if (filter.names.includes(inner)) {
      parts.push(({ topic }) => ({ value: namedLevels(filter, topic)[inner] }))
    } else {
      return fail(`{${inner}} is no named level of the topic (${named(filter)}) and no path, which begins with $`)
    }
  }
  const rest = template.slice(end)
  if (/[{}]/.test(template.replace(BRACED, ''))) return fail('a brace has no partner')
  parts.push(constant(rest))
  return (said) => join(parts, said)
}

const named = ({ names }: TopicFilter) => (names.length === 0 ? 'it names none' : names.join(', '))

const constant =
  (text: string): ReadKey =>
  () => ({ value: text })

function ofPayload(found: Found, path: string): Found {
  if ('missing' in found) return found
  const { value } = found
  return typeof value === 'string' || typeof value === 'number'
    ? { value: String(value).trim() }
    : { missing: `${path} is neither a text nor a number` }
}

function join(parts: readonly ReadKey[], said: Said): Found {
  let key = ''
  for (const part of parts) {
    const found = part(said)
    if ('missing' in found) return found
    key += String(found.value)
  }
  if (key === '') return { missing: 'it is empty' }
  if (key.length > KEY_MAX_LENGTH) return { missing: `it is longer than ${KEY_MAX_LENGTH} characters` }
  return /[\u0000-\u001f\u007f-\u009f]/.test(key) ? { missing: 'it has control characters' } : { value: key }
}
