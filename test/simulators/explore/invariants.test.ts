import { describe, expect, it } from 'vitest'
import { findingsOf, INVARIANTS } from '../../../simulators/explore/invariants.ts'
import type { ShownNotice, ShownStep } from '../../../simulators/explore/testimony.ts'
import { alarm, arriveBy, device, iso, type Seen, shown, START_MS, testimony } from './testimony.ts'

const MINUTE_MS = 60_000
const look = { atMs: START_MS + MINUTE_MS, when: 'meanwhile' as const, tickets: [], alarms: [], devices: [] }
const closed = arriveBy(10 * MINUTE_MS, { state: 'met', metAt: iso(MINUTE_MS) })

const notice = (more: Partial<ShownNotice>): ShownNotice => ({
  ...{ id: 'N', kind: 'alarm.raised', state: 'queued', channel: 'sms', ticket: null, alarm: 'A' },
  ...{ dueAt: iso(2 * 3_600_000), settledAt: null, attempts: 0 },
  ...more,
})

const step = (more: Partial<ShownStep>): ShownStep => ({
  ...{ policy: 'default', position: 1, repetition: 0, dueAt: iso(3 * MINUTE_MS), unless: 'accept' },
  ...{ state: 'fired', settledAt: iso(3 * MINUTE_MS) },
  ...more,
})

/** Of one ticket: its ladder, and what became of it. */
const climbed = (steps: ShownStep[], action = 'open'): Seen => ({
  ...told([0, shown('1', { clocks: [closed] })]),
  end: {
    steps: new Map([['T-1', steps]]),
    history: new Map([['T-1', [{ at: iso(0), by: 'x', action, to: null }]]]),
    ladders: new Map([['default', [0, 3 * MINUTE_MS]]]),
  },
})

const met = (dueMs: number, metMs: number, state: 'met' | 'met_late') => arriveBy(dueMs, { state, metAt: iso(metMs) })
const told = (...each: [afterMs: number, ticket: ReturnType<typeof shown>][]): Seen => ({
  tickets: each.map(([afterMs, ticket]) => ({ atMs: START_MS + afterMs, ticket })),
  atEnd: { tickets: [each.at(-1)![1]] },
})

/** What no run may show, by the invariant that must see it. */
const BROKEN: Readonly<Record<string, Seen>> = {
  'done-is-done': {
    looks: [
      { ...look, when: 'before a restart', tickets: [shown('1', { clocks: [closed] })] },
      { ...look, when: 'after a restart' },
    ],
  },
  'audit-whole': { end: { audit: { ok: false, faults: [] } } },
  'all-counted': { lives: [{ delivered: 3, received: 2, rejected: 1 }] },
  'notices-settle': { end: { notices: [notice({ dueAt: iso(MINUTE_MS) })] } },
  'nothing-fails': { failures: ['taking a batch in: no'] },
  'one-ticket': {
    ...told([0, shown('1', { clocks: [closed] })], [0, shown('2', { clocks: [closed] })]),
    atEnd: { tickets: ['1', '2'].map((number) => shown(number, { clocks: [closed] })) },
  },
  'outlives-its-alarm': {
    end: { history: new Map([['T-1', [{ at: iso(0), by: 'system', action: 'close', to: 'closed' }]]]) },
  },
  'told-as-stored': {
    tickets: [{ atMs: START_MS, ticket: shown('1', { clocks: [closed] }) }],
    atEnd: { tickets: [shown('1', { state: 'accepted', clocks: [closed] })] },
  },
  'from-its-receipt': told([MINUTE_MS, shown('1', { clocks: [closed] })]),
  'ladder-climbs': climbed([step({ settledAt: iso(4 * MINUTE_MS) })]),
  'dispatch-goes-on': climbed([step({ state: 'stopped', settledAt: iso(MINUTE_MS) })]),
  'deadlines-stand': told(
    [0, shown('1', { clocks: [arriveBy(10 * MINUTE_MS)] })],
    [MINUTE_MS, shown('1', { clocks: [met(11 * MINUTE_MS, MINUTE_MS, 'met')] })],
  ),
  'breach-on-time': { atEnd: { tickets: [shown('1', {})] }, tickets: [{ atMs: START_MS, ticket: shown('1') }] },
  'exactly-is-on-time': told([0, shown('1', { clocks: [met(MINUTE_MS, MINUTE_MS, 'met_late')] })]),
  'frozen-promise': {
    ...told([0, shown('1', { clocks: [closed] })]),
    terms: new Map([['T-1', { arriveWithinMs: 5 * MINUTE_MS }]]),
  },
  'clock-runs-on': told([0, shown('1', { clocks: [arriveBy(10 * MINUTE_MS, { state: 'cancelled' })] })]),
  'one-alarm': { atEnd: { alarms: [alarm('A'), alarm('B')] } },
  'noise-stops': { atEnd: { alarms: [alarm('A', { computed: 'acked' })] }, end: { notices: [notice({})] } },
  'silence-told': { atEnd: { devices: [device({ lastSeenAt: iso(44 * MINUTE_MS) })] } },
  'no-false-silence': {
    silences: [{ atMs: START_MS + MINUTE_MS, rule: 'power_meter.silent', device: device({ lastSeenAt: iso(0) }) }],
  },
  'well-by-itself': {
    alarms: [{ atMs: START_MS, alarm: alarm('A', { rule: 'service.clock_drift' }), events: ['raised'] }],
  },
}

describe('what always holds', () => {
  it('holds where nothing happens', () => {
    expect(findingsOf(testimony())).toEqual([])
  })

  it('is all tried', () => {
    expect(Object.keys(BROKEN).sort()).toEqual(INVARIANTS.map(({ id }) => id).sort())
  })

  it.each(Object.entries(BROKEN))('%s is seen to be broken, and nothing else', (id, seen) => {
    expect(findingsOf(testimony(seen)).map(({ invariant }) => invariant)).toEqual([id])
  })

  it('takes what fell due while no process ran for late only after it is back', () => {
    const down = { fromMs: START_MS + 9 * MINUTE_MS, toMs: START_MS + 70 * MINUTE_MS }
    const seen = { atEnd: { tickets: [shown('1', {})] }, tickets: [{ atMs: START_MS, ticket: shown('1') }] }
    expect(findingsOf(testimony({ ...seen, downs: [down] }))).toEqual([])
  })
})
