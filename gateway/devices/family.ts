import { isUtf8 } from 'node:buffer'
import type { Decoded, DeviceKind, RejectionReason } from '../../rules/model.ts'

/** One PUBLISH as a family sees it. Text and JSON are made when first asked for, once for all families. */
export interface Publish {
  readonly topic: string
  /** The topic's levels; an empty first one (a leading slash) is left out. */
  readonly levels: readonly string[]
  readonly payload: Uint8Array
  readonly retain: boolean
  /** An outside broker kept it and delivers it again: not what was just published. */
  readonly kept: boolean
  readonly receivedAt: number
  readonly binding: Binding
  /** The payload as text; `null` where it is not UTF-8. */
  text(): string | null
  json(): Json
  /** The payload where it is a JSON object, else `null`; what does not open as one is not parsed for it. */
  object(): JsonObject | null
}

export type JsonObject = Readonly<Record<string, unknown>>

export type Json = { ok: true; value: unknown } | { ok: false; reason: RejectionReason; detail: string }

/** What a site knows about a topic or device that the message alone does not say. */
export interface Binding {
  /** The id of the family that decodes, whatever the topic looks like. */
  family?: string
  kind?: DeviceKind | Readonly<Record<string, DeviceKind>>
  /** A field's path in the payload → point with unit, or `condition:<code>`. `lN` stands for `l1`, `l2`, `l3`. */
  fields?: Readonly<Record<string, string>>
  /** A Sparkplug metric's name → point, `measurement:<point>` or `condition:<code>`. */
  metrics?: Readonly<Record<string, string>>
  /** A native code → condition code. */
  codes?: Readonly<Record<string, string>>
  /** IANA name: what local times without a zone are in. */
  timezone?: string
  /** Ratios of current and voltage transformers. */
  ct?: number
  pt?: number
  /** The device's profile or model, where its network does not tell. */
  profile?: string
}

/**
 * What a family remembers between messages. A draft: what is set becomes true when the message is committed. Values are
 * JSON and are replaced, never changed.
 */
export interface Memory {
  get<T>(key: string): T | undefined
  set(key: string, value: unknown): void
}

/** One family of devices: data and pure functions. */
export interface Family {
  id: string
  /** Whether a message is this family's, by topic, or by payload where the topic is free. Cheap: asked of every one. */
  matches(publish: Publish, memory: Memory): boolean
  /** Never throws for bad content: that is a `reject` with its reason. */
  decode(publish: Publish, memory: Memory): Decoded
  /** How long its devices may say nothing. */
  silence: Silence
  /** The message that carries a command to a device, by its key; `null` where the family cannot. */
  command?(key: string, command: string, args: JsonObject, memory: Memory): { topic: string; payload: string } | null
}

export interface Silence {
  batteryMs: number
  mainsMs: number
}

/** Zigbee2MQTT calls a battery device gone after 25 h, and the shipped rules a mains device after 15 minutes. */
export const USUAL_SILENCE: Silence = { batteryMs: 25 * 3_600_000, mainsMs: 15 * 60_000 }
/** LoRaWAN sensors report every 12 to 24 h, and an uplink may be lost: three of the longer ones. */
export const LORAWAN_SILENCE: Silence = { batteryMs: 72 * 3_600_000, mainsMs: 3 * 3_600_000 }

export interface PublishInput {
  topic: string
  payload: Uint8Array
  retain?: boolean
  kept?: boolean
  receivedAt: number
  binding?: Binding
}

export function publishOf({
  topic,
  payload,
  retain = false,
  kept = false,
  receivedAt,
  binding = {},
}: PublishInput): Publish {
  let text: string | null | undefined
  let json: Json | undefined
  const levels = topic.split('/')
  if (levels[0] === '' && levels.length > 1) levels.shift()
  const publish: Publish = {
    topic,
    levels,
    payload,
    retain,
    kept,
    receivedAt,
    binding,
    text() {
      if (text === undefined) {
        text = isUtf8(payload) ? bytesOf(payload).toString() : null
      }
      return text
    },
    json: () => (json ??= parseJson(publish.text())),
    object() {
      if (!opensObject(payload)) return null
      const parsed = publish.json()
      return parsed.ok && isObject(parsed.value) ? parsed.value : null
    },
  }
  return publish
}

/** The same bytes, with what a Buffer can do. */
export function bytesOf(payload: Uint8Array): Buffer {
  return Buffer.isBuffer(payload) ? payload : Buffer.from(payload.buffer, payload.byteOffset, payload.length)
}

const SPACE = 0x20
const OPENING_BRACE = 0x7b

function opensObject(payload: Uint8Array): boolean {
  let at = 0
  while (at < payload.length && payload[at]! <= SPACE) at++
  return payload[at] === OPENING_BRACE
}

function parseJson(text: string | null): Json {
  if (text === null) return { ok: false, reason: 'invalid_utf8', detail: 'the payload is not UTF-8' }
  try {
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch (error) {
    const token = /(?<![\w"])-?(NaN|nan|Infinity)(?![\w"])/.exec(text)?.[0]
    const why = token === undefined ? (error instanceof Error ? error.message : 'not JSON') : `${token} is not JSON`
    return { ok: false, reason: 'invalid_json', detail: why }
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A row of a table, by a key of foreign making: `constructor` and `__proto__` are in none. */
export function entry<T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined
}

/**
 * A field of parsed JSON, by its own key only. JSON has no functions, and all that its objects inherit are functions,
 * save what `__proto__` gives: so what is asked for every field of every message needs no look-up of its own.
 */
export function field(object: JsonObject, key: string): unknown {
  const value = object[key]
  return typeof value === 'function' || value === Object.prototype ? undefined : value
}
