import { createRoute, z } from '@hono/zod-openapi'
import type { Clock } from '../../rules/clock.ts'
import { DEVICE_KINDS, type Decoded, type DecodeExample, type ExampleMessage, Refusal } from '../../rules/model.ts'
import type { Api } from '../app.ts'
import { body, json, problems } from './schemas.ts'

const PRECEDING_MAX = 100
const SHORT = 200

const message = {
  topic: z.string().min(1).max(1024),
  payload: z.unknown().optional().openapi({ description: 'the payload where it is JSON' }),
  payloadText: z.string().optional(),
  payloadHex: z
    .string()
    .regex(/^([0-9a-fA-F]{2})*$/, 'pairs of hexadecimal digits')
    .optional(),
  qos: z.int().min(0).max(2).optional(),
  retain: z.boolean().optional(),
  dup: z.boolean().optional(),
}

const table = z.record(z.string().max(SHORT), z.string().max(SHORT))

export const bindingSchema = z
  .object({
    family: z.string().max(64).optional(),
    kind: z.union([z.enum(DEVICE_KINDS), z.record(z.string(), z.enum(DEVICE_KINDS))]).optional(),
    fields: table.optional(),
    metrics: table.optional(),
    codes: table.optional(),
    timezone: z.string().max(64).optional(),
    ct: z.number().positive().optional(),
    pt: z.number().positive().optional(),
    profile: z.string().max(SHORT).optional(),
  })
  .openapi('Binding')

const valueSchema = z.object({
  name: z.string(),
  value: z.union([z.number(), z.boolean(), z.string()]),
  unit: z.string().nullable(),
})
const conditionSchema = z.object({
  code: z.string(),
  state: z.enum(['active', 'cleared', 'pulse', 'unknown']),
  native: z.unknown().optional(),
  detail: z.record(z.string(), z.unknown()).optional(),
})

export const decodedSchema = z
  .object({
    disposition: z.enum(['accept', 'duplicate', 'stale', 'ignore', 'reject', 'needs_context']),
    reason: z.string().optional(),
    detail: z.string().optional(),
    device: z
      .object({
        key: z.string(),
        kind: z.enum(DEVICE_KINDS),
        vendor: z.string().optional(),
        model: z.string().optional(),
      })
      .nullable(),
    time: z.object({ device: z.string().nullable(), basis: z.string(), raw: z.unknown().optional() }),
    seq: z.object({ type: z.string(), value: z.number() }).nullable(),
    historical: z.boolean(),
    measurements: z.array(valueSchema),
    conditions: z.array(conditionSchema),
    health: z.record(z.string(), z.union([z.number(), z.boolean()])),
    simulated: z.boolean(),
    readings: z.array(
      z.object({
        time: z.string().nullable(),
        historical: z.boolean(),
        measurements: z.array(valueSchema),
        conditions: z.array(conditionSchema),
      }),
    ),
    warnings: z.array(z.string()),
    others: z.array(z.unknown()).optional().openapi({ description: 'what other devices say in the same message' }),
  })
  .openapi('Decoded')

const decode = createRoute({
  method: 'post',
  path: '/decode',
  tags: ['devices'],
  summary: 'What a message says, without storing anything; 200 for one that cannot be used, too',
  request: {
    body: body(
      z.object({
        ...message,
        preceding: z
          .array(z.object({ ...message, receivedOffsetMs: z.number().optional() }))
          .max(PRECEDING_MAX)
          .default([]),
        binding: bindingSchema.optional(),
      }),
    ),
  },
  responses: { 200: json(decodedSchema, 'what it says'), ...problems(400, 401, 422) },
})

export function decodeRoutes(api: Api, clock: Clock, decodeExample: DecodeExample): void {
  api.openapi(decode, (c) => {
    const { preceding, binding = {}, ...asked } = c.req.valid('json')
    const earlier = preceding.map((each) => ({ ...exampleOf(each), receivedOffsetMs: each.receivedOffsetMs }))
    const example = { message: exampleOf(asked), preceding: earlier, binding, receivedAt: clock.now() }
    return c.json(decodedView(decodeExample(example)), 200)
  })
}

interface Asked {
  topic: string
  payload?: unknown
  payloadText?: string | undefined
  payloadHex?: string | undefined
  retain?: boolean | undefined
}

/** A message as it was pasted: its payload is JSON, or text, or bytes as hexadecimal digits. */
export function exampleOf(asked: Asked): ExampleMessage {
  const { topic, payload, payloadText, payloadHex, retain = false } = asked
  const given = [payload, payloadText, payloadHex].filter((each) => each !== undefined)
  if (given.length !== 1) {
    throw new Refusal('invalid', 'send one of `payload` (JSON), `payloadText` or `payloadHex`')
  }
  const bytes =
    payloadHex === undefined ? Buffer.from(payloadText ?? JSON.stringify(payload)) : Buffer.from(payloadHex, 'hex')
  return { topic, payload: bytes, retain }
}

const iso = (ms: number | null) => (ms === null || Math.abs(ms) > 8.64e15 ? null : new Date(ms).toISOString())

export function decodedView(decoded: Decoded): z.infer<typeof decodedSchema> {
  const { others, unreachable: _unreachable, requests: _requests, reply: _reply, ...said } = decoded
  return {
    ...said,
    health: { ...said.health },
    time: { ...said.time, device: iso(said.time.device) },
    readings: said.readings.map((row) => ({ ...row, time: iso(row.time) })),
    ...(others === undefined ? {} : { others: others.map(decodedView) }),
  }
}
