import { describe, expect, it } from 'vitest'
import { hasShown, judge, type RunRecord, spellSpan } from '../../simulators/judge.ts'
import type { ExpectedAnswer, ExpectedFact, Fact, FactAbout } from '../../simulators/scenario.ts'

const START = 1_000_000
const place = { file: 'x.yaml', line: 1, column: 1 }

const came = (about: FactAbout, what: string, atMs: number, fields: Fact['fields'] = {}, of = 't1'): Fact => ({
  ...{ atMs: START + atMs, about, what, of, fields },
})
const expected = (rest: Partial<ExpectedFact> = {}): ExpectedFact => ({
  ...{ kind: 'fact', fact: { about: 'ticket', what: 'on_site', where: {} }, every: null, least: 1, most: Infinity },
  ...{ window: null, text: 'as written', place },
  ...rest,
})
const within = (
  toMs: number | null,
  fromMs: number | null = 0,
  of: NonNullable<ExpectedFact['window']>['of'] = { start: true },
) => ({
  window: { fromMs, toMs, of },
})
function verdict(expectation: ExpectedFact | ExpectedAnswer, facts: Fact[], more: Partial<RunRecord> = {}) {
  const steps = new Map([['leak', [START + 5_000]]])
  const spell = (atMs: number) => `+${atMs - START}`
  const record = { startsAtMs: START, facts, steps, answers: new Map(), spell, ...more }
  return judge({ expect: [expectation] }, record)[0]!
}

describe('a fact that is expected', () => {
  const arrival = came('ticket', 'on_site', 600_000)

  it('is met when it came, as often as it was to', () => {
    expect(verdict(expected(), [arrival])).toMatchObject({
      ...{ met: true, happened: 'once: +600000', inChinese: '1 次：+600000' },
    })
    expect(verdict(expected(), [])).toMatchObject({ met: false, happened: 'it never came' })
    expect(verdict(expected({ least: 2 }), [arrival])).toMatchObject({
      met: false,
      happened: 'it came only once: +600000',
      inChinese: '只来了 1 次：+600000',
    })
    expect(verdict(expected({ most: 1 }), [arrival, arrival])).toMatchObject({ met: false })
    const never = expected({ least: 0, most: 0 })
    expect(verdict(never, [])).toMatchObject({ met: true, happened: 'never' })
    expect(verdict(never, [arrival])).toMatchObject({ met: false, happened: 'it came once: +600000' })
  })

  it('counts at both limits of its time, and not a millisecond beyond', () => {
    expect(verdict(expected(within(600_000)), [arrival]).met).toBe(true)
    expect(verdict(expected(within(599_999)), [arrival])).toMatchObject({
      met: false,
      happened: 'it came 1 ms too late, once: +600000',
      inChinese: '晚了 1 ms，1 次：+600000',
    })
    expect(verdict(expected(within(null, 600_000)), [arrival]).met).toBe(true)
    expect(verdict(expected(within(null, 601_000)), [arrival]).happened).toBe('it came 1 s too early, once: +600000')
  })

  it('counts from a step or from another fact, and says where there is none', () => {
    const step = (toMs: number, name = 'leak') => expected(within(toMs, 0, { step: name }))
    expect(verdict(step(595_000), [arrival]).met).toBe(true)
    expect(verdict(step(594_999), [arrival]).met).toBe(false)
    expect(verdict(step(1, 'other'), [arrival]).happened).toBe('the step other did not happen')
    const of = { fact: { about: 'ticket', what: 'opened', where: {} } } as const
    const opened = came('ticket', 'opened', 100_000)
    expect(verdict(expected(within(500_000, 0, of)), [opened, arrival]).met).toBe(true)
    expect(verdict(expected(within(500_000, 0, of)), [arrival]).happened).toBe(
      'ticket opened, from which it counts, never came',
    )
  })

  it('names what differs in the nearest one', () => {
    const fact = { about: 'ticket', what: 'on_site', where: { device: 'leak-1', category: 'water_leak' } } as const
    const other = came('ticket', 'on_site', 1_000, { device: 'leak-2', category: 'water_leak' })
    expect(verdict(expected({ fact }), [other]).happened).toBe(
      'it never came; the nearest came at +1000 with device "leak-2"',
    )
  })

  it('for every ticket is held to that ticket, from its own time', () => {
    const every = { about: 'ticket', what: 'opened', where: {} } as const
    const facts = [
      came('ticket', 'opened', 0, { number: '1' }, 'a'),
      came('ticket', 'opened', 60_000, { number: '2' }, 'b'),
      came('ticket', 'on_site', 100_000, {}, 'a'),
      came('ticket', 'on_site', 170_000, {}, 'b'),
    ]
    expect(verdict(expected({ every, ...within(110_000) }), facts)).toMatchObject({
      met: true,
      happened: 'so it was for all 2',
    })
    expect(verdict(expected({ every, ...within(105_000) }), facts).happened).toBe(
      'for ticket opened at +60000 (2) it came 5 s too late, once: +170000',
    )
    expect(verdict(expected({ every }), facts.slice(0, 3)).happened).toBe(
      'for ticket opened at +60000 (2) it never came',
    )
    expect(verdict(expected({ every }), facts.slice(2)).happened).toBe('ticket opened never came, so nothing was shown')
  })
})

const asks = (pointer: string, is: ExpectedAnswer['is']): ExpectedAnswer => ({
  ...{ kind: 'answer', path: 'tickets', pointer, is, atMs: null, text: 'as written', place },
})
const asked = (expectation: ExpectedAnswer, body: unknown) =>
  verdict(expectation, [], { answers: new Map([[expectation, { ok: true, body }]]) })

describe('an answer that is expected', () => {
  it('is looked up by its pointer; a list stands for its length', () => {
    expect(asked(asks('/items', 2), { items: [1, 2] })).toMatchObject({ met: true, happened: 'it was 2' })
    expect(asked(asks('/items', { atLeast: 3 }), { items: [1, 2] }).met).toBe(false)
    expect(asked(asks('/a~1b/0', 'x'), { 'a/b': ['x'] }).met).toBe(true)
    expect(asked(asks('/items/0', 7), { items: [] }).happened).toContain('the answer has no /items/0')
    expect(asked(asks('', null), { a: 1 }).met).toBe(false)
  })

  it('is missed where it was refused or not asked', () => {
    const expectation = asks('', 1)
    expect(verdict(expectation, []).happened).toBe('it was not asked: the run ended before')
    const why = { zh: '得到的回答是 404: no such report', en: 'it was answered 404: no such report' }
    const refused = new Map([[expectation, { ok: false as const, why }]])
    expect(verdict(expectation, [], { answers: refused })).toMatchObject({
      met: false,
      happened: why.en,
      inChinese: why.zh,
    })
  })
})

it('has shown something only where something that was to happen did', () => {
  const arrival = came('ticket', 'on_site', 1)
  expect(hasShown([verdict(expected(), [arrival])], [arrival])).toBe(true)
  expect(hasShown([verdict(expected({ least: 0, most: 0 }), [])], [arrival])).toBe(false)
  expect(hasShown([verdict(expected(), [])], [arrival])).toBe(false)
  expect(hasShown([], [arrival])).toBe(false)
  const answered = asked(asks('/items', 0), { items: [] })
  expect(answered.met).toBe(true)
  expect(hasShown([answered], [arrival])).toBe(true)
  expect(hasShown([answered], [])).toBe(false)
})

it.each([
  [40, '40 ms'],
  [1_000, '1 s'],
  [60_000, '1 min'],
  [552_000, '9 min 12 s'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 min'],
])('spells %i ms as %s', (ms, text) => expect(spellSpan(ms)).toBe(text))
