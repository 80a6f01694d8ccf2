import type { Priority } from '../model.ts'

/** A figure beside its usual target. `ok` is `null` where there is too little for the target to be met or missed. */
export interface Figure {
  value: number
  target: number
  /** How the value must stand to the target. */
  limit: Limit
  ok: boolean | null
}

export type Limit = 'at_most' | 'below' | 'at_least'
export type Target = Pick<Figure, 'target' | 'limit'>

const atMost = (target: number): Target => ({ target, limit: 'at_most' })
const below = (target: number): Target => ({ target, limit: 'below' })
const atLeast = (target: number): Target => ({ target, limit: 'at_least' })

/**
 * What one operator can follow: ANSI/ISA-18.2-2016, clause 16 (IEC 62682 has the same table), and EEMUA 191, for at
 * least 30 days of alarms as they were presented. Shares are of 1.
 */
export const ALARM_TARGETS = {
  /** Very likely to be acceptable: about one in ten minutes. */
  averagePer10Min: atMost(1),
  /** Very likely to be acceptable: about 150 a day. */
  perDay: atMost(150),
  peakPer10Min: atMost(10),
  shareInFlood: below(0.01),
  topTenShare: atMost(0.05),
  chattering: atMost(0),
  /** Fewer than five on any day. */
  stale: below(5),
} satisfies Record<string, Target>

/** The most that one operator can manage (ISA-18.2: about 300 a day). */
export const MANAGEABLE_PER_DAY = 300

/**
 * ISA-18.2 for four priorities: low about 80 %, medium about 15 %, high about 5 %, the highest, here critical, less
 * than 1 %; that one per cent is taken from low. Fewer urgent ones than that are no fault.
 */
export const PRIORITY_TARGETS: Record<Priority, Target> = {
  critical: below(0.01),
  high: atMost(0.05),
  medium: atMost(0.15),
  low: atLeast(0.79),
}

/** Among fewer alarms, ten devices cannot have as little as a twentieth, nor the urgent ones a hundredth. */
export const TOP_TEN_ALARMS_MIN = 200
export const PRIORITY_ALARMS_MIN = 100

export const figure = (value: number, { target, limit }: Target, judged = true): Figure => ({
  value,
  target,
  limit,
  ok: judged ? meets(value, target, limit) : null,
})

function meets(value: number, target: number, limit: Limit): boolean {
  if (limit === 'at_least') return value >= target
  return limit === 'below' ? value < target : value <= target
}
