import { z } from 'zod'
import { HEALTH_POINTS } from './vocabulary.ts'
import { DEVICE_KINDS } from './words.ts'

/**
 * A mapping: what a topic that no device family knows says, as data. It reads points, conditions and health out of a
 * payload, or (with `family`) binds the topic to a known family with what its messages alone do not tell.
 */

export const MAPPINGS_MAX = 1_000
const EXAMPLE_MAX_CHARACTERS = 65_536

const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\u0000-\u001f\u007f-\u009f]*$/, 'no control characters')
const path = line(200)
/** CEL over `payload` and `topic`, the list of the topic's levels; may be written on several lines. */
const cel = z.string().min(1).max(1_000)
const timezone = z.string().refine(isTimezone, 'an IANA time zone such as Asia/Shanghai')
/** What devices send, compared as text: `1`, `"1"` and `"01"` are one value, as are `true` and `"true"`. */
const values = z
  .array(z.union([z.string().max(200), z.number(), z.boolean()]))
  .min(1)
  .max(100)

type Issues = z.core.$RefinementCtx

function needsOne(value: object, names: readonly string[], issues: Issues): void {
  const given = names.filter((name) => (value as Record<string, unknown>)[name] !== undefined)
  if (given.length === 1) return
  const choice = names.map((name) => `\`${name}\``).join(', ')
  issues.addIssue({ code: 'custom', message: `set one of ${choice}${given.length > 1 ? ', not several' : ''}` })
}

const numbers = {
  path: path.optional(),
  cel: cel.optional(),
  /** `value × scale + offset` is in `unit`. */
  scale: z
    .number()
    .refine((scale) => scale !== 0, 'not 0')
    .optional(),
  offset: z.number().optional(),
  /** What the device sends, else the vocabulary's own unit. */
  unit: line(16).optional(),
}

const point = z
  .strictObject({ name: line(100), ...numbers })
  .superRefine((each, issues) => needsOne(each, ['path', 'cel'], issues))

const words = { active: values.optional(), cleared: values.optional(), otherwise: z.literal('cleared').optional() }

const code = line(100)
const coded = z.strictObject({ code, state: z.enum(['active', 'cleared', 'pulse']).default('active') })
/** A code alone is active. */
const codedOrCode = z
  .union([code, coded])
  .transform((to): z.output<typeof coded> => (typeof to === 'string' ? { code: to, state: 'active' } : to))

const event = z
  .strictObject({
    code: code.optional(),
    path: path.optional(),
    cel: cel.optional(),
    /** Without a list the usual words count: true, on, yes, 1; false, off, no, 0. */
    ...words,
    pulse: values.optional(),
    /** The device's own code, or each of a list of them → a condition. */
    table: z.record(line(100), codedOrCode).optional(),
    /** A message tells all that is the case: what it does not name is over. */
    fullState: z.boolean().optional(),
    /** Native codes that say that nothing is wrong. */
    none: values.optional(),
    /** The condition for native codes that are not in the table; else `generic.<native code>`. */
    other: code.optional(),
  })
  .superRefine((each, issues) => {
    needsOne(each, ['code', 'table'], issues)
    needsOne(each, ['path', 'cel'], issues)
    const { fullState, none, other, table, active, cleared, otherwise, pulse } = each
    const inTable = fullState !== undefined || none !== undefined || other !== undefined
    const inWords = active !== undefined || cleared !== undefined || otherwise !== undefined || pulse !== undefined
    const add = (message: string) => issues.addIssue({ code: 'custom', message })
    if (table === undefined && inTable) add('`fullState`, `none` and `other` belong to a `table`')
    if (table !== undefined && inWords) add('`active`, `cleared`, `otherwise` and `pulse` do not go with a `table`')
    if (each.cel !== undefined && inWords) add('a `cel` gives true, false, or a state; no lists of values with it')
  })

const healthSource = z
  .strictObject({ ...numbers, ...words })
  .superRefine((each, issues) => needsOne(each, ['path', 'cel'], issues))
/** A text alone is a path. */
const health = z
  .union([path, healthSource])
  .transform((from): z.output<typeof healthSource> => (typeof from === 'string' ? { path: from } : from))

const names = z.record(line(200), line(200))

/** What a site knows of a family's messages; the family's own words. */
const binding = z.strictObject({
  kind: z.union([z.enum(DEVICE_KINDS), z.record(line(100), z.enum(DEVICE_KINDS))]).optional(),
  fields: names.optional(),
  metrics: names.optional(),
  codes: names.optional(),
  timezone: timezone.optional(),
  ct: z.number().positive().optional(),
  pt: z.number().positive().optional(),
  profile: line(100).optional(),
})

const example = z
  .strictObject({
    topic: z.string().min(1).max(256),
    payload: z.unknown().optional(),
    payloadText: z.string().optional(),
    payloadHex: z
      .string()
      .regex(/^([0-9a-fA-F]{2})*$/, 'pairs of hexadecimal digits')
      .optional(),
  })
  .superRefine((each, issues) => {
    needsOne(each, ['payload', 'payloadText', 'payloadHex'], issues)
    if (JSON.stringify(each).length > EXAMPLE_MAX_CHARACTERS) {
      issues.addIssue({ code: 'custom', message: `an example has at most ${EXAMPLE_MAX_CHARACTERS} characters` })
    }
  })
export const mappingExampleSchema = example

export const mappingSchema = z
  .strictObject({
    id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, _ and -, at most 64'),
    /** `null`: all sites. A site's own mapping goes before one for all. */
    site: line(64).nullable().default(null),
    /** An MQTT filter whose single levels may be named: `lifts/{device}/state`. */
    topic: line(256),
    family: line(64).optional(),
    binding: binding.optional(),
    device: z
      .strictObject({
        /** Text with names of levels and paths in braces: `{device}`, `lift-{$.car.no}`. */
        key: line(200).optional(),
        kind: z.enum(DEVICE_KINDS),
        model: line(100).optional(),
        vendor: line(100).optional(),
      })
      .optional(),
    /** `text`: the payload is one value and its path is `$`. */
    payload: z.enum(['json', 'text']).default('json'),
    time: z.strictObject({ path, format: z.enum(['epoch', 'iso', 'local']), timezone: timezone.optional() }).optional(),
    points: z.array(point).max(200).default([]),
    events: z.array(event).max(100).default([]),
    health: z
      .strictObject(Object.fromEntries([...HEALTH_POINTS.keys()].map((name) => [name, health.optional()])))
      .default({}),
    /** Its messages say at least that the device is there, whatever is in them. */
    heartbeat: z.boolean().optional(),
    silenceMs: z
      .int()
      .min(1_000)
      .max(400 * 86_400_000)
      .optional(),
    example: example.optional(),
  })
  .superRefine((mapping, issues) => {
    const { family, device, points, events, health, heartbeat, time } = mapping
    const empty = points.length + events.length + Object.keys(health).length === 0
    const add = (where: string, message: string) => issues.addIssue({ code: 'custom', path: [where], message })
    if (family === undefined) {
      if (mapping.binding !== undefined) add('binding', 'it is for a `family`; name the family')
      if (device === undefined) add('device', 'name the device (`key`, `kind`), or the `family` that decodes the topic')
      if (empty && heartbeat !== true) {
        add('points', 'set at least one of `points`, `events` and `health`, or `heartbeat: true`')
      }
    } else if (device !== undefined || !empty || heartbeat !== undefined || time !== undefined) {
      add('family', 'a family decodes by itself: leave out `device`, `time`, `points`, `events`, `health`, `heartbeat`')
    }
  })

export type MappingInput = z.input<typeof mappingSchema>
export type Mapping = z.output<typeof mappingSchema>
export type MappedPoint = Mapping['points'][number]
export type MappedEvent = Mapping['events'][number]
export type MappedHealth = z.output<typeof health>
export type MappingExample = z.output<typeof example>

/** What does not fit, and where: `points[2].path`. */
export interface MappingFault {
  place: string
  message: string
}

export interface StoredMapping {
  mapping: Mapping
  version: number
  updatedAt: number
  updatedBy: string
}

/** The plain MQTT filter of a mapping's topic: names of levels are `+`, and a leading slash says nothing. */
export function filterOf(topic: string): string {
  return topic
    .replace(/^\/(?=.)/, '')
    .split('/')
    .map((level) => (/^\{.*\}$/.test(level) ? '+' : level))
    .join('/')
}

function isTimezone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
