import { z } from 'zod'
import { DEVICE_KINDS, PRIORITIES, type Rule, type RuleFault } from '../model.ts'
import {
  calendarSchema,
  companionSchema,
  countSchema,
  duration,
  expression,
  measuresSchema,
  pointOrCondition,
  scopeSchema,
  suppressionSchema,
} from './rule-fields.ts'

/** How long a pulse (a button, a radio burst), which never gets a clear, counts as true. */
const PULSE_HOLD_MS = 10 * 60_000
const RULE_CHARACTERS_MAX = 64 * 1024
const TITLE_CHARACTERS_MAX = 200

const delay = duration(0, 7)
const title = z
  .string()
  .min(1, 'a title, not empty')
  .max(TITLE_CHARACTERS_MAX, `at most ${TITLE_CHARACTERS_MAX} characters`)

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
    id: z.string().regex(/^[a-z0-9_.-]{1,64}$/, 'small letters, digits, _, - and ., at most 64'),
    kind: z.enum([...DEVICE_KINDS, 'any']),
    scope: scopeSchema.optional(),
    title: z.strictObject({ zh: title, en: title }),
    priority: z.enum(PRIORITIES),
    category: z.string().regex(/^[a-z0-9_-]{1,32}$/, 'small letters, digits, _ and -, at most 32'),
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
      .min(1, 'at least one, or leave the field out')
      .max(PRIORITIES.length, `at most ${PRIORITIES.length}: each priority once`)
      .optional(),
    measures: measuresSchema.optional(),
    silenceMs: duration(1_000, 400).optional(),
    silenceOf: pointOrCondition.optional(),
    onDelayMs: delay.default(0),
    offDelayMs: delay.default(0),
    count: countSchema.optional(),
    with: companionSchema.optional(),
    calendar: calendarSchema.optional(),
    pulseHoldMs: duration(1_000, 7).default(PULSE_HOLD_MS),
    reAlarmMs: duration(1_000, 400).nullable().default(null),
    acknowledgementExpiresMs: duration(1_000, 400).nullable().default(null),
    latch: z.boolean().default(false),
    suppresses: suppressionSchema.optional(),
    enabled: z.boolean().default(true),
  })
  .refine(({ when, levels, silenceMs }) => (when === undefined && levels === undefined) !== (silenceMs === undefined), {
    path: ['when'],
    message: 'a rule has either `when` or `silenceMs` (or `levels` in place of `when`)',
  })
  .refine(({ when, clear }) => clear === undefined || when !== undefined, {
    path: ['clear'],
    message: '`clear` belongs to `when`; each of `levels` has its own',
  })
  .refine(({ silenceMs, silenceOf }) => silenceOf === undefined || silenceMs !== undefined, {
    path: ['silenceOf'],
    message: '`silenceOf` needs `silenceMs`: for how long it may be silent',
  })
  .refine(({ priority, when, levels = [] }) => isEachOnce([...(when ? [priority] : []), ...levels.map(priorityOf)]), {
    path: ['levels'],
    message: 'each priority once: `when` has `priority`, each of `levels` another',
  })
  .refine((rule) => JSON.stringify(rule).length <= RULE_CHARACTERS_MAX, {
    path: ['scope'],
    message: `a rule has at most ${RULE_CHARACTERS_MAX} characters as JSON; tags name many devices in few words`,
  })

const priorityOf = ({ priority }: { priority: string }) => priority
const isEachOnce = (values: readonly string[]) => new Set(values).size === values.length

export type RuleInput = z.input<typeof ruleSchema>

/** Throws a `ZodError` that names the field and what is allowed there. */
export function parseRule(input: unknown): Rule {
  return withoutAbsent(ruleSchema.parse(input))
}

export type RuleRead = { ok: true; rule: Rule } | { ok: false; errors: readonly RuleFault[] }

/** Its conditions are texts still: `compileRule` reads them. */
export function readRule(input: unknown): RuleRead {
  const parsed = ruleSchema.safeParse(input)
  if (parsed.success) return { ok: true, rule: withoutAbsent(parsed.data) }
  return { ok: false, errors: parsed.error.issues.map(faultOf) }
}

function faultOf(issue: z.core.$ZodIssue): RuleFault {
  const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path]
  const message = issue.code === 'unrecognized_keys' ? 'a rule has no such field' : issue.message
  return { field: paths.map(fieldOf).join(', '), message }
}

/** Where in a rule: `levels[0].when`. */
function fieldOf(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`))
    .join('')
}

/** What JSON would keep: a field that is absent is not there at all. */
function withoutAbsent(rule: z.output<typeof ruleSchema>): Rule {
  return JSON.parse(JSON.stringify(rule)) as Rule
}
