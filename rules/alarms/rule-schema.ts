import { z } from 'zod'
import { DEVICE_KINDS, PRIORITIES, type Rule } from '../model.ts'

const DAY_MS = 86_400_000
/** How long a pulse (a button, a radio burst), which never gets a clear, counts as true. */
const PULSE_HOLD_MS = 10 * 60_000
const COUNT_TIMES_MAX = 100

const duration = (minMs: number, maxDays: number) =>
  z
    .int()
    .min(minMs)
    .max(maxDays * DAY_MS)
const delay = duration(0, 7)
const expression = z.string().min(1)

const level = z.strictObject({
  priority: z.enum(PRIORITIES),
  when: expression,
  clear: expression.optional(),
  onDelayMs: delay.optional(),
  opensTicket: z.boolean().optional(),
})

/** A rule as a person writes it, in YAML or JSON; what is left out takes these defaults. */
export const ruleSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9_.-]{1,64}$/),
    kind: z.enum([...DEVICE_KINDS, 'any']),
    title: z.strictObject({ zh: z.string().min(1).max(200), en: z.string().min(1).max(200) }),
    priority: z.enum(PRIORITIES),
    category: z.string().regex(/^[a-z0-9_-]{1,32}$/),
    opensTicket: z.boolean().default(false),
    command: z
      .strictObject({
        kind: z.enum(['valve']).default('valve'),
        name: z.enum(['close']).default('close'),
        scope: z.enum(['zone']).default('zone'),
      })
      .optional(),
    when: expression.optional(),
    clear: expression.optional(),
    levels: z
      .array(level)
      .min(1)
      .max(PRIORITIES.length - 1)
      .optional(),
    silenceMs: duration(1_000, 400).optional(),
    onDelayMs: delay.default(0),
    offDelayMs: delay.default(0),
    count: z.strictObject({ times: z.int().min(2).max(COUNT_TIMES_MAX), withinMs: duration(1_000, 31) }).optional(),
    pulseHoldMs: duration(1_000, 7).default(PULSE_HOLD_MS),
    reAlarmMs: duration(1_000, 400).nullable().default(null),
    acknowledgementExpiresMs: duration(1_000, 400).nullable().default(null),
    latch: z.boolean().default(false),
    enabled: z.boolean().default(true),
  })
  .refine(({ when, levels, silenceMs }) => (when === undefined && levels === undefined) !== (silenceMs === undefined), {
    message: 'a rule has either `when` or `silenceMs` (or `levels` in place of `when`)',
  })
  .refine(({ when, clear }) => clear === undefined || when !== undefined, {
    path: ['clear'],
    message: '`clear` belongs to `when`; each of `levels` has its own',
  })
  .refine(({ priority, when, levels = [] }) => isEachOnce([...(when ? [priority] : []), ...levels.map(priorityOf)]), {
    path: ['levels'],
    message: 'each priority once: `when` has `priority`, each of `levels` another',
  })

const priorityOf = ({ priority }: { priority: string }) => priority
const isEachOnce = (values: readonly string[]) => new Set(values).size === values.length

export type RuleInput = z.input<typeof ruleSchema>

/** Throws a `ZodError` that names the field and what is allowed there. */
export function parseRule(input: unknown): Rule {
  return withoutAbsent(ruleSchema.parse(input)) as Rule
}

/** What JSON would keep: a field that is absent is not there at all. */
function withoutAbsent(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
