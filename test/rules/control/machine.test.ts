import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NEW_DEVICE } from '../../../rules/alarms/device-state.ts'
import {
  answered,
  atTime,
  firstSent,
  isConfirmed,
  isFresh,
  isNeeded,
  RESEND_AFTER_MS,
  sentAgain,
  settled,
  superseded,
} from '../../../rules/control/machine.ts'
import { CONTROL_STATES, type ConditionState, type ControlCommand, type DeviceState } from '../../../rules/model.ts'

const T0 = 1_795_000_000_000
const NOBODY = { requestedBy: 'Zhang', rule: null, alarm: null, ticket: null }
const sent = (command: string, expiresAfterMs = 60_000): ControlCommand =>
  firstSent('c1', { id: 'v', site: 's' }, { command, args: {}, expiresAfterMs, ...NOBODY }, T0)

const valve = (state: ConditionState | null, lastSeenAt: number | null = T0 + 1): DeviceState => ({
  ...NEW_DEVICE,
  lastSeenAt,
  conditions: new Map(state === null ? [] : [['valve.open', { state, since: T0, heardAt: T0 }]]),
})
const report = (state: ConditionState) => [{ code: 'valve.open', state }]

describe('sending', () => {
  it('is done at once and again after 1, 2, 5, 10 … seconds until it expires', () => {
    let command = sent('close')
    const times = [T0]
    for (let next = command.nextAt!; ; next = command.nextAt!) {
      const after = atTime(command, 'valve', valve(null), next)!
      if (after.state !== 'sent') {
        expect(after).toMatchObject({ state: 'expired', settledAt: T0 + 60_000, nextAt: null, attempts: 6 })
        break
      }
      times.push(next)
      command = after
    }
    expect(times.map((at) => (at - T0) / 1_000)).toEqual([0, 1, 3, 8, 18, 38])
  })

  it('waits in between, and never past its expiry', () => {
    expect(atTime(sent('close'), 'valve', valve(null), T0 + 999)).toBeNull()
    expect(sent('close', 1_000).nextAt).toBe(T0 + 1_000)
    expect(atTime(sent('close', 1_000), 'valve', valve(null), T0 + 1_000)?.state).toBe('expired')
    let command = sent('close', 24 * 3_600_000)
    for (let times = 0; times < 20; times++) command = sentAgain(command, T0)
    expect(command.nextAt).toBe(T0 + RESEND_AFTER_MS.at(-1)!)
  })

  it('is not done anew for who begins to listen within a second of it', () => {
    let command = sent('close')
    for (let times = 1; times < 10; times++) {
      const now = T0 + times * 1_500
      expect([isFresh(command, now - 1_501 + 1_000), isFresh(command, now - 1_500 + 1_000)]).toEqual([true, false])
      command = sentAgain(command, now)
    }
  })

  it('at whatever moments time is looked at, expires once, at or after its time, and is never sent after it', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 5, maxLength: 60 }), (steps) => {
        let command = sent('close', 30_000)
        let now = T0
        for (const step of steps) {
          now += step
          const after = atTime(command, 'valve', valve(null), now)
          if (after === null) continue
          if (after.state === 'sent') expect(now).toBeLessThan(T0 + 30_000)
          else expect(now).toBeGreaterThanOrEqual(T0 + 30_000)
          expect(command.state).toBe('sent')
          command = after
        }
        if (now >= T0 + 30_000) expect(command.state).toBe('expired')
      }),
    )
  })
})

describe('a reply', () => {
  const ok = { id: 'c1', ok: true, message: '' }
  const no = { id: 'c1', ok: false, message: 'stuck' }

  it.each([
    ['sent', ok, 'done', 'ok'],
    ['sent', { ...ok, message: 'closed' }, 'done', 'closed'],
    ['sent', no, 'failed', 'stuck'],
    ['sent', { ...no, message: '' }, 'failed', 'the device could not do it'],
    ['expired', ok, 'done', 'ok'],
    ['expired', no, 'failed', 'stuck'],
  ] as const)('to one that is %s', (state, reply, becomes, text) => {
    const before = state === 'sent' ? sent('close') : settled(sent('close'), state, null, T0)
    expect(answered(before, reply, T0 + 5)).toMatchObject({ state: becomes, reply: text, settledAt: T0 + 5 })
  })

  it('changes nothing that is settled', () => {
    const over = CONTROL_STATES.filter((state) => state !== 'sent' && state !== 'expired')
    expect(over).toHaveLength(4)
    for (const state of over) expect(answered(settled(sent('close'), state, null, T0), no, T0)).toBeNull()
  })
})

describe('what a device reports', () => {
  it.each([
    ['close', 'cleared', true],
    ['close', 'active', false],
    ['close', 'unknown', false],
    ['open', 'active', true],
    ['open', 'cleared', false],
    ['open', 'pulse', false],
  ] as const)('%s, and the valve has become %s: %s', (command, state, confirmed) => {
    expect(isConfirmed(sent(command), 'valve', [], report(state))).toBe(confirmed)
  })

  it('of another condition, or that did not change, confirms nothing', () => {
    expect(isConfirmed(sent('close'), 'valve', [], [{ code: 'pump.running', state: 'cleared' }])).toBe(false)
    expect(isConfirmed(sent('close'), 'valve', [], [])).toBe(false)
  })

  it('of measurements confirms that a meter was read', () => {
    const measurements = [{ name: 'voltage.l1', value: 230, unit: 'V' }]
    expect(isConfirmed(sent('read'), 'power_meter', measurements, [])).toBe(true)
    expect(isConfirmed(sent('read'), 'power_meter', [], report('active'))).toBe(false)
    expect(isConfirmed(sent('close'), 'valve', measurements, [])).toBe(false)
  })

  it('counts when time is up, where it spoke since: it was so all along', () => {
    const end = T0 + 60_000
    expect(atTime(sent('close'), 'valve', valve('cleared'), end)).toMatchObject({ state: 'done', reply: null })
    expect(atTime(sent('close'), 'valve', valve('active'), end)?.state).toBe('expired')
    expect(atTime(sent('close'), 'valve', valve('cleared', T0), end)?.state).toBe('expired')
    expect(atTime(sent('close'), 'valve', valve('cleared', null), end)?.state).toBe('expired')
  })
})

describe('two commands', () => {
  it('that are opposite: the newer one ends the older', () => {
    const open = [sent('open'), { ...sent('close'), id: 'c2' }, { ...sent('open'), id: 'c3' }]
    expect(superseded(open, 'valve', 'close').map(({ id }) => id)).toEqual(['c1', 'c3'])
    expect(superseded(open, 'valve', 'open').map(({ id }) => id)).toEqual(['c2'])
    expect(superseded([sent('read')], 'power_meter', 'read')).toEqual([])
  })

  it('that a rule asks for, the same for one ticket: only where the last one did not last', () => {
    const last = (state: ControlCommand['state']) =>
      state === 'sent' ? sent('close') : settled(sent('close'), state, null, T0)
    expect(isNeeded(undefined, 'valve', valve('cleared'))).toBe(true)
    expect(isNeeded(last('sent'), 'valve', valve('active'))).toBe(false)
    expect(isNeeded(last('done'), 'valve', valve('cleared'))).toBe(false)
    expect(isNeeded(last('done'), 'valve', valve('active'))).toBe(true)
    expect(isNeeded(last('done'), 'valve', valve(null))).toBe(true)
    for (const state of ['failed', 'expired', 'superseded', 'refused'] as const) {
      expect(isNeeded(last(state), 'valve', valve('active'))).toBe(true)
    }
  })
})
