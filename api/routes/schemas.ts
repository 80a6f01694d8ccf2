import { z } from '@hono/zod-openapi'
import {
  ALARM_STATES,
  MUTE_KINDS,
  CLOCK_STATES,
  CONTROL_STATES,
  DEVICE_KINDS,
  MILESTONES,
  PARTIES,
  PRIORITIES,
  REFUSAL_REASONS,
  REJECTION_REASONS,
  TICKET_ACTIONS,
  TICKET_KINDS,
  TICKET_ORIGINS,
  TICKET_SIZES,
  TICKET_STATES,
} from '../../rules/model.ts'

/** What the API shows and takes: one text for validation, types and OpenAPI. */

export const time = z.iso.datetime().openapi({ example: '2026-11-23T02:00:00.000Z' })
/** As a person writes it, in his own zone too. */
export const timeWithZone = z.iso.datetime({ offset: true }).openapi({ example: '2026-11-23T10:00:00+08:00' })
export const idPattern = /^[A-Za-z0-9_-]{1,64}$/
export const id = z.string().regex(idPattern, 'letters, digits, _ and -, at most 64')
export const telephone = z.string().regex(/^[+0-9 ()-]{3,30}$/, 'digits, spaces, +, - and brackets, 3 to 30')
/** One line of text as people write it: no control characters. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^[^\u0000-\u0008\u000b-\u001f\u007f]*$/, 'no control characters')

/** Of a ticket: one of the house's, or what a site adds. */
export const category = z.string().regex(/^[a-z0-9_-]{1,32}$/, 'small letters, digits, _ and -, at most 32')
export const problemCodes = z
  .array(z.string().regex(/^[a-z0-9_.-]{1,64}$/, 'small letters, digits, _, - and ., at most 64'))
  .max(10, 'at most 10')
  .default([])
  .openapi({ description: 'what is wrong, in words that commitments and ladders name: water.burst' })

export const LIMIT_MAX = 500

export const page = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .default(100)
    .transform((limit) => Math.min(limit, LIMIT_MAX))
    .openapi({ type: 'integer', description: `1 to ${LIMIT_MAX}; more is cut to ${LIMIT_MAX}` }),
  cursor: z.string().max(100).optional(),
}

/** One or more of these, separated by commas. */
export const oneOrMore = <T extends readonly [string, ...string[]]>(values: T) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(values)))
    .optional()
    .openapi({ type: 'string', description: `one or more, separated by commas: ${values.join(', ')}` })

/** A page of what was found, which is asked for with one more than `limit`: that tells whether there is a next one. */
export function pageOf<T, V>(found: readonly T[], limit: number, view: (item: T) => V, cursorOf: (item: T) => string) {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items: items.map(view), next: found.length > limit && last !== undefined ? cursorOf(last) : null }
}

export const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() })

const both = z.object({ zh: z.string(), en: z.string() })

/** What is wrong with a field, or odd in it. */
export const faultSchema = z.object({
  field: z.string(),
  message: z.string(),
  position: z.int().optional().openapi({ description: "where in the field's expression, characters from 0" }),
  expected: z.string().optional().openapi({ description: 'what to write there instead' }),
})

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    reason: z.enum(REFUSAL_REASONS).optional().openapi({ description: 'stable; why exactly, where people meet it' }),
    facts: z
      .record(z.string(), z.union([z.string(), z.number(), z.array(z.string())]))
      .optional()
      .openapi({ description: 'what the reason is about: names, codes, amounts in fen, times' }),
    errors: z.array(faultSchema).optional(),
  })
  .openapi('Problem')

export const siteSchema = z
  .object({
    id,
    name: z.string(),
    timezone: z.string(),
    phone: z.string().openapi({ description: 'of its service desk; empty: not told' }),
    publicReports: z.boolean().openapi({ description: 'whether residents may report at /report/{site}' }),
  })
  .openapi('Site')

export const pointValue = z.union([z.number(), z.boolean(), z.string()])

export const deviceSchema = z
  .object({
    id: z.string(),
    site: z.string(),
    kind: z.enum(DEVICE_KINDS),
    name: z.string(),
    location: z.string(),
    building: z.string().nullable(),
    zone: z.string().nullable().openapi({ description: 'devices of one zone belong together' }),
    key: z.string().nullable().openapi({ description: 'what its family calls it; null for one added by hand' }),
    gateway: z.string().nullable().openapi({ description: 'a gateway, or `broker:` and an outside broker' }),
    family: z.string().nullable(),
    vendor: z.string().nullable(),
    model: z.string().nullable(),
    placed: z.boolean().openapi({ description: 'false: discovered, and nobody said yet where it is' }),
    silenceMs: z.int().nullable().openapi({ description: 'silent after; null: what the rule of its kind says' }),
    tags: z.array(z.string()).openapi({ description: 'words of its owner, which rules may name' }),
    points: z.record(z.string(), z.object({ value: pointValue, unit: z.string().nullable(), at: time })),
    conditions: z.record(
      z.string(),
      z.object({ state: z.enum(['active', 'cleared', 'pulse', 'unknown']), since: time }),
    ),
    health: z.record(z.string(), pointValue),
    lastSeenAt: time.nullable(),
    createdAt: time,
    retiredAt: time.nullable(),
  })
  .openapi('Device')

export const gatewaySchema = z
  .object({
    id: z.string(),
    site: z.string(),
    topics: z.array(z.string()),
    devices: z.int().openapi({ description: 'how many were discovered behind it' }),
    createdAt: time,
  })
  .openapi('Gateway')

export const mqttSchema = z.object({
  username: z.string(),
  password: z.string().nullable().openapi({ description: 'shown this once' }),
  clientId: z.string(),
  topic: z.string(),
})

export const clockSchema = z.object({
  id: z.string().openapi({ description: 'unique in its ticket' }),
  milestone: z.enum(MILESTONES),
  party: z.enum(PARTIES),
  dueAt: time,
  notBefore: time.nullable().openapi({ description: 'of an appointment: earlier is too early' }),
  metAt: time.nullable(),
  state: z.enum(CLOCK_STATES),
  early: z.boolean(),
})

export const controlSchema = z
  .object({
    id: z.string(),
    device: z.string(),
    site: z.string(),
    command: z.string(),
    args: z.record(z.string(), z.unknown()),
    state: z.enum(CONTROL_STATES).openapi({
      description: '`sent` is the open one; `refused`: a rule asked for it, and there is no way to send it',
    }),
    attempts: z.int().openapi({ description: 'times sent' }),
    createdAt: time,
    sentAt: time.nullable().openapi({ description: 'when it was last sent' }),
    expiresAt: time,
    settledAt: time.nullable(),
    reply: z.string().nullable().openapi({
      description: 'what the device answered, or why it ended otherwise; null when done: its own state shows it',
    }),
    requestedBy: z.string().nullable().openapi({ description: 'null: a rule' }),
    rule: z.string().nullable(),
    alarm: z.string().nullable(),
    ticket: z.string().nullable(),
  })
  .openapi('Command')

export const ticketSchema = z
  .object({
    id: z.string(),
    number: z.string(),
    state: z.enum(TICKET_STATES),
    priority: z.enum(PRIORITIES),
    category: z.string(),
    origin: z.enum(TICKET_ORIGINS),
    kind: z.enum(TICKET_KINDS),
    size: z.enum(TICKET_SIZES).nullable(),
    problems: z.array(z.string()).openapi({ description: 'rules of its alarms, or what was reported' }),
    site: z.string(),
    location: z.string(),
    device: z.string().nullable(),
    deviceName: z.string().nullable(),
    title: z.string(),
    titles: both,
    description: z.string(),
    reporter: z
      .object({ name: z.string().optional(), phone: z.string().optional(), channel: z.string().optional() })
      .nullable(),
    alarms: z.array(z.string()),
    commands: z.array(controlSchema.extend({ deviceName: z.string() })).openapi({
      description: 'what its alarms told devices to do, oldest first; the latest 20',
    }),
    assignee: z.string().nullable().openapi({ description: 'the id of a responder, or another name' }),
    assigneeName: z.string().nullable().openapi({ description: "the responder's name, else as `assignee`" }),
    reworkOf: z.string().nullable(),
    follows: z.string().nullable(),
    drill: z.string().nullable().openapi({ description: 'the drill (演练) that it is of: it counts in no figure' }),
    ageUnknown: z.boolean(),
    signature: z.object({ name: z.string(), at: time }).nullable(),
    cancelAsked: z
      .object({ by: z.string(), at: time, note: z.string(), until: time })
      .nullable()
      .openapi({ description: 'of an emergency: who asked to cancel it, until when a second person may confirm' }),
    occurredAt: time,
    appointmentAt: time.nullable(),
    openedAt: time,
    updatedAt: time,
    closedAt: time.nullable(),
    commitment: z.string().openapi({ description: 'the first of `commitments`' }),
    commitments: z.array(z.string()).openapi({ description: 'what was promised when it opened' }),
    actions: z.array(z.enum(TICKET_ACTIONS)),
    clocks: z.array(clockSchema),
  })
  .openapi('Ticket')

export const historySchema = z.object({
  at: time,
  by: z.string(),
  action: z.string(),
  from: z.enum(TICKET_STATES).nullable(),
  to: z.enum(TICKET_STATES).nullable(),
  note: z.string(),
})

/** As people see an alarm: what is muted is shown as muted. */
export const SHOWN_ALARM_STATES = [...ALARM_STATES, ...MUTE_KINDS] as const

export const drillSchema = z
  .object({
    id: z.string(),
    site: z.string(),
    title: z.string(),
    titles: both,
    by: z.string(),
    startedAt: time,
    endsAt: time.openapi({ description: 'it ends by then at the latest' }),
    endedAt: time.nullable(),
    endedBy: z.string().nullable(),
    state: z.enum(['running', 'ended']),
    devices: z.array(z.string()).nullable(),
    building: z.string().nullable(),
    zone: z.string().nullable(),
    notify: z.object({ responders: z.array(z.string()), channels: z.array(z.string()) }),
    commands: z.boolean().openapi({ description: 'whether rules may tell devices what to do' }),
  })
  .openapi('Drill')

export const alarmSchema = z
  .object({
    id: z.string(),
    rule: z.string(),
    title: z.string(),
    titles: both,
    device: z.string(),
    deviceName: z.string(),
    location: z.string(),
    site: z.string(),
    priority: z.enum(PRIORITIES),
    category: z.string(),
    state: z.enum(SHOWN_ALARM_STATES).openapi({ description: 'how it is muted, else its state as computed' }),
    computed: z.enum(ALARM_STATES),
    muted: z
      .object({
        id: z.string(),
        kind: z.enum(MUTE_KINDS),
        reason: z.string().openapi({ description: 'of a suppressed one the rule of its parent alarm' }),
        reasons: both,
        by: z.string(),
        until: time.nullable(),
        oneShot: z.boolean(),
      })
      .nullable(),
    active: z.boolean(),
    value: pointValue.nullable(),
    raisedAt: time.nullable(),
    acknowledgedAt: time.nullable(),
    acknowledgedBy: z.string().nullable(),
    returnedAt: time.nullable(),
    count: z.int(),
    messages: z.int(),
    ticket: z.string().nullable(),
    drill: z.string().nullable().openapi({ description: 'the drill (演练) that it was raised in' }),
    ageUnknown: z.boolean(),
    latched: z.boolean(),
    levels: z.array(z.object({ priority: z.enum(PRIORITIES), active: z.boolean(), reached: z.boolean() })),
    transitions: z.int().openapi({ description: 'times that its condition changed' }),
    chattering: z.boolean(),
    stale: z.boolean().openapi({ description: 'active for more than 24 hours' }),
  })
  .openapi('Alarm')

export const muteSchema = z
  .object({
    id: z.string(),
    kind: z.enum(MUTE_KINDS),
    site: z.string(),
    building: z.string().nullable(),
    zone: z.string().nullable(),
    device: z.string().nullable(),
    category: z.string().nullable(),
    rules: z.array(z.string()).nullable(),
    gateway: z.string().nullable(),
    state: z.enum(['planned', 'in_force', 'ended']),
    reason: z.string(),
    by: z.string(),
    from: time,
    until: time.nullable().openapi({ description: 'null while the alarm that suppresses stands' }),
    oneShot: z.boolean(),
    alarm: z.string().nullable(),
    muting: z.int().openapi({ description: 'open alarms that it mutes now' }),
    createdAt: time,
    endedAt: time.nullable(),
    endedBy: z.string().nullable(),
  })
  .openapi('Mute')

export const rejectionSchema = z
  .object({
    id: z.string(),
    receivedAt: time,
    site: z.string().nullable(),
    device: z.string().nullable(),
    topic: z.string(),
    reason: z.enum(REJECTION_REASONS),
    detail: z.string(),
    payloadText: z.string().nullable().openapi({ description: 'null where it is not UTF-8' }),
    payloadHex: z.string().nullable(),
    sizeBytes: z.int(),
  })
  .openapi('Rejection')

/** Responses that every route can give beside its own. */
export const problems = (...statuses: (400 | 401 | 403 | 404 | 409 | 412 | 422 | 503)[]) =>
  Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: {
          400: 'unreadable',
          401: 'no login',
          403: 'role',
          404: 'not found',
          409: 'state',
          412: 'changed since',
          422: 'invalid',
          503: 'not at the moment',
        }[status],
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  )

export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

export const body = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { 'application/json': { schema } },
})

export const idempotency = z.object({
  'idempotency-key': z.string().min(1).max(200).optional().openapi({
    description: 'the same key with the same request is done once and answered again, for 24 hours',
  }),
})
