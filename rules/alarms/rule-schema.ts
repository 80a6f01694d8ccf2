import { z } from 'zod'
import { DEVICE_KINDS, PRIORITIES, type Rule } from '../model.ts'

const DAY_MS = 86_400_000
/** How long a pulse (a button, a radio burst), which never gets a clear, counts as true. */
const PULSE_HOLD_MS = 10 * 60_000

/** A rule as a person writes it, in YAML or JSON; what is left out takes these defaults. */
export const ruleSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9_.-]{1,64}$/),
    kind: z.enum(DEVICE_KINDS),
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
    when: z.string().min(1).optional(),
    clear: z.string().min(1).optional(),
    silenceMs: z
      .int()
      .min(1_000)
      .max(400 * DAY_MS)
      .optional(),
    onDelayMs: z
      .int()
      .min(0)
      .max(7 * DAY_MS)
      .default(0),
    offDelayMs: z
      .int()
      .min(0)
      .max(7 * DAY_MS)
      .default(0),
    pulseHoldMs: z
      .int()
      .min(1_000)
      .max(7 * DAY_MS)
      .default(PULSE_HOLD_MS),
    reAlarmMs: z
      .int()
      .min(1_000)
      .max(400 * DAY_MS)
      .nullable()
      .default(null),
    latch: z.boolean().default(false),
  })
  .refine((rule) => (rule.when === undefined) !== (rule.silenceMs === undefined), {
    message: 'a rule has either `when` or `silenceMs`',
  })

export type RuleInput = z.input<typeof ruleSchema>

/** Throws a `ZodError` that names the field and what is allowed there. */
export function parseRule(input: unknown): Rule {
  const { when, clear, silenceMs, command, ...rest } = ruleSchema.parse(input)
  return {
    ...rest,
    ...(command === undefined ? {} : { command }),
    ...(when === undefined ? {} : { when }),
    ...(clear === undefined ? {} : { clear }),
    ...(silenceMs === undefined ? {} : { silenceMs }),
  }
}
