import { createRoute, z } from '@hono/zod-openapi'
import { ruleSchema } from '../../rules/alarms/rule-schema.ts'
import type { CompiledRule } from '../../rules/alarms/ruleset.ts'
import { silenceAllowedMs } from '../../rules/alarms/silence.ts'
import { AS_OF, type Behind, type ReadingBehind, whatWasBehind } from '../../rules/alarms/why.ts'
import type { Engine } from '../../rules/engine.ts'
import { type Alarm, type ReadMessages, PRIORITIES } from '../../rules/model.ts'
import type { Db } from '../../rules/storage/connect.ts'
import type { DeviceRecord } from '../../rules/world.ts'
import type { Api } from '../app.ts'
import { iso, isoOrNull } from '../iso.ts'
import { alarmId, visibleAlarm } from './alarms.ts'
import { keysOf } from './devices.ts'
import { json, pointValue, problems, time } from './schemas.ts'

const asOf = z.enum(AS_OF).openapi({ description: '`now` where how it was then is not known any more' })

const { levels, measures, count, with: companion, calendar } = ruleSchema.shape

const ruleBehind = z.object({
  id: z.string(),
  titles: z.object({ zh: z.string(), en: z.string() }),
  version: z.int(),
  changedSince: z.boolean().openapi({ description: 'the rule was edited after the alarm was raised' }),
  watches: z.enum(['condition', 'silence']),
  condition: z.string().nullable().openapi({ description: 'CEL; null where all is said in `levels`, or of a silence' }),
  clear: z.string().nullable().openapi({ description: 'CEL; null: it returns when `condition` is no longer true' }),
  ...{ levels, measures, count, with: companion, calendar },
  silence: z
    .object({
      of: z.string().nullable().openapi({ description: 'a point or condition; null: the device as a whole' }),
      allowedMs: z.int().openapi({ description: 'for this device' }),
      heardAt: time.nullable().openapi({ description: 'when it was last heard, by now' }),
    })
    .nullable(),
  onDelayMs: z.int(),
  offDelayMs: z.int(),
  pulseHoldMs: z.int(),
  latch: z.boolean(),
  reAlarmMs: z.int().nullable(),
  enabled: z.boolean(),
})

const whySchema = z
  .object({
    rule: ruleBehind.nullable().openapi({ description: 'null: it was deleted, or can no longer be used' }),
    readings: z.array(
      z.object({
        point: z.string().openapi({ description: 'a point, a field of health, or one of the measures of the rule' }),
        unit: z.string().nullable(),
        value: pointValue.nullable(),
        at: time.nullable(),
        asOf,
        thresholds: z
          .array(
            z.object({
              value: z.number(),
              above: z.boolean().openapi({ description: 'its comparison holds above the value, else below it' }),
              of: z.enum(['raise', 'clear']).openapi({ description: 'of the condition, or of the clear condition' }),
              priority: z.enum(PRIORITIES),
            }),
          )
          .openapi({ description: 'every number that the rule compares it with, also where more must hold beside it' }),
      }),
    ),
    conditions: z.array(
      z.object({
        code: z.string(),
        state: z.enum(['active', 'cleared', 'pulse', 'unknown']),
        since: time.nullable(),
        asOf,
      }),
    ),
  })
  .openapi('AlarmWhy')

const why = createRoute({
  method: 'get',
  path: '/alarms/{id}/why',
  tags: ['alarms'],
  summary: 'Why an alarm fired: its rule, and what the rule read of the device when it was raised',
  request: { params: alarmId },
  responses: { 200: json(whySchema, 'the rule and the values'), ...problems(401, 404) },
})

export function alarmWhyRoutes(api: Api, engine: Engine, reader: Db, readMessages: ReadMessages): void {
  api.openapi(why, async (c) => {
    const alarm = await visibleAlarm(reader, c.get('principal'), c.req.valid('param').id)
    const compiled = engine.world().rules.byId.get(alarm.rule)
    const record = engine.device(alarm.device)
    if (!compiled || !record) return c.json({ rule: null, readings: [], conditions: [] }, 200)
    const deviceKeys = keysOf(engine, record.device)
    const behind = await whatWasBehind({ alarm, compiled, record, deviceKeys, now: engine.now() }, readMessages)
    return c.json({ rule: ruleView(engine, alarm, compiled, record), ...behindView(behind) }, 200)
  })
}

function ruleView(
  engine: Engine,
  { raisedAt }: Alarm & { raisedAt: number },
  { rule }: CompiledRule,
  { device, state }: DeviceRecord,
): z.infer<typeof ruleBehind> {
  const { id, title, when, clear, levels, measures, count, calendar, silenceOf } = rule
  const { onDelayMs, offDelayMs, pulseHoldMs, latch, reAlarmMs, enabled } = rule
  const stored = engine.world().ruleBook.get(id)
  const allowedMs = silenceAllowedMs(rule, device, state)
  const heard = silenceOf === undefined ? null : (state.points.get(silenceOf) ?? state.conditions.get(silenceOf))
  const heardAt = silenceOf === undefined ? state.lastSeenAt : (heard?.heardAt ?? null)
  return {
    id,
    titles: title,
    version: stored?.version ?? 0,
    changedSince: (stored?.updatedAt ?? 0) > raisedAt,
    watches: allowedMs === null ? 'condition' : 'silence',
    condition: when ?? null,
    clear: clear ?? null,
    ...structuredClone({ levels, measures, count, with: rule.with, calendar } as Pick<
      z.output<typeof ruleSchema>,
      'levels' | 'measures' | 'count' | 'with' | 'calendar'
    >),
    silence: allowedMs === null ? null : { of: silenceOf ?? null, allowedMs, heardAt: isoOrNull(heardAt) },
    ...{ onDelayMs, offDelayMs, pulseHoldMs, latch, reAlarmMs, enabled },
  }
}

function behindView({ readings, conditions }: Behind) {
  return {
    readings: readings.map(readingView),
    conditions: conditions.map((each) => ({ ...each, since: isoOrNull(each.since) })),
  }
}

function readingView({ at, thresholds, ...rest }: ReadingBehind) {
  const lines = thresholds.map(({ key: _key, ...line }) => line)
  return { ...rest, at: at === null ? null : iso(at), thresholds: lines }
}
