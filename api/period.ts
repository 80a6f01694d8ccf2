import { DAY_MS, Refusal } from '../rules/model.ts'
import type { Period } from '../rules/reports/load.ts'

const PERIOD_MS = 7 * DAY_MS
export const PERIOD_MAX_DAYS = 400

/**
 * The 7 days before `to`, or before now, where nothing else is said. Throws `Refusal` for one that ends before it
 * begins, has not begun, or is too long.
 */
export function periodOf(from: string | undefined, to: string | undefined, now: number): Period {
  const asked = to === undefined ? now : Date.parse(to)
  const period = { from: from === undefined ? asked - PERIOD_MS : Date.parse(from), to: Math.min(asked, now) }
  if (period.from >= asked) throw new Refusal('invalid', '`from` must be before `to`')
  if (period.from >= now) throw new Refusal('invalid', '`from` must be in the past')
  if (period.to - period.from > PERIOD_MAX_DAYS * DAY_MS) {
    throw new Refusal('invalid', `at most ${PERIOD_MAX_DAYS} days; move \`from\` or \`to\``)
  }
  return period
}
