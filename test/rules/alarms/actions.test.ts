import { describe, expect, it } from 'vitest'
import { alarmMoved, resetAlarm, ruleEnded } from '../../../rules/alarms/actions.ts'
import type { RuleInput } from '../../../rules/alarms/rule-schema.ts'
import { AlarmBench, leakRule, T0 } from '../../support/alarms.ts'

const bench = (extra: Partial<RuleInput> = {}) => new AlarmBench(leakRule(extra))
const critical = { priority: 'critical' as const, when: 'water.depth > 5.0' }

describe('an acknowledgement that expires', () => {
  const by = { acknowledgementExpiresMs: 60_000 }

  it('is void exactly when nothing has moved for so long, and the alarm calls again', () => {
    const alarm = bench(by).at(0).see('true').at(1).acknowledge().at(60.999)
    expect(alarm.alarm).toMatchObject({ state: 'acked', acknowledgementExpiresAt: T0 + 61_000 })
    expect(alarm.at(61).events.slice(2)).toEqual(['61 acknowledgement_expired', '61 re_alarmed'])
    expect(alarm.alarm).toMatchObject({ state: 'unacked', acknowledgementExpiresAt: null, dueAt: null })
  })

  it('holds on from each thing that moves', () => {
    const rule = leakRule(by)
    const alarm = new AlarmBench(rule).at(0).see('true').at(1).acknowledge().at(50).alarm!
    expect(alarmMoved(alarm, rule, T0 + 50_000)).toMatchObject({
      events: [],
      alarm: { state: 'acked', acknowledgementExpiresAt: T0 + 110_000, dueAt: T0 + 110_000 },
    })
  })

  it('is nothing that an alarm waits for which nobody acknowledged, or whose rule sets none', () => {
    const rule = leakRule(by)
    const unacked = new AlarmBench(rule).at(0).see('true').alarm!
    expect(alarmMoved(unacked, rule, T0 + 1)).toEqual({ alarm: unacked, events: [] })
    const forever = bench().at(0).see('true').at(1).acknowledge().alarm!
    expect(alarmMoved(forever, leakRule(), T0 + 1)).toEqual({ alarm: forever, events: [] })
  })

  it('ends with the alarm', () => {
    const alarm = bench(by).at(0).see('true').at(1).acknowledge().at(2).see('false').at(9_999)
    expect(alarm.events.slice(2)).toEqual(['2 returned', '2 ended'])
  })

  it('calls once where the re-alarm time passes at the same moment', () => {
    const alarm = bench({ ...by, reAlarmMs: 60_000 })
      .at(0)
      .see('true')
      .at(1)
      .acknowledge()
      .at(9_999)
    expect(alarm.events.slice(2)).toEqual(['61 acknowledgement_expired', '61 re_alarmed'])
  })
})

describe('a condition whose ticket was closed', () => {
  it('alarms again where it was gone for less than its off-delay at that moment', () => {
    const alarm = bench({ offDelayMs: 60_000 }).at(0).see('true').at(70).see('false').at(80).closeTicket()
    expect(alarm.at(90).see('true').at(680).events).toEqual(['0 raised', '680 re_alarmed'])
  })

  it('alarms again where it chattered and was not true at that moment', () => {
    const alarm = bench().at(0).see('true').at(1).see('false').at(2).see('true').at(3).see('false')
    expect(alarm.at(3.5).closeTicket().at(4).see('true').at(603.5).events.slice(-1)).toEqual(['603.5 re_alarmed'])
  })

  it('does not alarm again once it has returned', () => {
    const alarm = bench().at(0).see('true').at(10).closeTicket().at(20).see('false').at(9_999)
    expect(alarm.events).toEqual(['0 raised', '20 returned'])
  })

  it('alarms again where a pulse came on top of it', () => {
    const alarm = bench().at(0).see('true').at(1).see('pulse').at(10).closeTicket()
    expect(alarm.at(610).events).toEqual(['0 raised', '610 re_alarmed'])
  })

  it('alarms again where one priority is a pulse and another is still true', () => {
    const alarm = bench({ levels: [critical] })
      .at(0)
      .see('pulse', 'true')
      .at(10)
      .closeTicket()
    expect(alarm.at(610).events).toEqual(['0 raised', '600 fell', '610 re_alarmed'])
  })

  it('alarms again at once when it was latched and comes back after its return', () => {
    const alarm = bench({ latch: true }).at(0).see('true').at(1).acknowledge().at(5).see('false').at(10).closeTicket()
    expect(alarm.at(90).see('true').events.slice(2)).toEqual(['90 re_alarmed'])
    expect(alarm.alarm).toMatchObject({ state: 'unacked', returnedAt: null, count: 1 })
  })
})

describe('a rule that was edited', () => {
  it('lets a person reset what it latched before', () => {
    const latched = bench({ latch: true }).at(0).see('true').at(1).acknowledge().at(5).see('false').alarm!
    expect(resetAlarm(latched, leakRule(), T0 + 9_000)).toMatchObject({ events: ['reset', 'ended'] })
  })

  it('ends the alarm that it no longer speaks of, muted or not, and leaves nothing of what was pending', () => {
    const muted = bench().at(0).see('true').at(1).mute('shelved').alarm!
    expect(ruleEnded(muted, leakRule(), T0 + 9_000)).toMatchObject({
      events: ['ended'],
      alarm: { state: 'normal', active: false, muted: null, endedAt: T0 + 9_000, returnedAt: T0 + 9_000, dueAt: null },
    })
    const slow = leakRule({ onDelayMs: 10_000 })
    expect(ruleEnded(new AlarmBench(slow).at(0).see('true').alarm!, slow, T0 + 1)).toEqual({ alarm: null, events: [] })
  })
})
