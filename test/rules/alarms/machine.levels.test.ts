import { describe, expect, it } from 'vitest'
import { acknowledgeAlarm, ticketEnded } from '../../../rules/alarms/actions.ts'
import { settleAlarm } from '../../../rules/alarms/machine.ts'
import type { RuleInput } from '../../../rules/alarms/rule-schema.ts'
import { AlarmBench, leakRule, see, still, T0 } from '../../support/alarms.ts'
import { SECOND } from '../../support/engine.ts'
import { deviceBench } from '../../support/messages.ts'

/** Two priorities of one rule: what is seen is told of `critical` first, then of `high`. */
const twoLevels = (extra: Partial<RuleInput> = {}, critical: { onDelayMs?: number } = {}) =>
  leakRule({ levels: [{ priority: 'critical', when: 'water.depth > 5.0', ...critical }], ...extra })
const bench = (...of: Parameters<typeof twoLevels>) => new AlarmBench(twoLevels(...of))

describe('an alarm of several priorities', () => {
  it('is one alarm that rises and falls', () => {
    const alarm = bench().at(0).see('false', 'true').at(100).see('true', 'true').at(200).see('false', 'true')
    expect(alarm.events).toEqual(['0 raised', '100 rose', '200 fell'])
    expect(alarm.alarm).toMatchObject({ state: 'unacked', priority: 'high', count: 1, raisedAt: T0 })
  })

  it('calls again when it rises after somebody acknowledged it, and not when it falls', () => {
    const alarm = bench().at(0).see('true', 'true').at(1).acknowledge().at(100).see('false', 'true')
    expect(alarm.alarm).toMatchObject({ state: 'acked', priority: 'high' })
    expect(alarm.at(200).see('true', 'true').events.slice(2)).toEqual(['100 fell', '200 re_alarmed'])
    expect(alarm.alarm).toMatchObject({ state: 'unacked', priority: 'critical' })
  })

  it('has nothing left to wait for when it rises', () => {
    const rule = twoLevels({ reAlarmMs: 60_000, acknowledgementExpiresMs: 90_000 })
    const acked = still(acknowledgeAlarm(still(see(null, rule, ['false', 'true'], T0)), rule, 'Zhang', T0))
    const closed = still(ticketEnded(acked, rule, T0 + 1))
    const risen = still(see(closed, rule, ['true', 'true'], T0 + 2))
    expect(risen).toMatchObject({ state: 'unacked', reAlarmAt: null, acknowledgementExpiresAt: null, dueAt: null })
  })

  it('is raised with the most urgent of what is true at once', () => {
    const alarm = bench().at(0).see('true', 'true')
    expect(alarm.events).toEqual(['0 raised'])
    expect(alarm.alarm).toMatchObject({ priority: 'critical' })
  })

  it('returns once, when the last of them has', () => {
    const alarm = bench().at(0).see('true', 'true').at(100).see('true', 'false').at(200).see('false', 'false')
    expect(alarm.events).toEqual(['0 raised', '200 returned'])
  })

  it('has an on-delay for each', () => {
    const alarm = bench({ onDelayMs: 60_000 }, { onDelayMs: 5_000 }).at(0).see('false', 'true').at(58)
    expect(alarm.see('true', 'true').at(63).events).toEqual(['60 raised', '63 rose'])
    const sooner = bench({ onDelayMs: 60_000 }, { onDelayMs: 5_000 }).at(0).see('true', 'true').at(60)
    expect(sooner.events).toEqual(['5 raised'])
    expect(sooner.alarm).toMatchObject({ priority: 'critical', state: 'unacked' })
  })

  it('falls after its off-delay', () => {
    const alarm = bench({ offDelayMs: 30_000 }).at(0).see('true', 'true').at(100).see('false', 'true').at(129.999)
    expect(alarm.alarm).toMatchObject({ priority: 'critical' })
    expect(alarm.at(130).events).toEqual(['0 raised', '130 fell'])
  })

  it('keeps the most urgent where it is latched', () => {
    const alarm = bench({ latch: true }).at(0).see('true', 'true').at(100).see('false', 'true').at(200)
    expect(alarm.see('false', 'false').alarm).toMatchObject({ state: 'unacked', priority: 'critical', active: false })
    expect(alarm.at(300).see('false', 'true').alarm).toMatchObject({ priority: 'critical', active: true })
    expect(alarm.events).toEqual(['0 raised', '300 re_alarmed'])
  })

  it('goes on with what is known where one of them is unknown', () => {
    const alarm = bench().at(0).see('true', 'true').at(100).see('unknown', 'false').at(200).see('unknown', 'unknown')
    expect(alarm.alarm).toMatchObject({ state: 'unacked', priority: 'critical', active: true })
    expect(alarm.at(300).see('false', 'unknown').events).toEqual(['0 raised', '300 returned'])
  })

  it('counts for each how often it became true', () => {
    const alarm = bench({ count: { times: 2, withinMs: 600_000 } })
    alarm.at(0).see('false', 'true').at(100).see('true', 'true').at(200).see('false', 'false')
    expect(alarm.events).toEqual([])
    expect(alarm.at(300).see('false', 'true').events).toEqual(['300 raised'])
    expect(alarm.at(400).see('true', 'true').events).toEqual(['300 raised', '400 rose'])
    expect(alarm.at(9_999).events.slice(2)).toEqual(['700 returned'])
  })

  it('has a clear condition for each: between the two nothing changes', () => {
    const meter = deviceBench('power_meter', [
      {
        id: 'high',
        kind: 'power_meter',
        title: { zh: '过压', en: 'High' },
        priority: 'medium',
        category: 'power',
        when: 'voltage.l1 > 235.0',
        clear: 'voltage.l1 < 230.0',
        levels: [{ priority: 'critical', when: 'voltage.l1 > 245.0', clear: 'voltage.l1 < 240.0' }],
      },
    ])
    const priorities = [232, 236, 246, 242, 239, 244, 231, 229, 234].map((volt) => {
      meter.say({ values: { 'voltage.l1': volt } })
      meter.pass(100 * SECOND)
      const alarm = meter.alarms.get('high')
      return alarm?.active ? alarm.priority : null
    })
    const [medium, critical] = ['medium', 'critical']
    expect(priorities).toEqual([null, medium, critical, critical, medium, medium, medium, null, null])
  })
})

describe('a tick that comes late', () => {
  it('lets everything take effect at its own time, in order', () => {
    const rule = twoLevels({ onDelayMs: 60_000, offDelayMs: 30_000, pulseHoldMs: 120_000 }, { onDelayMs: 90_000 })
    const { alarm, events } = settleAlarm(still(see(null, rule, ['pulse', 'pulse'], T0)), rule, T0 + 86_400_000)
    expect(events).toEqual(['raised', 'rose', 'returned'])
    expect(alarm).toMatchObject({ raisedAt: T0 + 60_000, returnedAt: T0 + 150_000, count: 1, state: 'rtn_unacked' })
  })
})

describe('the age of what is seen', () => {
  it('stays unknown where it was when the alarm began', () => {
    const rule = leakRule({ onDelayMs: 10_000 })
    const pending = still(see(null, rule, 'true', T0, true))
    const raised = still(settleAlarm(still(see(pending, rule, 'true', T0 + 5_000)), rule, T0 + 10_000))
    expect(raised).toMatchObject({ state: 'unacked', ageUnknown: true })
    expect(still(acknowledgeAlarm(raised, rule, 'Zhang', T0 + 11_000)).ageUnknown).toBe(true)
    expect(still(see(null, rule, 'true', T0)).ageUnknown).toBe(false)
  })
})
