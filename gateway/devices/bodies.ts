import type { Decoded, DecodedDevice } from '../../rules/model.ts'
import { ignored, rejected } from './decoded.ts'
import { isObject, type JsonObject, type Publish } from './family.ts'

/** What a payload is before a family looks into it; `refusal` where it is not what the topic promises. */
export type Body<T> = { value: T; refusal?: undefined } | { refusal: Decoded }

const REMOVED = 'an empty payload: a retained message was removed'

/** The payload where the topic carries a JSON object. */
export function objectBody(publish: Publish, device: DecodedDevice | null = null): Body<JsonObject> {
  if (publish.payload.length === 0) return { refusal: ignored(REMOVED, device) }
  const parsed = publish.json()
  if (!parsed.ok) return { refusal: rejected(parsed.reason, parsed.detail, device) }
  if (isObject(parsed.value)) return { value: parsed.value }
  const found = shapeOf(parsed.value)
  return { refusal: rejected('invalid_shape', `${publish.topic} carries a JSON object; found ${found}`, device) }
}

const NOT_A_NUMBER = /^[+-]?(nan|inf|infinity)$/i

/** The payload where the topic carries one bare word or number, trimmed. */
export function scalarBody(publish: Publish, device: DecodedDevice | null = null): Body<string> {
  if (publish.payload.length === 0) return { refusal: ignored(REMOVED, device) }
  const text = publish.text()?.trim()
  if (text === undefined) return { refusal: rejected('invalid_utf8', 'the payload is not UTF-8', device) }
  if (NOT_A_NUMBER.test(text)) return { refusal: rejected('invalid_value', `${text} is not a number`, device) }
  if (text.length > 256 || text.startsWith('{') || text.startsWith('[')) {
    const found = text.length > 256 ? `${text.length} characters` : text.slice(0, 20)
    return { refusal: rejected('invalid_shape', `${publish.topic} carries one bare value; found ${found}`, device) }
  }
  return { value: text }
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** A number written as bare text, else the text itself. */
export function scalarNumber(text: string): number | string {
  return NUMBER.test(text) ? Number(text) : text
}

/** What a value of parsed JSON is, in words. */
export function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array'
  if (value === null) return 'null'
  return typeof value === 'string' ? 'a text (encoded twice?)' : `a ${typeof value}`
}

/** A name or number that identifies something; `null` where it is empty or neither. */
export function idOf(raw: unknown): string | null {
  if (typeof raw === 'number' && Number.isFinite(raw)) return String(raw)
  if (typeof raw !== 'string') return null
  const text = raw.trim()
  return text === '' || text.length > 128 ? null : text
}
