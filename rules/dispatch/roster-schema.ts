import { z } from 'zod'
import { DAY_MS, HOUR_MS, MINUTE_MS, type Roster } from '../model.ts'
import { isEachOnce, planId, planName, siteIds, window, words } from '../plans/fields.ts'

const ROTATIONS_MAX = 50
const TURNS_MAX = 100
const CREWS_OF_TURN_MAX = 20
const RESPONDERS_OF_TURN_MAX = 100
const TURN_DAYS_MAX = 366
const HANDOVER_MAX_MS = 4 * HOUR_MS
const HANDOVER_MS = 15 * MINUTE_MS
export const OVERRIDES_MAX = 1_000
const OVERRIDE_MAX_MS = 400 * DAY_MS
const OVERRIDES_KEPT_MS = 400 * DAY_MS

const ids = (max: number) => z.array(planId).max(max, `at most ${max}`).refine(isEachOnce, 'each once').default([])
const moment = z.iso
  .datetime({ offset: true, error: 'a time with its zone, such as 2026-10-01T08:00:00+08:00' })
  .transform((text) => Date.parse(text))
const idsAreOnce = (items: readonly { id: string }[]) => isEachOnce(items.map(({ id }) => id))

const rotation = z.strictObject({
  id: planId,
  name: planName,
  startsOn: z.iso.date('a date, such as 2026-10-01'),
  turnDays: z.int().min(1).max(TURN_DAYS_MAX, `at most ${TURN_DAYS_MAX} days`),
  turns: z
    .array(z.strictObject({ crews: ids(CREWS_OF_TURN_MAX), responders: ids(RESPONDERS_OF_TURN_MAX) }))
    .min(1, 'name at least one turn')
    .max(TURNS_MAX, `at most ${TURNS_MAX} turns`),
  shift: window,
})

const override = z
  .strictObject({
    id: planId,
    from: moment,
    until: moment,
    out: planId.nullable(),
    in: planId.nullable(),
    reason: z.string().trim().max(500, 'at most 500 characters').default(''),
    by: z.string().max(100).default(''),
  })
  .refine(({ from, until }) => from < until && until - from <= OVERRIDE_MAX_MS, {
    path: ['until'],
    message: 'after `from`, and at most 400 days after it',
  })
  .refine((each) => each.out !== each.in, {
    path: ['in'],
    message: 'say who is missing in `out`, who comes in `in`, or both; not the same one twice',
  })

/** A roster (值班表) as a person writes it, times with their zones; what is left out takes these defaults. */
export const rosterSchema = z.strictObject({
  id: planId,
  name: planName,
  sites: siteIds,
  skills: words.default([]),
  rotations: z
    .array(rotation)
    .min(1, 'a roster without a rotation covers nothing; add one')
    .max(ROTATIONS_MAX, `at most ${ROTATIONS_MAX} rotations`)
    .refine(idsAreOnce, 'each rotation has an id of its own'),
  handoverMs: z
    .int()
    .min(0)
    .max(HANDOVER_MAX_MS, `at most ${HANDOVER_MAX_MS} milliseconds (4 hours)`)
    .default(HANDOVER_MS),
  overrides: z
    .array(override)
    .max(OVERRIDES_MAX, `at most ${OVERRIDES_MAX} overrides`)
    .refine(idsAreOnce, 'each override has an id of its own')
    .default([]),
})

/** What is long over is forgotten: its versions still tell of it. */
export function withoutOldOverrides(roster: Roster, now: number): Roster {
  return { ...roster, overrides: roster.overrides.filter(({ until }) => until > now - OVERRIDES_KEPT_MS) }
}
