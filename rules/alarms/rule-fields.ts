import { z } from 'zod'
import { CLOCK_TIME } from '../calendar/windows.ts'
import {
  CALENDAR_DAYS,
  DAY_MS,
  DEVICE_KINDS,
  HOUR_MS,
  isConditionCode,
  isCustomPoint,
  SECOND_MS,
  SURROUNDINGS,
} from '../model.ts'
import { celType } from './cel-names.ts'
import { SOURCE_LENGTH_MAX } from './cel-source.ts'

/** The fields of a rule that have fields of their own, with their limits. */

/** Whole milliseconds. */
export function duration(minMs: number, maxDays: number) {
  const maxMs = maxDays * DAY_MS
  const allowed = `whole milliseconds, ${minMs} to ${maxMs} (${maxDays} days)`
  return z.int(allowed).min(minMs, allowed).max(maxMs, allowed)
}

export const expression = z
  .string()
  .min(1, 'a condition in CEL, such as `water.leak`')
  .max(SOURCE_LENGTH_MAX, `at most ${SOURCE_LENGTH_MAX} characters`)

const NAMES_MAX = 500
const idPattern = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, _ and -, at most 64')
const text = z.string().min(1, 'a text, not empty').max(100, 'at most 100 characters')
export const TAG = /^[a-z0-9_-]{1,32}$/
const tag = z.string().regex(TAG, 'small letters, digits, _ and -, at most 32')

const anyOf = <T extends z.ZodType>(each: T) =>
  z.array(each).min(1, 'name at least one, or leave the field out').max(NAMES_MAX, `at most ${NAMES_MAX}`).optional()

export const scopeSchema = z.strictObject({
  sites: anyOf(idPattern),
  buildings: anyOf(text),
  zones: anyOf(text),
  models: anyOf(text),
  vendors: anyOf(text),
  families: anyOf(text),
  tags: anyOf(tag),
  devices: anyOf(idPattern),
})

const clockTime = z.string().regex(CLOCK_TIME, 'a local time from 00:00 to 23:59, such as 22:30')
const CALENDAR_MAX = 50

export const calendarSchema = z
  .array(
    z.strictObject({
      days: z.array(z.enum(CALENDAR_DAYS)).min(1, 'name a day, or leave the field out').max(9).optional(),
      from: clockTime,
      to: clockTime,
    }),
  )
  .min(1, 'at least one window, or leave the field out')
  .max(CALENDAR_MAX, `at most ${CALENDAR_MAX} windows`)

const isKnown = (name: string) => isConditionCode(name) || celType(name) !== undefined || isCustomPoint(name)
export const pointOrCondition = z.string().refine(isKnown, 'the name of a point or condition, such as voltage.l1')

const isNumber = (name: string) => celType(name) === 'double' || (celType(name) === undefined && isCustomPoint(name))
const numberPoint = z.string().refine(isNumber, 'the name of a point that is a number, such as power.active').optional()

const OF_ONE_POINT = ['rate', 'trend', 'average', 'minimum', 'maximum'] as const
const MEASURES = [...OF_ONE_POINT, 'consumption', 'unbalance'] as const
const MEASURES_MAX = 8
const OVER_MAX_DAYS = 31
const TREND_LEAST_MS = 3 * HOUR_MS

/** One shape rather than a choice of seven, so that what is wrong with it can be told. */
const measure = z
  .strictObject({
    rate: numberPoint,
    trend: numberPoint,
    average: numberPoint,
    minimum: numberPoint,
    maximum: numberPoint,
    consumption: numberPoint,
    unbalance: z.enum(['voltage', 'current']).optional(),
    overMs: duration(SECOND_MS, OVER_MAX_DAYS).optional(),
    from: clockTime.optional(),
    to: clockTime.optional(),
  })
  .superRefine((each, issues) => {
    const refuse = (message: string, ...path: string[]) => issues.addIssue({ code: 'custom', message, path })
    const given = MEASURES.filter((name) => each[name] !== undefined)
    const [kind] = given
    if (kind === undefined || given.length > 1) return refuse(`set one of ${MEASURES.join(', ')}`)
    const isOver = OF_ONE_POINT.some((name) => name === kind)
    if (isOver !== (each.overMs !== undefined)) {
      refuse(isOver ? `${kind} needs the milliseconds that it spans` : `not with ${kind}`, 'overMs')
    }
    if (kind === 'trend' && (each.overMs ?? TREND_LEAST_MS) < TREND_LEAST_MS) {
      refuse(`a trend needs three hours: ${TREND_LEAST_MS} or more`, 'overMs')
    }
    for (const name of ['from', 'to'] as const) {
      if ((kind === 'consumption') === (each[name] !== undefined)) continue
      refuse(kind === 'consumption' ? 'consumption needs a local time, such as 00:00' : `not with ${kind}`, name)
    }
  })

export const measuresSchema = z
  .record(z.string(), measure)
  .refine((measures) => Object.keys(measures).length <= MEASURES_MAX, `at most ${MEASURES_MAX} measures`)

const COMPANIONS_MAX = 100

export const companionSchema = z.strictObject({
  kind: z.enum(DEVICE_KINDS),
  same: z.enum(SURROUNDINGS),
  when: expression,
  atLeast: z.int().min(1).max(COMPANIONS_MAX, `at most ${COMPANIONS_MAX} devices`).default(1),
  withinMs: duration(SECOND_MS, 1).optional(),
})

const SUPPRESSED_MAX = 50
const SUPPRESSION_HOLD_MS = 60_000
export const rulePattern = z
  .string()
  .regex(
    /^([a-z0-9_.-]{1,64}|[a-z0-9_-]{1,62}\.\*|\*\.[a-z0-9_.-]{1,62})$/,
    'a rule by id, or many: elevator.* or *.offline',
  )

export const suppressionSchema = z.strictObject({
  same: z.enum(SURROUNDINGS),
  rules: z.array(rulePattern).min(1, 'name at least one rule').max(SUPPRESSED_MAX, `at most ${SUPPRESSED_MAX}`),
  holdMs: duration(0, 1).default(SUPPRESSION_HOLD_MS),
})

const COUNT_TIMES_MAX = 100

export const countSchema = z.strictObject({
  times: z.int().min(2, '2 or more').max(COUNT_TIMES_MAX, `at most ${COUNT_TIMES_MAX}`),
  withinMs: duration(SECOND_MS, 31),
})
