import { z } from 'zod'
import { calendarSchema } from '../alarms/rule-fields.ts'

/** The fields that plans have in common, with their limits. */

export const SITES_MAX = 500

export const planId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, _ and -, at most 64')

/** One line as people write it. */
export const planName = z
  .string()
  .trim()
  .min(1, 'a name, not empty')
  .max(100, 'at most 100 characters')
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'no control characters')

export const siteIds = z
  .array(planId)
  .min(1, 'name at least one site')
  .max(SITES_MAX, `at most ${SITES_MAX} sites`)
  .refine(isEachOnce, 'each site once')

/** A skill or a role: one that is known, or a property's own. */
export const word = z.string().regex(/^[a-z0-9_-]{1,32}$/, 'small letters, digits, _ and -, at most 32')
const WORDS_MAX = 50
export const words = z.array(word).max(WORDS_MAX, `at most ${WORDS_MAX}`).refine(isEachOnce, 'each once')

export function isEachOnce(values: readonly string[]): boolean {
  return new Set(values).size === values.length
}

/** When a shift or quiet hours begin and end, in site time. */
export const window = calendarSchema.element
