import { z } from 'zod'
import { duration, rulePattern } from '../alarms/rule-fields.ts'
import { CLOCK_TIME } from '../calendar/windows.ts'
import {
  CALENDARS,
  COMPLETION_NEEDS,
  MILESTONES,
  PARTIES,
  PRIORITIES,
  QUALITY_MEASURES,
  TICKET_KINDS,
  TICKET_ORIGINS,
  TICKET_SIZES,
} from '../model.ts'
import { isEachOnce, planId, SITES_MAX } from '../plans/fields.ts'

const TARGETS_MAX = 50
const NAMED_MAX = 100
/** A commitment is reviewed each year. */
const WITHIN_MAX_DAYS = 366
const PEOPLE_MAX = 1_000
const WARRANTY_MAX_DAYS = 3_660

/** As people write it, without control characters. */
const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'a text, not empty')
    .max(max, `at most ${max} characters`)
    .regex(/^[^\u0000-\u0008\u000b-\u001f\u007f]*$/, 'no control characters')
const someOf = <T extends z.ZodType>(each: T, max = NAMED_MAX) =>
  z.array(each).min(1, 'name at least one, or leave the field out').max(max, `at most ${max}`)
const clockTime = z.string().regex(CLOCK_TIME, 'a local time from 00:00 to 23:59, such as 17:30')
const date = z.iso.date('a day, such as 2027-01-31')
const quote = text(500)
const within = duration(0, WITHIN_MAX_DAYS)

/** Which tickets; also of an escalation policy. */
export const coversSchema = z.strictObject({
  categories: someOf(z.string().regex(/^[a-z0-9_-]{1,32}$/, 'small letters, digits, _ and -, at most 32')).optional(),
  priorities: someOf(z.enum(PRIORITIES)).optional(),
  origins: someOf(z.enum(TICKET_ORIGINS)).optional(),
  kinds: someOf(z.enum(TICKET_KINDS)).optional(),
  sizes: someOf(z.enum(TICKET_SIZES)).optional(),
  problems: someOf(rulePattern).optional(),
  hours: z.enum(['within', 'outside']).optional(),
})

const targetSchema = z.strictObject({
  milestone: z.enum(MILESTONES),
  withinMs: within,
  calendar: z.enum(CALENDARS),
  from: z.enum(['report', 'occurrence', 'appointment']).optional(),
  party: z.enum(PARTIES).optional(),
  covers: coversSchema.optional(),
  earliestMs: duration(0, 1).optional(),
  cutoffs: someOf(z.strictObject({ receivedBy: clockTime, dueAt: clockTime }), 24).optional(),
  otherwise: z.enum(['tell_reason_and_plan', 'write_reason']).optional(),
  quote: quote.optional(),
  note: quote.optional(),
})

const followUpSchema = z.strictObject({
  covers: coversSchema.optional(),
  due: z.union([z.enum(['rain', 'monthly_sample']), z.strictObject({ afterMs: within })]),
  by: text(100).optional(),
  sample: z
    .strictObject({ percent: z.number().gt(0).max(100), atLeast: z.int().min(1).max(1_000, 'at most 1000') })
    .optional(),
  telephoneFirst: z.boolean().optional(),
  ways: someOf(z.enum(['telephone', 'visit', 'online', 'intercom']), 4),
  quote,
})

export const nameSchema = z.strictObject({ zh: text(200), en: text(200) })

/** What is sent and kept of a commitment (服务承诺); `checkCommitment` says whether it makes sense. */
export const commitmentSchema = z.strictObject({
  id: planId.refine((each) => each !== 'presets', 'another id: the address of the presets is called so'),
  name: nameSchema,
  document: text(64).optional(),
  sites: someOf(planId, SITES_MAX)
    .refine(isEachOnce, 'each site once')
    .nullable()
    .default(null)
    .meta({ description: 'null: every site that has none of its own of the same party' }),
  party: z.enum(PARTIES).optional(),
  covers: coversSchema.optional(),
  targets: z
    .array(targetSchema)
    .min(1, 'at least one: a milestone, within which time, by which calendar')
    .max(TARGETS_MAX, `at most ${TARGETS_MAX}`),
  followUps: z.array(followUpSchema).max(TARGETS_MAX, `at most ${TARGETS_MAX}`).optional(),
  quality: z
    .array(z.strictObject({ measure: z.enum(QUALITY_MEASURES), percent: z.number().min(0).max(100), quote }))
    .max(QUALITY_MEASURES.length, `at most ${QUALITY_MEASURES.length}: each measure once`)
    .refine((targets) => isEachOnce(targets.map(({ measure }) => measure)), 'each measure once')
    .optional(),
  callIn: z
    .strictObject({
      people: z.int().min(1).max(PEOPLE_MAX, `at most ${PEOPLE_MAX} people`),
      withinMs: duration(60_000, 1),
      quote: quote.optional(),
    })
    .optional(),
  staysUntilHandled: z.strictObject({ quote }).optional(),
  serviceHours: z.strictObject({ from: clockTime, to: clockTime }).optional(),
  approval: z.strictObject({ covers: coversSchema.optional(), quote: quote.optional() }).optional(),
  acceptance: z
    .strictObject({
      signers: someOf(z.enum(['customer', 'responder']), 2).refine(isEachOnce, 'each once'),
      instead: z.enum(['superior']).optional(),
      quote: quote.optional(),
    })
    .optional(),
  completion: z
    .strictObject({
      needs: someOf(z.enum(COMPLETION_NEEDS), COMPLETION_NEEDS.length).refine(isEachOnce, 'each once'),
      quote: quote.optional(),
    })
    .optional(),
  warranty: z
    .strictObject({ withinMs: duration(0, WARRANTY_MAX_DAYS), quote: quote.optional(), note: quote.optional() })
    .optional(),
  surveys: z
    .strictObject({
      everyMonths: z.int().min(1).max(24, 'at most 24').optional(),
      afterCompletion: z.boolean().optional(),
      quote: quote.optional(),
      note: quote.optional(),
    })
    .optional(),
  validFrom: date.optional(),
  validUntil: date.optional(),
})
