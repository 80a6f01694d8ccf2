import { fits, isOf, matches } from './matching.ts'
import type {
  Anchor,
  Expectation,
  ExpectedAnswer,
  ExpectedFact,
  Fact,
  FieldValue,
  Scenario,
  Window,
} from './scenario.ts'

/** Whether an expectation was met; where it was not, what happened instead. */
export interface Verdict {
  expectation: Expectation
  met: boolean
  /** In one sentence. */
  happened: string
}

export type AnswerGiven = { ok: true; body: unknown } | { ok: false; why: string }

/** What a run left behind, for its judge. */
export interface RunRecord {
  startsAtMs: number
  facts: readonly Fact[]
  /** When each step with a name happened. */
  steps: ReadonlyMap<string, readonly number[]>
  /** What was answered to each expectation that asks; a refusal is its sentence. */
  answers: ReadonlyMap<ExpectedAnswer, AnswerGiven>
  /** A moment as people at the site read it. */
  spell: (atMs: number) => string
}

/** One verdict an expectation, in their order. */
export function judge({ expect }: Pick<Scenario, 'expect'>, record: RunRecord): Verdict[] {
  return expect.map((expectation) => ({
    expectation,
    ...(expectation.kind === 'fact' ? judgeFact(expectation, record) : judgeAnswer(expectation, record)),
  }))
}

/** A run in which nothing was to happen, or nothing did, has shown nothing. */
export const hasShown = (verdicts: readonly Verdict[]): boolean =>
  verdicts.some(({ met, expectation }) => met && (expectation.kind === 'answer' || expectation.least > 0))

type Judged = Omit<Verdict, 'expectation'>

const met = (happened: string): Judged => ({ met: true, happened })
const missed = (happened: string): Judged => ({ met: false, happened })

function judgeFact(expected: ExpectedFact, record: RunRecord): Judged {
  const found = record.facts.filter((fact) => matches(fact, expected.fact))
  if (expected.every !== null) return judgeEvery(expected, found, record)
  const anchorMs = anchorOf(expected.window?.of ?? { start: true }, record)
  if (typeof anchorMs === 'string') return missed(anchorMs)
  const within = found.filter(({ atMs }) => isWithin(atMs, anchorMs, expected.window))
  if (within.length >= expected.least && within.length <= expected.most) return met(tellTimes(within, record))
  if (within.length > expected.most) return missed(`it came ${tellTimes(within, record)}`)
  const others = found.filter((fact) => !within.includes(fact))
  if (within.length > 0) return missed(`it came only ${tellTimes(within, record)}`)
  if (others.length > 0)
    return missed(`it came ${offBy(others, anchorMs, expected.window)}, ${tellTimes(others, record)}`)
  return missed(`it never came${nearest(expected, record)}`)
}

/** For each of the anchors, which belong to a ticket, an alarm or a device, the facts of the same. */
function judgeEvery(expected: ExpectedFact, found: readonly Fact[], record: RunRecord): Judged {
  const anchors = record.facts.filter((fact) => matches(fact, expected.every!))
  const { about, what } = expected.every!
  if (anchors.length === 0) return missed(`${about} ${what} never came, so nothing was shown`)
  for (const anchor of anchors) {
    const own = found.filter(({ of, atMs }) => of === anchor.of && atMs >= anchor.atMs)
    const within = own.filter(({ atMs }) => isWithin(atMs, anchor.atMs, expected.window))
    if (within.length >= expected.least && within.length <= expected.most) continue
    const which = `for ${about} ${what} at ${record.spell(anchor.atMs)}${aboutWhich(anchor)}`
    if (within.length > expected.most) return missed(`${which} it came ${tellTimes(within, record)}`)
    if (own.length === within.length) return missed(`${which} it never came`)
    return missed(`${which} it came ${offBy(own, anchor.atMs, expected.window)}, ${tellTimes(own, record)}`)
  }
  return met(`so it was for all ${anchors.length}`)
}

const aboutWhich = ({ fields: { number, device } }: Fact): string =>
  [number, device].flatMap((each) => (typeof each === 'string' ? [` (${each})`] : [])).join('')

const isWithin = (atMs: number, anchorMs: number, window: Window | null): boolean =>
  window === null || (atMs >= anchorMs + (window.fromMs ?? -Infinity) && atMs <= anchorMs + (window.toMs ?? Infinity))

/** When it was; in words why there is no such moment. */
function anchorOf(anchor: Anchor, { startsAtMs, steps, facts }: RunRecord): number | string {
  if ('start' in anchor) return startsAtMs
  if ('step' in anchor) return steps.get(anchor.step)?.[0] ?? `the step ${anchor.step} did not happen`
  const { about, what } = anchor.fact
  return facts.find((fact) => matches(fact, anchor.fact))?.atMs ?? `${about} ${what}, from which it counts, never came`
}

const TOLD_MAX = 3

function tellTimes(facts: readonly Fact[], { spell }: RunRecord): string {
  if (facts.length === 0) return 'never'
  const times = facts.slice(0, TOLD_MAX).map(({ atMs }) => spell(atMs))
  const more = facts.length > TOLD_MAX ? ` and ${facts.length - TOLD_MAX} more` : ''
  return `${facts.length === 1 ? 'once' : `${facts.length} times`}: ${times.join(', ')}${more}`
}

/** How far the nearest lies outside the window. */
function offBy(facts: readonly Fact[], anchorMs: number, window: Window | null): string {
  const off = facts.map(({ atMs }) => {
    const early = anchorMs + (window?.fromMs ?? -Infinity) - atMs
    const late = atMs - anchorMs - (window?.toMs ?? Infinity)
    return early > 0 ? -early : late
  })
  const least = off.reduce((best, each) => (Math.abs(each) < Math.abs(best) ? each : best))
  return `${spellSpan(Math.abs(least))} too ${least < 0 ? 'early' : 'late'}`
}

/** What came that differs in a field only: most likely what was meant. */
function nearest({ fact: pattern }: ExpectedFact, { facts, spell }: RunRecord): string {
  const alike = facts.filter((fact) => isOf(fact, pattern))
  if (alike.length === 0) return ''
  const wrong = (fact: Fact) =>
    Object.entries(pattern.where).filter(([name, matcher]) => !fits(fact.fields[name] ?? null, matcher))
  const best = alike.reduce((one, other) => (wrong(other).length < wrong(one).length ? other : one))
  const differs = wrong(best).map(([name]) => `${name} ${JSON.stringify(best.fields[name] ?? null)}`)
  return `; the nearest came at ${spell(best.atMs)} with ${differs.join(' and ')}`
}

function judgeAnswer(expected: ExpectedAnswer, { answers }: RunRecord): Judged {
  const answer = answers.get(expected)
  if (answer === undefined) return missed('it was not asked: the run ended before')
  if (!answer.ok) return missed(answer.why)
  const found = at(answer.body, expected.pointer)
  if (!found.ok) return missed(found.why)
  const value = countable(found.value, expected)
  const told = JSON.stringify(value) ?? 'nothing'
  return (isPlain(value) && fits(value, expected.is) ? met : missed)(`it was ${told.slice(0, 200)}`)
}

const isPlain = (value: unknown): value is FieldValue =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value)

/** A list stands for its length where a number is expected. */
function countable(value: unknown, { is }: ExpectedAnswer): unknown {
  const wantsNumber = typeof is === 'number' || (is !== null && typeof is === 'object' && !('like' in is))
  return Array.isArray(value) && wantsNumber ? value.length : value
}

/** RFC 6901. */
function at(body: unknown, pointer: string): { ok: true; value: unknown } | { ok: false; why: string } {
  let value = body
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) {
      const there = value !== null && typeof value === 'object' ? Object.keys(value).join(', ') : JSON.stringify(value)
      return { ok: false, why: `the answer has no ${pointer}: at ${name} there is ${there}` }
    }
    value = (value as { [name: string]: unknown })[name]
  }
  return { ok: true, value }
}

/** `9 min 12 s`, `2 h 5 min`, `40 ms`. */
export function spellSpan(ms: number): string {
  if (ms < 1_000) return `${ms} ms`
  const seconds = Math.round(ms / 1_000)
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
  if (hours > 0) return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`
  if (minutes > 0) return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`
  return `${rest} s`
}
