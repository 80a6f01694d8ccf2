import { describe, expect, it } from 'vitest'
import type { RuleInput } from '../../../rules/alarms/rule-schema.ts'
import { AlarmBench, leakRule, type Seen } from '../../support/alarms.ts'

const bench = (extra: Partial<RuleInput> = {}) => new AlarmBench(leakRule(extra))

/** Two things in turn, `hz` times a second in all, from a time on for so many seconds. */
function toggle(alarm: AlarmBench, from: number, forS: number, hz: number, ...turns: readonly (readonly Seen[])[]) {
  for (let index = 0; index < forS * hz; index++) alarm.at(from + index / hz).see(...turns[index % turns.length]!)
  return alarm
}

describe('an alarm that chatters', () => {
  it('is marked by the third change within a minute, and then held up', () => {
    const alarm = bench().at(0).see('true').at(20).see('false').at(59.999).see('true')
    expect(alarm.events).toEqual(['0 raised', '20 returned', '59.999 raised', '59.999 chattering'])
    expect(alarm.at(70).see('false').at(100).see('true').at(129).see('false').events).toHaveLength(4)
    expect(alarm.alarm).toMatchObject({ state: 'unacked', chattering: true, active: false, transitions: 6, count: 2 })
  })

  it('is not one whose three changes take a minute', () => {
    const alarm = bench().at(0).see('true').at(20).see('false').at(60).see('true')
    expect(alarm.alarm).toMatchObject({ chattering: false, transitions: 3 })
  })

  it('is held together until its condition has stayed the same for a minute, and returns then', () => {
    const alarm = bench().at(0).see('true').at(1).see('false').at(2).see('true').at(3).see('false').at(62.999)
    expect(alarm.alarm).toMatchObject({ state: 'unacked', chattering: true })
    expect(alarm.at(63).events.slice(-1)).toEqual(['63 returned'])
    expect(alarm.alarm).toMatchObject({ state: 'rtn_unacked', chattering: false, dueAt: null })
  })

  it('stands, no longer marked, where the condition stayed true for that minute', () => {
    const alarm = bench().at(0).see('true').at(1).see('false').at(2).see('true').at(62)
    expect(alarm.alarm).toMatchObject({ state: 'unacked', chattering: false, dueAt: null, returnedAt: null })
  })

  it('stays acknowledged while it chatters, and ends with the quiet', () => {
    const alarm = toggle(bench(), 0, 10, 2, ['true'], ['false']).at(10).acknowledge()
    toggle(alarm, 10, 100, 2, ['true'], ['false'])
    expect(alarm.alarm).toMatchObject({ state: 'acked', chattering: true })
    expect(alarm.at(169.5).events.slice(-3)).toEqual(['10 acknowledged', '169.5 returned', '169.5 ended'])
  })

  it('counts no changes of what was never raised', () => {
    const alarm = toggle(bench({ onDelayMs: 10_000 }), 0, 60, 2, ['true'], ['false'])
    expect(alarm.alarm).toBeNull()
    expect(alarm.events).toEqual([])
  })
})

describe('toggling at 2 Hz for ten minutes', () => {
  it('is one alarm, raised once and marked, where an off-delay bridges the gaps', () => {
    const alarm = toggle(bench({ offDelayMs: 2_000 }), 0, 600, 2, ['true'], ['false'])
    expect(alarm.events).toEqual(['0 raised', '1 chattering'])
    expect(alarm.alarm).toMatchObject({ id: 'a1000000', state: 'unacked', chattering: true, transitions: 1_200 })
  })

  it('is one alarm without it too: the change that marks it is the last that it tells', () => {
    const alarm = toggle(bench(), 0, 600, 2, ['true'], ['false'])
    expect(alarm.events).toEqual(['0 raised', '0.5 returned', '1 raised', '1 chattering'])
    expect(alarm.at(9_999).events.slice(4)).toEqual(['659.5 returned'])
    expect(alarm.alarm).toMatchObject({ id: 'a1000000', count: 2 })
  })

  it('is no more where only its priority toggles', () => {
    const levels = [{ priority: 'critical' as const, when: 'water.depth > 5.0' }]
    const alarm = toggle(bench({ levels }), 0, 600, 2, ['false', 'true'], ['true', 'true'])
    expect(alarm.events).toEqual(['0 raised', '0.5 rose', '1 fell', '1.5 chattering', '1.5 rose'])
    expect(alarm.alarm).toMatchObject({ priority: 'critical', chattering: true, count: 1 })
    expect(alarm.at(600).see('false', 'true').at(9_999).events.slice(5)).toEqual(['660 fell'])
  })

  it('keeps no rise from being told', () => {
    const levels = [{ priority: 'critical' as const, when: 'water.depth > 5.0' }]
    const alarm = toggle(bench({ levels }), 0, 10, 2, ['false', 'true'], ['false', 'false']).at(10).acknowledge()
    expect(alarm.at(11).see('true', 'true').events.slice(-1)).toEqual(['11 re_alarmed'])
    expect(alarm.alarm).toMatchObject({ state: 'unacked', priority: 'critical' })
  })

  it('is not what gets worse, priority by priority', () => {
    const levels = ['critical', 'medium', 'low'].map((priority) => ({
      priority: priority as 'critical',
      when: 'water.leak',
    }))
    const alarm = bench({ levels }).at(0).see('false', 'false', 'false', 'true')
    alarm.at(1).see('false', 'false', 'true', 'true').at(2).see('false', 'true', 'true', 'true')
    expect(alarm.at(3).see('true', 'true', 'true', 'true').events).toEqual(['0 raised', '1 rose', '2 rose', '3 rose'])
    expect(alarm.alarm).toMatchObject({ transitions: 1, chattering: false })
  })
})
