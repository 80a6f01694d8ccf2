import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acknowledgeAlarm, resetAlarm, ticketEnded } from '../../../rules/alarms/actions.ts'
import { type AlarmStep, observeAlarm, settleAlarm } from '../../../rules/alarms/machine.ts'
import { parseRule } from '../../../rules/alarms/rule-schema.ts'
import { type Alarm, Refusal, type Rule } from '../../../rules/model.ts'

/** Anything that can happen to an alarm, in any order: what must hold after every step. */

const delay = fc.constantFrom(0, 1, 1_000, 10_000)
const anyRule = fc
  .record({
    onDelayMs: delay,
    offDelayMs: delay,
    pulseHoldMs: fc.constantFrom(1_000, 5_000, 60_000),
    reAlarmMs: fc.constantFrom(null, 1_000, 30_000),
    latch: fc.boolean(),
  })
  .map((figures) =>
    parseRule({
      ...figures,
      id: 'r',
      kind: 'elevator',
      title: { zh: '困人', en: 'Trapped' },
      priority: 'medium',
      category: 'elevator',
      when: 'elevator.entrapment',
    }),
  )

const happening = fc.record({
  afterMs: fc.oneof(fc.constantFrom(0, 1, 999, 1_000, 1_001, 10_000), fc.nat(70_000)),
  what: fc.constantFrom('true', 'false', 'pulse', 'time', 'acknowledge', 'reset', 'ticket', 'rise' as const),
})
type What = 'true' | 'false' | 'pulse' | 'time' | 'acknowledge' | 'reset' | 'ticket' | 'rise'

function happen(alarm: Alarm | null, rule: Rule, what: What, now: number, id: string): AlarmStep {
  const about = () => ({ id, device: 'd', site: 's', value: null, ageUnknown: false })
  if (what === 'true' || what === 'false' || what === 'pulse') {
    return observeAlarm(alarm, rule, [{ condition: what !== 'false', pulse: what === 'pulse' }], now, about)
  }
  if (what === 'rise') {
    const risen = { ...rule, priority: 'critical' as const }
    return observeAlarm(alarm, risen, [{ condition: true, pulse: false }], now, about)
  }
  if (alarm === null) return { alarm, events: [] }
  try {
    if (what === 'acknowledge') return acknowledgeAlarm(alarm, rule, 'Zhang', now)
    if (what === 'reset') return resetAlarm(alarm, rule, now)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { alarm, events: [] }
  }
  return what === 'ticket' ? ticketEnded(alarm, rule, now) : settleAlarm(alarm, rule, now)
}

function mustHold(alarm: Alarm, rule: Rule, before: Alarm | null, now: number): void {
  const raised = alarm.state === 'unacked' || alarm.state === 'acked'
  expect(alarm.count).toBeGreaterThanOrEqual(before?.count ?? 0)
  expect(alarm.count).toBeLessThanOrEqual((before?.count ?? 0) + 1)
  expect(alarm.messages).toBeGreaterThanOrEqual(before?.messages ?? 0)
  expect(alarm.raisedAt === null).toBe(alarm.count === 0)
  // Normal is pending (its on-delay runs) or ended; nothing else is open and normal.
  const [level] = alarm.levels
  if (alarm.state === 'normal')
    expect(alarm.endedAt !== null || (alarm.active && level!.pendingSince !== null)).toBe(true)
  else expect(alarm.endedAt).toBeNull()
  if (alarm.endedAt !== null) expect([alarm.active, alarm.dueAt]).toEqual([false, null])
  if (alarm.state === 'acked') expect(alarm.acknowledgedBy).toBe('Zhang')
  if (alarm.state === 'unacked' && before?.state !== 'acked' && alarm.count > (before?.count ?? 0)) {
    expect(alarm.acknowledgedAt).toBeNull()
  }
  expect(level!.active).toBe(alarm.active)
  if (!alarm.active) expect(level!.holdUntil).toBeNull()
  const held = rule.latch || alarm.chattering
  if (raised && alarm.active && !held) expect([level!.pendingSince, alarm.returnedAt]).toEqual([null, null])
  if (alarm.state === 'rtn_unacked' && !alarm.active) {
    expect(alarm.returnedAt).not.toBeNull()
    expect([level!.pendingSince, alarm.reAlarmAt]).toEqual([null, null])
    expect(alarm.dueAt === null || alarm.chattering).toBe(true)
  }
  if (alarm.dueAt !== null) expect(alarm.dueAt).toBeGreaterThan(now)
}

describe('an alarm, whatever happens to it', () => {
  it('keeps its invariants', () => {
    fc.assert(
      fc.property(anyRule, fc.array(happening, { maxLength: 40 }), (first, happenings) => {
        let rule = first
        let alarm: Alarm | null = null
        let now = 1_000_000
        for (const [index, { afterMs, what }] of happenings.entries()) {
          now += afterMs
          // What ran out before takes effect before, as the engine does it.
          if (alarm !== null) alarm = open(settleAlarm(alarm, rule, now))
          const before: Alarm | null = alarm
          if (what === 'rise') rule = { ...rule, priority: 'critical' }
          const step = happen(alarm, rule, what, now, `a${index}`)
          if (step.alarm === null) {
            expect(before === null || before.count === 0).toBe(true)
          } else {
            mustHold(step.alarm, rule, before, now)
            expect(step.events.includes('raised')).toBe(step.alarm.count > (before?.count ?? 0))
            expect(step.events.includes('ended')).toBe(step.alarm.endedAt !== null)
          }
          alarm = open(step)
          if (alarm !== null) expect(settleAlarm(alarm, rule, now)).toEqual({ alarm, events: [] })
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('comes to the same, however often time is looked at', () => {
    const said = fc.array(
      fc.record({
        afterMs: fc.nat(30_000),
        what: fc.constantFrom('true', 'false', 'pulse' as const),
        looks: fc.nat(5),
      }),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(anyRule, said, (rule, messages) => {
        const [seldom, often] = [false, true].map((looking) => {
          let alarm: Alarm | null = null
          let raised = 0
          let now = 1_000_000
          const at = (moment: number) => {
            if (alarm === null) return
            const step = settleAlarm(alarm, rule, moment)
            if (step.events.includes('raised')) raised += 1
            alarm = open(step)
          }
          for (const { afterMs, what, looks } of messages) {
            for (let look = 1; looking && look <= looks; look++) at(now + Math.floor((afterMs * look) / (looks + 1)))
            now += afterMs
            at(now)
            const step = happen(alarm, rule, what, now, 'a')
            if (step.events.includes('raised')) raised += 1
            alarm = open(step)
          }
          now += 1_000_000
          at(now)
          return { state: alarm?.state, active: alarm?.active, raised }
        })
        expect(often).toEqual(seldom)
      }),
      { numRuns: 2_000 },
    )
  })
})

function open({ alarm }: AlarmStep): Alarm | null {
  return alarm === null || alarm.endedAt !== null ? null : alarm
}
