import type { Decoded } from '../../rules/model.ts'
import { shapeOf } from './bodies.ts'
import { applyFields, boundKind } from './bound.ts'
import { accepted, ignored, rejected } from './decoded.ts'
import { type Binding, isObject, type Memory, type Publish } from './family.ts'
import { finiteNumber } from './numbers.ts'
import { dropImplausiblePower } from './quantities.ts'

const FIELDS_LOOKED_AT = 100
const NAME_SHOWN = 80

/**
 * What no family and no mapping knows. It may be kept and shown, so that an engineer can map it; it is never guessed
 * into a reading or an alarm. Only fields that the binding names are read; a bare value is the field `value`.
 */
export function decodeUnbound(publish: Publish): Decoded {
  if (publish.payload.length === 0) return ignored('an empty payload: a retained message was removed')
  const text = publish.text()
  if (text === null) return rejected('invalid_utf8', 'no device family has this topic, and the payload is not text')
  const { topic, binding } = publish
  const decoded = accepted(`raw:${topic}`, boundKind(binding, topic) ?? 'unknown')
  if (/^\s*[[{"]/.test(text)) {
    const parsed = publish.json()
    if (!parsed.ok) return rejected(parsed.reason, parsed.detail)
    if (!isObject(parsed.value))
      return rejected('invalid_shape', `${shapeOf(parsed.value)} was found; a JSON object was expected`)
    if (applyFields(decoded, parsed.value, binding.fields) > 0) {
      dropImplausiblePower(decoded)
      return decoded
    }
    decoded.warnings.push('topic_not_bound')
    for (const [name, value] of Object.entries(parsed.value).slice(0, FIELDS_LOOKED_AT)) {
      if (value === null || typeof value === 'number') {
        finiteNumber(value, name.slice(0, NAME_SHOWN), decoded.warnings)
      }
    }
    return decoded
  }
  return decodeScalar(text, decoded, binding)
}

function decodeScalar(text: string, decoded: Decoded, { fields }: Binding): Decoded {
  const word = text.trim().toLowerCase()
  if (/^[+-]?(nan|infinity|inf)$/.test(word)) return rejected('invalid_value', `${text.trim()} is not a number`)
  if (applyFields(decoded, { value: text.trim() }, fields) > 0) return decoded
  decoded.warnings.push('topic_not_bound')
  if (word === 'unavailable' || word === 'unknown') decoded.warnings.push('value_unavailable')
  return decoded
}

const SHOWN_AGAIN_MS = 10 * 60_000

/** Whether an unknown topic is to be shown: at most once in ten minutes each, whatever it says. */
export function isUnboundNews(publish: Publish, memory: Memory): boolean {
  const key = `unbound:${publish.topic}`
  const shownAt = memory.get<number>(key)
  if (shownAt !== undefined && publish.receivedAt - shownAt < SHOWN_AGAIN_MS) return false
  memory.set(key, publish.receivedAt)
  return true
}
