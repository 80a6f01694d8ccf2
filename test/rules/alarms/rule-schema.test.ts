import { describe, expect, it } from 'vitest'
import { parseRule, readRule, type RuleInput } from '../../../rules/alarms/rule-schema.ts'

const input: RuleInput = {
  id: 'wet',
  kind: 'water_leak',
  title: { zh: '漏水', en: 'Wet' },
  priority: 'critical',
  category: 'water_leak',
  when: 'water.leak',
}

describe('a rule as a person writes it', () => {
  it('takes the defaults for what is left out', () => {
    expect(parseRule(input)).toEqual({
      ...input,
      opensTicket: false,
      onDelayMs: 0,
      offDelayMs: 0,
      pulseHoldMs: 600_000,
      reAlarmMs: null,
      acknowledgementExpiresMs: null,
      latch: false,
      enabled: true,
    })
  })

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['an unknown key', { onDelay: 5 }, /onDelay/],
    ['an unknown kind', { kind: 'toaster' }, /kind/],
    ['an unknown priority', { priority: 'urgent' }, /priority/],
    ['a delay below zero', { onDelayMs: -1 }, /onDelayMs/],
    ['a delay that is not whole', { offDelayMs: 0.5 }, /offDelayMs/],
    ['an id with a blank', { id: 'a b' }, /id/],
    ['neither condition nor silence', { when: undefined }, /either `when` or `silenceMs`/],
    ['both condition and silence', { silenceMs: 5_000 }, /either `when` or `silenceMs`/],
    ['no Chinese title', { title: { zh: '', en: 'Wet' } }, /zh/],
  ])('is refused with %s', (_name, extra, why) => {
    expect(() => parseRule({ ...input, ...extra })).toThrow(why)
  })

  const RATE = { rate: 'power.active', overMs: 60_000 }
  const WITH = { kind: 'pump', same: 'zone', when: 'pump.running' }
  const SUPPRESSES = { same: 'building', rules: ['elevator.*', 'power_meter.silent'] }

  it('may say which devices, over what time, with whom, when, and what it mutes', () => {
    const rich = {
      scope: { sites: ['river'], buildings: ['B 2'], tags: ['deep'], devices: ['d-1'] },
      measures: {
        rising: RATE,
        night: { consumption: 'energy.active.import', from: '23:00', to: '05:00' },
        skew: { unbalance: 'voltage' },
        slope: { trend: 'x.custom', overMs: 86_400_000 },
      },
      calendar: [
        { days: ['workday', 'sat'], from: '22:00', to: '06:00' },
        { from: '00:00', to: '00:00' },
      ],
      with: { ...WITH, atLeast: 2, withinMs: 60_000 },
      suppresses: { ...SUPPRESSES, holdMs: 0 },
    }
    expect(parseRule({ ...input, ...rich })).toMatchObject(rich)
    expect(parseRule({ ...input, with: WITH, suppresses: SUPPRESSES })).toMatchObject({
      with: { atLeast: 1 },
      suppresses: { holdMs: 60_000 },
    })
    const silent = { ...input, when: undefined, silenceMs: 60_000, silenceOf: 'voltage.l1' }
    expect(parseRule(silent)).toMatchObject({ silenceOf: 'voltage.l1' })
  })

  it.each<[Record<string, unknown>, string, RegExp]>([
    [{ onDelay: 5 }, 'onDelay', /no such field/],
    [{ onDelayMs: -1 }, 'onDelayMs', /0 to 604800000 \(7 days\)/],
    [{ onDelayMs: 0.5 }, 'onDelayMs', /whole milliseconds/],
    [{ id: 'A b' }, 'id', /small letters/],
    [{ clear: 'x', when: undefined, silenceMs: 5_000 }, 'clear', /belongs to `when`/],
    [{ silenceOf: 'voltage.l1' }, 'silenceOf', /needs `silenceMs`/],
    [{ when: undefined, silenceMs: 5_000, silenceOf: 'water leak' }, 'silenceOf', /point or condition/],
    [{ when: 'a'.repeat(2_001) }, 'when', /2000 characters/],
    [{ scope: { sites: [] } }, 'scope.sites', /at least one/],
    [{ scope: { rooms: ['a'] } }, 'scope.rooms', /no such field/],
    [{ scope: { tags: ['Deep'] } }, 'scope.tags[0]', /small letters/],
    [{ scope: { devices: Array(501).fill('d') } }, 'scope.devices', /at most 500/],
    [{ measures: { a: { rate: 'power.active' } } }, 'measures.a.overMs', /rate needs the milliseconds/],
    [{ measures: { a: { ...RATE, trend: 'power.active' } } }, 'measures.a', /set one of rate, trend/],
    [{ measures: { a: { ...RATE, rate: 'water.leak' } } }, 'measures.a.rate', /a number/],
    [{ measures: { a: { ...RATE, from: '00:00' } } }, 'measures.a.from', /not with rate/],
    [{ measures: { a: { trend: 'power.active', overMs: 60_000 } } }, 'measures.a.overMs', /three hours/],
    [{ measures: { a: { consumption: 'power.active', from: '24:00', to: '05:00' } } }, 'measures.a.from', /23:59/],
    [{ measures: { a: { consumption: 'power.active', from: '00:00' } } }, 'measures.a.to', /local time/],
    [{ measures: { a: { unbalance: 'voltage', overMs: 1_000 } } }, 'measures.a.overMs', /not with unbalance/],
    [
      { measures: Object.fromEntries('abcdefghi'.split('').map((name) => [`m${name}`, RATE])) },
      'measures',
      /at most 8/,
    ],
    [{ calendar: [] }, 'calendar', /at least one window/],
    [{ calendar: [{ days: ['funday'], from: '08:00', to: '18:00' }] }, 'calendar[0].days[0]', /workday/],
    [{ with: { ...WITH, atLeast: 0 } }, 'with.atLeast', /1/],
    [{ with: { ...WITH, withinMs: 2 * 86_400_000 } }, 'with.withinMs', /86400000 \(1 days\)/],
    [{ with: { ...WITH, when: '' } }, 'with.when', /a condition/],
    [{ suppresses: { ...SUPPRESSES, same: 'planet' } }, 'suppresses.same', /building/],
    [{ suppresses: { ...SUPPRESSES, rules: ['*'] } }, 'suppresses.rules[0]', /elevator\.\*/],
    [{ suppresses: { ...SUPPRESSES, holdMs: 90_000_000 } }, 'suppresses.holdMs', /86400000/],
    [{ levels: [{ priority: 'critical', when: 'water.leak' }] }, 'levels', /each priority once/],
    [
      { scope: Object.fromEntries(['buildings', 'zones'].map((name) => [name, Array(500).fill('x'.repeat(90))])) },
      'scope',
      /65536 characters/,
    ],
  ])('%.90j is refused at %s', (extra, field, why) => {
    const read = readRule({ ...input, ...extra })
    expect(read).toMatchObject({ ok: false, errors: [{ field, message: expect.stringMatching(why) as string }] })
  })

  it('that is no rule at all is refused', () => {
    for (const nothing of [null, 'a', [], {}]) expect(readRule(nothing).ok).toBe(false)
  })
})
