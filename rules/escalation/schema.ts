import { z } from 'zod'
import { coversSchema } from '../commitments/schema.ts'
import { DAY_MS, HOUR_MS, MILESTONES, MINUTE_MS, PARTIES } from '../model.ts'
import { planId, SITES_MAX } from '../plans/fields.ts'

const AFTER_MAX_MS = 7 * DAY_MS
const STEPS_MAX = 30
const WHOM_MAX = 20
const CHANNELS_MAX = 10
const RANK_MAX = 10_000

const text = z.string().trim().min(1, 'a text, not empty').max(200, 'at most 200 characters')
const word = z.string().regex(/^[a-z0-9_.*-]{1,64}$/, 'small letters, digits, _, - and ., at most 64')
const both = z.strictObject({ zh: text, en: text })

const ONE_OF = 'one of {onDuty: assigned | next}, {role}, {responder}, {crew}'
const whom = z.union(
  [
    z.strictObject({ onDuty: z.enum(['assigned', 'next']) }),
    z.strictObject({ role: word }),
    z.strictObject({ responder: planId }),
    z.strictObject({ crew: planId }),
  ],
  ONE_OF,
)

const milliseconds = (min: number, max: number) => {
  const allowed = `whole milliseconds, ${min} to ${max}`
  return z.int(allowed).min(min, allowed).max(max, allowed)
}

const step = z.strictObject({
  name: both,
  afterMs: milliseconds(0, AFTER_MAX_MS).describe('after the ticket opened, or became what the policy covers'),
  unless: z.enum(MILESTONES).nullable().describe('stops the step; null: only the end of the ticket does'),
  unlessParty: z.enum(PARTIES).optional(),
  whom: z.array(whom).min(1, 'say who is called').max(WHOM_MAX, `at most ${WHOM_MAX}`),
  channels: z.array(planId).min(1, 'name a channel, or leave the field out').max(CHANNELS_MAX).optional(),
  everyMs: milliseconds(MINUTE_MS, 24 * HOUR_MS)
    .optional()
    .describe('again and again until somebody reacts'),
  passesOn: z.boolean().optional().describe('gives the job to the next on duty'),
  note: z.string().max(1_000, 'at most 1000 characters').optional(),
})

/** An escalation policy (升级策略) as a person writes it, in YAML or JSON. */
export const escalationSchema = z.strictObject({
  id: planId,
  name: both,
  sites: z.array(planId).min(1, 'name a site, or null for every site').max(SITES_MAX).nullable(),
  covers: coversSchema,
  rank: z.int().min(0).max(RANK_MAX, `0 to ${RANK_MAX}; the lowest is taken`),
  steps: z.array(step).min(1, 'at least one step').max(STEPS_MAX, `at most ${STEPS_MAX} steps`),
  fallback: z.array(whom).max(WHOM_MAX, `at most ${WHOM_MAX}`).describe('called where a step reaches nobody'),
})
