import type { Decoded } from '../../rules/model.ts'
import { rejected } from './decoded.ts'
import { isObject, type JsonObject, type Publish } from './family.ts'
import { epochTime, writtenTime } from './times.ts'

/** What families that speak JSON expect of a message, and of the times in it. */

export type Expected = { ok: true; object: JsonObject } | { ok: false; decoded: Decoded }

/** The payload as a JSON object, or the rejection that says what it is instead. */
export function expectObject(publish: Publish): Expected {
  const json = publish.json()
  if (!json.ok) return { ok: false, decoded: rejected(json.reason, json.detail) }
  if (isObject(json.value)) return { ok: true, object: json.value }
  return {
    ok: false,
    decoded: rejected('invalid_shape', `a JSON object was expected, ${shapeOf(json.value)} was found`),
  }
}

export function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array'
  if (value === null) return 'null'
  if (typeof value === 'string') return 'a text (encoded twice?)'
  return `a ${typeof value}`
}

/** Text of 14 or 17 digits is a local time, as Acrel and EdgeLogger write it; other digits are an epoch. */
const LOCAL_DIGITS = /^\s*\d{14}(?:\d{3})?\s*$/

/** A time that is an epoch (number or text) or written out. */
export function anyTime(raw: unknown, timezone: string | undefined): Decoded['time'] {
  if (typeof raw === 'string' && LOCAL_DIGITS.test(raw)) return writtenTime(raw, timezone)
  const epoch = epochTime(raw)
  return epoch.basis === 'none' ? writtenTime(raw, timezone) : epoch
}

/** A name or number that identifies something; `null` where it is empty or neither. */
export function idOf(raw: unknown): string | null {
  if (typeof raw === 'number' && Number.isFinite(raw)) return String(raw)
  if (typeof raw !== 'string') return null
  const text = raw.trim()
  return text === '' || text.length > 128 ? null : text
}
