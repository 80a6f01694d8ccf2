import { z } from 'zod'
import { isEachOnce, planId, planName, siteIds } from '../plans/fields.ts'

const MEMBERS_MAX = 500

export const crewSchema = z.strictObject({
  id: planId,
  name: planName,
  sites: siteIds,
  members: z
    .array(planId)
    .min(1, 'name at least one responder')
    .max(MEMBERS_MAX, `at most ${MEMBERS_MAX} members`)
    .refine(isEachOnce, 'each member once'),
})
