import { describe, expect, it } from 'vitest'
import { acknowledgeAlarm, RE_ALARM_AFTER_CLOSE_MS, resetAlarm, ticketEnded } from '../../../rules/alarms/actions.ts'
import { settleAlarm } from '../../../rules/alarms/machine.ts'
import { Refusal, type Rule } from '../../../rules/model.ts'
import { leakRule as rule, see, still, T0 } from '../../support/alarms.ts'

const MINUTE = 60_000

/** An alarm in each state that the table starts from, raised at T0. */
const unacked = (by: Rule) => still(see(null, by, 'true', T0))
const acked = (by: Rule) => still(acknowledgeAlarm(unacked(by), by, 'Zhang', T0 + 1))
const rtnUnacked = (by: Rule) => still(see(unacked(by), by, 'false', T0 + 2))

describe('normal', () => {
  it('becomes unacked when the condition is true and there is no on-delay', () => {
    const { alarm, events } = see(null, rule(), 'true', T0)
    expect(events).toEqual(['raised'])
    expect(alarm).toMatchObject({ state: 'unacked', active: true, raisedAt: T0, count: 1, messages: 1, dueAt: null })
  })

  it('becomes unacked exactly at the end of its on-delay, not a millisecond before', () => {
    const by = rule({ onDelayMs: 10_000 })
    const pending = see(null, by, 'true', T0)
    expect(pending.events).toEqual([])
    expect(pending.alarm).toMatchObject({ state: 'normal', active: true, raisedAt: null, count: 0, dueAt: T0 + 10_000 })
    expect(settleAlarm(still(pending), by, T0 + 9_999)).toEqual({ alarm: pending.alarm, events: [] })
    const raised = settleAlarm(still(pending), by, T0 + 10_000)
    expect(raised.events).toEqual(['raised'])
    expect(raised.alarm).toMatchObject({ state: 'unacked', raisedAt: T0 + 10_000, count: 1, dueAt: null })
  })

  it('counts the on-delay from the first message, not from each', () => {
    const by = rule({ onDelayMs: 10_000 })
    const first = still(see(null, by, 'true', T0))
    const second = still(see(first, by, 'true', T0 + 6_000))
    expect(second.dueAt).toBe(T0 + 10_000)
    expect(second.messages).toBe(2)
  })

  it('leaves nothing when the condition ends within the on-delay', () => {
    const by = rule({ onDelayMs: 10_000 })
    expect(see(still(see(null, by, 'true', T0)), by, 'false', T0 + 9_999)).toEqual({ alarm: null, events: [] })
  })

  it('stays normal while the condition is false', () => {
    expect(see(null, rule(), 'false', T0)).toEqual({ alarm: null, events: [] })
  })
})

describe('unacked', () => {
  it('becomes acked by acknowledging, which says who and when', () => {
    const by = rule()
    const { alarm, events } = acknowledgeAlarm(unacked(by), by, 'Zhang', T0 + 7)
    expect(events).toEqual(['acknowledged'])
    expect(alarm).toMatchObject({ state: 'acked', acknowledgedBy: 'Zhang', acknowledgedAt: T0 + 7, active: true })
  })

  it('becomes rtn_unacked when normal for its off-delay, exactly at its end', () => {
    const by = rule({ offDelayMs: 2_000 })
    const clearing = see(unacked(by), by, 'false', T0 + 100)
    expect(clearing.events).toEqual([])
    expect(clearing.alarm).toMatchObject({ state: 'unacked', active: false, dueAt: T0 + 2_100 })
    expect(settleAlarm(still(clearing), by, T0 + 2_099).events).toEqual([])
    const { alarm, events } = settleAlarm(still(clearing), by, T0 + 2_100)
    expect(events).toEqual(['returned'])
    expect(alarm).toMatchObject({ state: 'rtn_unacked', returnedAt: T0 + 2_100, endedAt: null, dueAt: null })
  })

  it('becomes rtn_unacked at once without an off-delay', () => {
    expect(rtnUnacked(rule())).toMatchObject({ state: 'rtn_unacked', returnedAt: T0 + 2, endedAt: null })
  })

  it('is one occurrence when the condition comes back within the off-delay', () => {
    const by = rule({ offDelayMs: 2_000 })
    const clearing = still(see(unacked(by), by, 'false', T0 + 100))
    const again = see(clearing, by, 'true', T0 + 230)
    expect(again.events).not.toContain('raised')
    expect(again.alarm).toMatchObject({ state: 'unacked', active: true, count: 1, messages: 2 })
  })

  it('stays as it is through further messages, which it counts', () => {
    const by = rule()
    let alarm = unacked(by)
    for (let message = 0; message < 99; message++) alarm = still(see(alarm, by, 'true', T0 + message))
    expect(alarm).toMatchObject({ state: 'unacked', count: 1, messages: 100, raisedAt: T0 })
  })
})

describe('acked', () => {
  it('becomes normal and ends when normal for its off-delay', () => {
    const by = rule({ offDelayMs: 2_000 })
    const clearing = still(see(acked(by), by, 'false', T0 + 100))
    expect(clearing).toMatchObject({ state: 'acked', endedAt: null })
    const { alarm, events } = settleAlarm(clearing, by, T0 + 2_100)
    expect(events).toEqual(['returned', 'ended'])
    expect(alarm).toMatchObject({ state: 'normal', endedAt: T0 + 2_100, returnedAt: T0 + 2_100, dueAt: null })
  })

  it('becomes unacked when the priority rises', () => {
    const { alarm, events } = see(acked(rule()), rule({ priority: 'critical' }), 'true', T0 + 5)
    expect(events).toEqual(['re_alarmed'])
    expect(alarm).toMatchObject({ state: 'unacked', priority: 'critical', count: 1 })
  })

  it('stays acked when the priority falls', () => {
    const { alarm, events } = see(acked(rule()), rule({ priority: 'low' }), 'true', T0 + 5)
    expect(events).toEqual(['fell'])
    expect(alarm).toMatchObject({ state: 'acked', priority: 'low' })
  })

  it('becomes unacked exactly when the re-alarm time passes', () => {
    const by = rule({ reAlarmMs: MINUTE })
    const alarm = acked(by)
    expect(alarm.dueAt).toBe(T0 + 1 + MINUTE)
    expect(settleAlarm(alarm, by, T0 + MINUTE).events).toEqual([])
    const again = settleAlarm(alarm, by, T0 + 1 + MINUTE)
    expect(again.events).toEqual(['re_alarmed'])
    expect(again.alarm).toMatchObject({ state: 'unacked', reAlarmAt: null, dueAt: null })
  })

  it('does not alarm again once the condition is no longer true', () => {
    const by = rule({ reAlarmMs: MINUTE, offDelayMs: 10 * MINUTE })
    const clearing = still(see(acked(by), by, 'false', T0 + 5))
    expect(settleAlarm(clearing, by, T0 + 5 * MINUTE).events).toEqual([])
  })
})

describe('rtn_unacked', () => {
  it('becomes normal and ends by acknowledging', () => {
    const by = rule()
    const { alarm, events } = acknowledgeAlarm(rtnUnacked(by), by, 'Zhang', T0 + 9)
    expect(events).toEqual(['acknowledged', 'ended'])
    expect(alarm).toMatchObject({ state: 'normal', endedAt: T0 + 9, acknowledgedBy: 'Zhang' })
  })

  it('becomes unacked when it recurs, and counts it', () => {
    const by = rule()
    const { alarm, events } = see(rtnUnacked(by), by, 'true', T0 + 2 * MINUTE)
    expect(events).toEqual(['raised'])
    expect(alarm).toMatchObject({ state: 'unacked', count: 2, returnedAt: null, raisedAt: T0 })
  })

  it('recurs only after the on-delay, and not at all when the condition ends before', () => {
    const by = rule({ onDelayMs: 10_000 })
    const raised = still(settleAlarm(still(see(null, by, 'true', T0)), by, T0 + 10_000))
    const returned = still(see(raised, by, 'false', T0 + 20_000))
    const coming = still(see(returned, by, 'true', T0 + 30_000))
    expect(coming).toMatchObject({ state: 'rtn_unacked', dueAt: T0 + 40_000 })
    expect(settleAlarm(coming, by, T0 + 40_000).alarm).toMatchObject({ state: 'unacked', count: 2 })
    expect(see(coming, by, 'false', T0 + 35_000).alarm).toMatchObject({ state: 'rtn_unacked', dueAt: null, count: 1 })
  })

  it('does not lose a recurrence whose on-delay runs while somebody acknowledges the return', () => {
    const by = rule({ onDelayMs: 10_000 })
    const raised = still(settleAlarm(still(see(null, by, 'true', T0)), by, T0 + 10_000))
    const coming = still(see(still(see(raised, by, 'false', T0 + 20_000)), by, 'true', T0 + 30_000))
    const seen = still(acknowledgeAlarm(coming, by, 'Zhang', T0 + 35_000))
    expect(seen).toMatchObject({ state: 'normal', endedAt: null, dueAt: T0 + 40_000 })
    const again = settleAlarm(seen, by, T0 + 40_000)
    expect(again.events).toEqual(['raised'])
    expect(again.alarm).toMatchObject({ state: 'unacked', count: 2, acknowledgedBy: null })
    const gone = see(seen, by, 'false', T0 + 36_000)
    expect(gone.events).toEqual(['ended'])
    expect(gone.alarm).toMatchObject({ state: 'normal', endedAt: T0 + 36_000, active: false })
  })
})

describe('a latched rule', () => {
  const by = rule({ latch: true })

  it.each([
    ['unacked', unacked],
    ['acked', acked],
  ] as const)('leaves %s unchanged when the condition returns to normal', (state, make) => {
    const { alarm, events } = see(make(by), by, 'false', T0 + 5)
    expect(events).toEqual([])
    expect(alarm).toMatchObject({ state, active: false, returnedAt: T0 + 5, endedAt: null, dueAt: null })
    expect(settleAlarm(still({ alarm, events }), by, T0 + 100 * MINUTE).alarm).toMatchObject({ state })
  })

  it('is not reset while the condition is true', () => {
    expect(() => resetAlarm(unacked(by), by, T0 + 5)).toThrow(Refusal)
    expect(() => resetAlarm(acked(by), by, T0 + 5)).toThrow(/still true/)
  })

  it('goes by reset from acked to normal and from unacked to rtn_unacked', () => {
    const seen = still(see(acked(by), by, 'false', T0 + 5))
    const ended = resetAlarm(seen, by, T0 + 9)
    expect(ended.events).toEqual(['reset', 'ended'])
    expect(ended.alarm).toMatchObject({ state: 'normal', endedAt: T0 + 9, returnedAt: T0 + 5 })
    const unseen = still(see(unacked(by), by, 'false', T0 + 5))
    const returned = resetAlarm(unseen, by, T0 + 9)
    expect(returned.events).toEqual(['reset'])
    expect(returned.alarm).toMatchObject({ state: 'rtn_unacked', endedAt: null })
    expect(() => resetAlarm(still(returned), by, T0 + 10)).toThrow(/already returned/)
  })

  it('starts its next on-delay anew after a reset in the middle of its off-delay', () => {
    const slow = rule({ latch: true, onDelayMs: 10_000, offDelayMs: 60_000 })
    const raised = still(settleAlarm(still(see(null, slow, 'true', T0)), slow, T0 + 10_000))
    const clearing = still(see(raised, slow, 'false', T0 + 20_000))
    const reset = still(resetAlarm(clearing, slow, T0 + 21_000))
    expect(reset).toMatchObject({ state: 'rtn_unacked', dueAt: null, returnedAt: T0 + 21_000 })
    expect(see(reset, slow, 'true', T0 + 50_000).alarm).toMatchObject({ state: 'rtn_unacked', dueAt: T0 + 60_000 })
  })
})

describe('a pulse', () => {
  it('is true for its message and returns after the hold, exactly at its end', () => {
    const by = rule({ pulseHoldMs: 10 * MINUTE })
    const { alarm, events } = see(null, by, 'pulse', T0)
    expect(events).toEqual(['raised'])
    expect(alarm).toMatchObject({ state: 'unacked', active: true, dueAt: T0 + 10 * MINUTE })
    expect(settleAlarm(alarm!, by, T0 + 10 * MINUTE - 1).events).toEqual([])
    const over = settleAlarm(alarm!, by, T0 + 10 * MINUTE)
    expect(over.events).toEqual(['returned'])
    expect(over.alarm).toMatchObject({ state: 'rtn_unacked', active: false, dueAt: null })
  })

  it('holds for ten minutes where the rule sets nothing', () => {
    expect(see(null, rule(), 'pulse', T0).alarm?.dueAt).toBe(T0 + 600_000)
  })

  it('lasts longer with each further pulse, as one occurrence', () => {
    const by = rule()
    const twice = still(see(still(see(null, by, 'pulse', T0)), by, 'pulse', T0 + 5 * MINUTE))
    expect(twice).toMatchObject({ count: 1, messages: 2, dueAt: T0 + 15 * MINUTE })
  })

  it('becomes a level where the device then says that it is the case', () => {
    const by = rule()
    const level = still(see(still(see(null, by, 'pulse', T0)), by, 'true', T0 + 1))
    expect(level).toMatchObject({ active: true, dueAt: null })
  })

  it('raises after an on-delay that is shorter than its hold, and never where it is longer', () => {
    const short = rule({ onDelayMs: 5_000, pulseHoldMs: 10_000 })
    expect(settleAlarm(still(see(null, short, 'pulse', T0)), short, T0 + 5_000).events).toEqual(['raised'])
    const long = rule({ onDelayMs: 20_000, pulseHoldMs: 10_000 })
    expect(settleAlarm(still(see(null, long, 'pulse', T0)), long, T0 + 10_000)).toEqual({ alarm: null, events: [] })
  })

  it('raises and returns in one look when the process was away for all of it', () => {
    const by = rule({ onDelayMs: 5_000, pulseHoldMs: 10_000, offDelayMs: 1_000 })
    const late = settleAlarm(still(see(null, by, 'pulse', T0)), by, T0 + 60 * MINUTE)
    expect(late.events).toEqual(['raised', 'returned'])
    expect(late.alarm).toMatchObject({ state: 'rtn_unacked', count: 1 })
  })
})

describe('what a person may not do', () => {
  const by = rule()
  it.each([
    ['acknowledge twice', () => acknowledgeAlarm(acked(by), by, 'Zhang', T0 + 5)],
    [
      'acknowledge what has ended',
      () => {
        const ended = still(acknowledgeAlarm(rtnUnacked(by), by, 'Zhang', T0 + 5))
        return acknowledgeAlarm(ended, by, 'Zhang', T0 + 6)
      },
    ],
    ['reset what is not latched', () => resetAlarm(unacked(by), by, T0 + 5)],
  ])('%s', (_name, act) => {
    expect(act).toThrow(expect.objectContaining({ name: 'Refusal', code: 'conflict' }))
  })
})

describe('the end of its ticket', () => {
  it('resets a pulse, which never gets a clear', () => {
    const by = rule()
    const unseen = ticketEnded(still(see(null, by, 'pulse', T0)), by, T0 + 5)
    expect(unseen).toMatchObject({ events: ['reset'], alarm: { state: 'rtn_unacked', active: false, dueAt: null } })
    const seen = still(acknowledgeAlarm(still(see(null, by, 'pulse', T0)), by, 'Zhang', T0 + 1))
    expect(ticketEnded(seen, by, T0 + 5)).toMatchObject({ events: ['reset', 'ended'], alarm: { endedAt: T0 + 5 } })
  })

  it('lets a condition that is still true alarm again after the re-alarm time', () => {
    for (const make of [unacked, acked]) {
      const by = rule()
      const waiting = still(ticketEnded(make(by), by, T0 + 5))
      expect(waiting.dueAt).toBe(T0 + 5 + RE_ALARM_AFTER_CLOSE_MS)
      expect(settleAlarm(waiting, by, waiting.dueAt!)).toMatchObject({ events: ['re_alarmed'] })
      expect(settleAlarm(waiting, by, waiting.dueAt! - 1)).toMatchObject({ events: [] })
    }
    const own = rule({ reAlarmMs: 3 * MINUTE })
    expect(still(ticketEnded(unacked(own), own, T0 + 5)).dueAt).toBe(T0 + 5 + 3 * MINUTE)
  })

  it('changes nothing of what has returned', () => {
    const by = rule()
    const returned = rtnUnacked(by)
    expect(ticketEnded(returned, by, T0 + 5)).toEqual({ alarm: returned, events: [] })
  })
})
