import { fits, isOf, matches } from './matching.ts'
import type {
  Anchor,
  Expectation,
  ExpectedAnswer,
  ExpectedFact,
  Fact,
  FieldValue,
  Scenario,
  Titles,
  Window,
} from './scenario.ts'

/** Whether an expectation was met; where it was not, what happened instead. */
export interface Verdict {
  expectation: Expectation
  met: boolean
  /** In one sentence. */
  happened: string
  inChinese: string
}

export type AnswerGiven = { ok: true; body: unknown } | { ok: false; why: Titles }

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

/** A run in which nothing was to happen, or nothing did, has shown nothing, whatever was answered in the end. */
export const hasShown = (verdicts: readonly Verdict[], facts: readonly Fact[]): boolean =>
  facts.length > 0 &&
  verdicts.some(({ met, expectation }) => met && (expectation.kind === 'answer' || expectation.least > 0))

type Judged = Omit<Verdict, 'expectation'>

const met = ({ en, zh }: Titles): Judged => ({ met: true, happened: en, inChinese: zh })
const missed = (said: Titles): Judged => ({ ...met(said), met: false })
const say = (zh: string, en: string): Titles => ({ zh, en })

function judgeFact(expected: ExpectedFact, record: RunRecord): Judged {
  const found = record.facts.filter((fact) => matches(fact, expected.fact))
  if (expected.every !== null) return judgeEvery(expected, found, record)
  const anchorMs = anchorOf(expected.window?.of ?? { start: true }, record)
  if (typeof anchorMs !== 'number') return missed(anchorMs)
  const within = found.filter(({ atMs }) => isWithin(atMs, anchorMs, expected.window))
  const times = tellTimes(within, record)
  if (within.length >= expected.least && within.length <= expected.most) return met(times)
  if (within.length > expected.most) return missed(say(`来了 ${times.zh}`, `it came ${times.en}`))
  const others = found.filter((fact) => !within.includes(fact))
  if (within.length > 0) return missed(say(`只来了 ${times.zh}`, `it came only ${times.en}`))
  if (others.length > 0) return missed(cameOff(others, anchorMs, expected.window, record))
  const near = nearest(expected, record)
  return missed(say(`一直没来${near.zh}`, `it never came${near.en}`))
}

/** For each of the anchors, which belong to a ticket, an alarm or a device, the facts of the same. */
function judgeEvery(expected: ExpectedFact, found: readonly Fact[], record: RunRecord): Judged {
  const anchors = record.facts.filter((fact) => matches(fact, expected.every!))
  const { about, what } = expected.every!
  if (anchors.length === 0) {
    return missed(say(`${about} ${what} 一直没来，什么都没证明`, `${about} ${what} never came, so nothing was shown`))
  }
  for (const anchor of anchors) {
    const own = found.filter(({ of, atMs }) => of === anchor.of && atMs >= anchor.atMs)
    const within = own.filter(({ atMs }) => isWithin(atMs, anchor.atMs, expected.window))
    if (within.length >= expected.least && within.length <= expected.most) continue
    const [at, which] = [record.spell(anchor.atMs), aboutWhich(anchor)]
    const ofThis = ({ zh, en }: Titles) =>
      missed(say(`${at} 的 ${about} ${what}${which}：${zh}`, `for ${about} ${what} at ${at}${which} ${en}`))
    const times = tellTimes(within, record)
    if (within.length > expected.most) return ofThis(say(`来了 ${times.zh}`, `it came ${times.en}`))
    if (own.length === within.length) return ofThis(say('一直没来', 'it never came'))
    return ofThis(cameOff(own, anchor.atMs, expected.window, record))
  }
  return met(say(`${anchors.length} 次都是如此`, `so it was for all ${anchors.length}`))
}

const aboutWhich = ({ fields: { number, device } }: Fact): string =>
  [number, device].flatMap((each) => (typeof each === 'string' ? [` (${each})`] : [])).join('')

const isWithin = (atMs: number, anchorMs: number, window: Window | null): boolean =>
  window === null || (atMs >= anchorMs + (window.fromMs ?? -Infinity) && atMs <= anchorMs + (window.toMs ?? Infinity))

/** When it was; in words why there is no such moment. */
function anchorOf(anchor: Anchor, { startsAtMs, steps, facts }: RunRecord): number | Titles {
  if ('start' in anchor) return startsAtMs
  if ('step' in anchor) {
    return steps.get(anchor.step)?.[0] ?? say(`步骤 ${anchor.step} 没有发生`, `the step ${anchor.step} did not happen`)
  }
  const { about, what } = anchor.fact
  const never = say(`计时起点 ${about} ${what} 一直没来`, `${about} ${what}, from which it counts, never came`)
  return facts.find((fact) => matches(fact, anchor.fact))?.atMs ?? never
}

const TOLD_MAX = 3

function tellTimes(facts: readonly Fact[], { spell }: RunRecord): Titles {
  if (facts.length === 0) return say('没有', 'never')
  const times = facts.slice(0, TOLD_MAX).map(({ atMs }) => spell(atMs))
  const more = facts.length - TOLD_MAX
  const often = facts.length === 1 ? 'once' : `${facts.length} times`
  return say(
    `${facts.length} 次：${times.join('、')}${more > 0 ? `，另有 ${more} 次` : ''}`,
    `${often}: ${times.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  )
}

/** How far the nearest lies outside the window. */
function cameOff(facts: readonly Fact[], anchorMs: number, window: Window | null, record: RunRecord): Titles {
  const off = facts.map(({ atMs }) => {
    const early = anchorMs + (window?.fromMs ?? -Infinity) - atMs
    const late = atMs - anchorMs - (window?.toMs ?? Infinity)
    return early > 0 ? -early : late
  })
  const least = off.reduce((best, each) => (Math.abs(each) < Math.abs(best) ? each : best))
  const [span, times] = [spellSpan(Math.abs(least)), tellTimes(facts, record)]
  const [zh, en] = least < 0 ? ['早', 'early'] : ['晚', 'late']
  return say(`${zh}了 ${span}，${times.zh}`, `it came ${span} too ${en}, ${times.en}`)
}

/** What came that differs in a field only: most likely what was meant. */
function nearest({ fact: pattern }: ExpectedFact, { facts, spell }: RunRecord): Titles {
  const alike = facts.filter((fact) => isOf(fact, pattern))
  if (alike.length === 0) return say('', '')
  const wrong = (fact: Fact) =>
    Object.entries(pattern.where).filter(([name, matcher]) => !fits(fact.fields[name] ?? null, matcher))
  const best = alike.reduce((one, other) => (wrong(other).length < wrong(one).length ? other : one))
  const differs = wrong(best).map(([name]) => `${name} ${JSON.stringify(best.fields[name] ?? null)}`)
  const at = spell(best.atMs)
  return say(`；最接近的在 ${at}，${differs.join('、')}`, `; the nearest came at ${at} with ${differs.join(' and ')}`)
}

function judgeAnswer(expected: ExpectedAnswer, { answers }: RunRecord): Judged {
  const answer = answers.get(expected)
  if (answer === undefined) return missed(say('没有问到：运行提前结束', 'it was not asked: the run ended before'))
  if (!answer.ok) return missed(answer.why)
  const found = at(answer.body, expected.pointer)
  if (!found.ok) return missed(found.why)
  const value = countable(found.value, expected)
  const told = (JSON.stringify(value) ?? 'nothing').slice(0, 200)
  return (isPlain(value) && fits(value, expected.is) ? met : missed)(say(`结果是 ${told}`, `it was ${told}`))
}

const isPlain = (value: unknown): value is FieldValue =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value)

/** A list stands for its length where a number is expected. */
function countable(value: unknown, { is }: ExpectedAnswer): unknown {
  const wantsNumber = typeof is === 'number' || (is !== null && typeof is === 'object' && !('like' in is))
  return Array.isArray(value) && wantsNumber ? value.length : value
}

/** RFC 6901. */
function at(body: unknown, pointer: string): { ok: true; value: unknown } | { ok: false; why: Titles } {
  let value = body
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) {
      const there = value !== null && typeof value === 'object' ? Object.keys(value).join(', ') : JSON.stringify(value)
      const why = say(
        `回答里没有 ${pointer}：${name} 处是 ${there}`,
        `the answer has no ${pointer}: at ${name} there is ${there}`,
      )
      return { ok: false, why }
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
