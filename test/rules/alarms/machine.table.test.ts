import { describe, expect, it } from 'vitest'
import type { RuleInput } from '../../../rules/alarms/rule-schema.ts'
import { AlarmBench, leakRule } from '../../support/alarms.ts'

/** Every row of the transition table of alarms: from a state, by an event, to a state. */

const LATCHED = { latch: true }
const RTN = 'rtn_unacked'

const start = (extra: Partial<RuleInput> = {}) => new AlarmBench(leakRule(extra))
const unacked = (extra?: Partial<RuleInput>) => start(extra).at(0).see('true')
const acked = (extra?: Partial<RuleInput>) => unacked(extra).at(1).acknowledge()
const returned = (extra?: Partial<RuleInput>) => unacked(extra).at(2).see('false')

/** Of two priorities, the lower one reached and acknowledged. */
const lowAcked = () => {
  const levels = [{ priority: 'critical' as const, when: 'water.depth > 5.0' }]
  return start({ levels }).at(0).see('false', 'true').at(1).acknowledge()
}

const left = (bench: AlarmBench) => ({ state: bench.alarm?.state, muted: bench.alarm?.muted?.kind ?? null })

describe('the table of an alarm', () => {
  it.each<[string, () => AlarmBench, string, readonly string[]]>([
    [
      'normal + condition true for its on-delay → unacked',
      () => start({ onDelayMs: 10_000 }).at(0).see('true').at(9.999).see('true').at(10),
      'unacked',
      ['10 raised'],
    ],
    ['unacked + acknowledge → acked', () => unacked().at(1).acknowledge(), 'acked', ['0 raised', '1 acknowledged']],
    [
      'unacked + normal for its off-delay → rtn_unacked',
      () => unacked({ offDelayMs: 5_000 }).at(2).see('false').at(7),
      RTN,
      ['0 raised', '7 returned'],
    ],
    [
      'acked + normal for its off-delay → normal',
      () => acked({ offDelayMs: 5_000 }).at(2).see('false').at(7),
      'normal',
      ['0 raised', '1 acknowledged', '7 returned', '7 ended'],
    ],
    [
      'acked + priority rises → unacked',
      () => lowAcked().at(2).see('true', 'true'),
      'unacked',
      ['0 raised', '1 acknowledged', '2 re_alarmed'],
    ],
    [
      'acked + re-alarm time passes → unacked',
      () => acked({ reAlarmMs: 60_000 }).at(61),
      'unacked',
      ['0 raised', '1 acknowledged', '61 re_alarmed'],
    ],
    [
      'rtn_unacked + acknowledge → normal',
      () => returned().at(3).acknowledge(),
      'normal',
      ['0 raised', '2 returned', '3 acknowledged', '3 ended'],
    ],
    [
      'rtn_unacked + recurs → unacked',
      () => returned().at(90).see('true'),
      'unacked',
      ['0 raised', '2 returned', '90 raised'],
    ],
    [
      'unacked, latched + condition returns to normal → unchanged',
      () => unacked(LATCHED).at(2).see('false').at(9_999),
      'unacked',
      ['0 raised'],
    ],
    [
      'acked, latched + condition returns to normal → unchanged',
      () => acked(LATCHED).at(2).see('false').at(9_999),
      'acked',
      ['0 raised', '1 acknowledged'],
    ],
    [
      'unacked, latched + reset → rtn_unacked',
      () => unacked(LATCHED).at(2).see('false').at(3).reset(),
      RTN,
      ['0 raised', '3 reset'],
    ],
    [
      'acked, latched + reset → normal',
      () => acked(LATCHED).at(2).see('false').at(3).reset(),
      'normal',
      ['0 raised', '1 acknowledged', '3 reset', '3 ended'],
    ],
    [
      'unacked by a pulse + its hold is over → rtn_unacked',
      () => start({ pulseHoldMs: 600_000 }).at(0).see('pulse').at(600),
      RTN,
      ['0 raised', '600 returned'],
    ],
    [
      'unacked by a pulse + its ticket closed → rtn_unacked',
      () => start().at(0).see('pulse').at(100).closeTicket(),
      RTN,
      ['0 raised', '100 reset'],
    ],
    [
      'acked by a pulse + its ticket closed → normal',
      () => start().at(0).see('pulse').at(1).acknowledge().at(100).closeTicket(),
      'normal',
      ['0 raised', '1 acknowledged', '100 reset', '100 ended'],
    ],
    [
      'acked, condition still true + its ticket closed and re-alarm time passes → unacked',
      () => acked().at(100).closeTicket().at(700),
      'unacked',
      ['0 raised', '1 acknowledged', '700 re_alarmed'],
    ],
  ])('%s', (_row, make, state, events) => {
    const bench = make()
    expect(left(bench)).toEqual({ state, muted: null })
    expect(bench.events).toEqual(events)
  })

  it.each(['unacked', 'acked'] as const)('%s, latched + reset while the condition is true → refused', (state) => {
    const bench = (state === 'acked' ? acked : unacked)(LATCHED).at(2)
    expect(bench.reset).toThrow(/the condition is still true/)
    expect(left(bench)).toEqual({ state, muted: null })
  })
})

describe.each(['shelved', 'suppressed', 'out_of_service'] as const)('an alarm that is %s', (kind) => {
  const anyState = { unacked, acked, rtn_unacked: returned }

  it.each(Object.entries(anyState))(`%s + ${kind} → ${kind}, as computed`, (state, make) => {
    const bench = make().at(5).mute(kind)
    expect(left(bench)).toEqual({ state, muted: kind })
    expect(bench.events.at(-1)).toBe('5 muted')
  })

  it('is computed on: it returns, recurs and is counted', () => {
    const bench = unacked().at(5).mute(kind).at(6).see('false').at(90).see('true').at(91).acknowledge()
    expect(bench.alarm).toMatchObject({ state: 'acked', count: 2, muted: { kind } })
    expect(bench.events.slice(2)).toEqual(['6 returned', '90 raised', '91 acknowledged'])
  })

  it('is not lost when it becomes normal, and ends with its mute', () => {
    const bench = acked().at(5).mute(kind).at(6).see('false').at(9_999)
    expect(bench.alarm).toMatchObject({ state: 'normal', endedAt: null, muted: { kind } })
    expect(bench.release().events.slice(-2)).toEqual(['9999 released', '9999 ended'])
    expect(left(bench)).toEqual({ state: 'normal', muted: null })
  })

  it.each(['unacked', 'acked'] as const)('%s, still true + released → unacked, and alarms then', (state) => {
    const bench = anyState[state]().at(5).mute(kind).at(500).release()
    expect(left(bench)).toEqual({ state: 'unacked', muted: null })
    expect(bench.events.slice(-2)).toEqual(['500 released', '500 re_alarmed'])
  })

  it('normal, its on-delay running + released → normal, and alarms when that has run out', () => {
    const bench = start({ onDelayMs: 10_000 }).at(0).see('true').at(5).mute(kind).at(6).release()
    expect(left(bench)).toEqual({ state: 'normal', muted: null })
    expect(bench.at(10).events).toEqual(['5 muted', '6 released', '10 raised'])
  })

  it('latched, no longer true + released → as computed', () => {
    const bench = unacked(LATCHED).at(5).mute(kind).at(6).see('false').at(7).release()
    expect(left(bench)).toEqual({ state: 'unacked', muted: null })
    expect(bench.events.at(-1)).toBe('7 released')
  })
})

describe('a mute that ends after the condition has returned', () => {
  it('shelved, returned + unshelve or expiry → normal', () => {
    const bench = unacked().at(5).mute('shelved').at(6).see('false').at(7).release()
    expect(left(bench)).toEqual({ state: 'normal', muted: null })
    expect(bench.events.slice(-2)).toEqual(['7 released', '7 ended'])
  })

  it.each(['suppressed', 'out_of_service'] as const)('%s, returned + released → rtn_unacked, as computed', (kind) => {
    const bench = unacked().at(5).mute(kind).at(6).see('false').at(7).release()
    expect(left(bench)).toEqual({ state: RTN, muted: null })
    expect(bench.events.at(-1)).toBe('7 released')
  })
})
