import { z } from 'zod'
import { SECOND_MS } from '../../rules/model.ts'
import type { Range } from '../scenario.ts'
import { meant } from './faults.ts'
import {
  DURATION_PATTERN,
  durationMs,
  MOMENT_PATTERN,
  notADuration,
  notAMoment,
  notATimeOfDay,
  RANGE_PATTERN,
  SHIFT_PATTERN,
  SIGNED_DURATION_PATTERN,
  START_PATTERN,
} from './times.ts'

/** The smallest things that scenarios are written in, each with the sentence for what is none. */

type Say = (input: unknown) => string
interface Issue {
  input?: unknown
}

/** What is missing is said by whoever asked for it. */
const saying =
  (say: Say) =>
  ({ input }: Issue) =>
    input === undefined ? undefined : say(input)

const quoted = (input: unknown): string => (typeof input === 'object' ? 'this' : JSON.stringify(input))

const matching = (pattern: RegExp, say: Say) =>
  z.string({ error: saying(say) }).regex(pattern, { error: ({ input }) => say(input) })

/** `90s`, `1h30m`: milliseconds. */
export const duration = matching(DURATION_PATTERN, notADuration).transform(durationMs)

/** Intervals are told in whole seconds. */
export const interval = duration.refine((ms) => ms >= SECOND_MS, 'nothing reports more than once a second; write 1s')

export const signedDuration = matching(SIGNED_DURATION_PATTERN, notADuration).transform(durationMs)

/** `20s..60s`, or `30s` for exactly that. */
export const range = matching(RANGE_PATTERN, (input) =>
  typeof input === 'string' && input.includes('..')
    ? `"${input}" is no range of time; write it as 20s..60s`
    : notADuration(input),
)
  .transform((text): Range => {
    const [from = '', to = from] = text.split('..')
    return [durationMs(from), durationMs(to)]
  })
  .refine(([from, to]) => from <= to, { error: 'the range ends before it begins; write the shorter time first' })

const SHARE_PATTERN = /^(?:100|\d{1,2})(?:\.\d+)?%$/
const notAShare: Say = (input) => {
  const asked = typeof input === 'number' && input > 1 && input <= 100 ? `did you mean ${input}%?` : null
  return `${quoted(input)} is no share; ${asked ?? 'write it from 0% to 100%, or from 0 to 1'}`
}

/** `5%` or `0.05`. */
export const share = z
  .union(
    [
      z
        .number()
        .min(0, { error: saying(notAShare) })
        .max(1, { error: saying(notAShare) }),
      z
        .string()
        .regex(SHARE_PATTERN, { error: saying(notAShare) })
        .transform((text) => Number.parseFloat(text) / 100),
    ],
    { error: saying(notAShare) },
  )
  .refine((value) => value <= 1, { error: 'a share is at most 100%' })

export const moment = matching(MOMENT_PATTERN, notAMoment)
export const start = matching(START_PATTERN, (input) => {
  const [, time] = /^\d{4}-\d{2}-\d{2} (.+)$/.exec(String(input)) ?? []
  return time === undefined
    ? `${quoted(input)} is no date and time; write it as 2026-11-24 02:50, local time at the site`
    : notATimeOfDay(time)
})
export const timeOfShift = matching(SHIFT_PATTERN, notATimeOfDay)

export const text = z.string({
  error: saying((input) =>
    typeof input === 'object' ? 'a text belongs here' : `a text belongs here; put quotes around ${quoted(input)}`,
  ),
})

const ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/
/** What the service takes as an id. */
export const id = matching(
  ID_PATTERN,
  (input) => `${quoted(input)} is no id; an id has letters, digits, _ and -, at most 64, and no number alone`,
)

export const number = z.number({ error: saying((input) => `${quoted(input)} is no number`) })
export const whole = number.int({ error: saying((input) => `${quoted(input)} is no whole number`) })
export const count = whole.min(0, { error: saying((input) => `${quoted(input)} is less than nothing`) })
export const flag = z.boolean({ error: saying((input) => `${quoted(input)} is neither true nor false`) })

export const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, {
    error: saying((input) =>
      typeof input === 'object'
        ? `write one of: ${words.join(', ')}`
        : `${quoted(input)} is unknown here; ${meant(quoted(input).replaceAll('"', ''), words)}`,
    ),
  })

/** A word that says something by being there. */
export const only = <const Word extends string | true>(word: Word) =>
  z.literal(word, { error: saying((input) => `${quoted(input)} is unknown here; write ${String(word)}`) })

/** A map that has no other keys; an unknown one is told with the one that was probably meant. */
export const map = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, shape)).join('\n')
      return issue.input === undefined ? undefined : `a map belongs here, with keys such as ${Object.keys(shape)[0]}`
    },
  })

const unknownKey = (key: string, shape: object) => `"${key}" is unknown here; ${meant(key, Object.keys(shape))}`

export const list = <Item extends z.ZodType>(item: Item) =>
  z.array(item, { error: saying(() => 'a list belongs here: [one, another]') })

/** Anything of the same kind, by names that are free. */
export const mapOf = <Value extends z.ZodType>(value: Value) =>
  z.record(z.string(), value, { error: saying(() => 'a map belongs here') })
