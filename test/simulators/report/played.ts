import { MINUTE_MS, SECOND_MS } from '../../../rules/model.ts'
import type { SeenClock, SeenTicket } from '../../../simulators/facts.ts'
import type { Verdict } from '../../../simulators/judge.ts'
import { type Line, lineOf } from '../../../simulators/lines.ts'
import type { Played } from '../../../simulators/play.ts'
import type { ExpectedFact, Fact, Scenario } from '../../../simulators/scenario.ts'

/** Three in the morning in Shanghai. */
export const START_MS = Date.UTC(2026, 10, 23, 19)

export const iso = (afterMs: number) => new Date(START_MS + afterMs).toISOString()

export const scenarioOf = (more: Partial<Scenario> = {}): Scenario => ({
  name: 'night-leak',
  title: { zh: '夜间漏水', en: 'A leak at night' },
  about: { zh: '凌晨三点水泵房进水。', en: 'The pump room floods at three in the morning.' },
  set: {},
  file: 'simulators/scenarios/night-leak.yaml',
  site: { id: 'default', name: '示范小区', timezone: 'Asia/Shanghai' },
  startsAtMs: START_MS,
  lastsMs: 60 * MINUTE_MS,
  devices: [{ id: 'leak-b2', kind: 'water_leak', name: '', location: 'B2 水泵房', building: null, spec: {} }] as never,
  people: { responders: [{ id: 'zhang', name: '张伟' }], shifts: [] } as never,
  settings: [],
  timeline: [],
  expect: [],
  ...more,
})

export const clock = (milestone: SeenClock['milestone'], dueMs: number, more: Partial<SeenClock> = {}): SeenClock => ({
  id: milestone,
  milestone,
  party: 'property',
  state: 'running',
  dueAt: iso(dueMs),
  metAt: null,
  ...more,
})

export const ticketOf = (number: string, openedMs: number, more: Partial<SeenTicket> = {}): SeenTicket => ({
  id: `T-${number}`,
  number,
  state: 'closed',
  priority: 'critical',
  category: 'water_leak',
  origin: 'alarm',
  kind: 'repair',
  site: 'default',
  location: 'B2 水泵房',
  device: 'leak-b2',
  titles: { zh: '漏水', en: 'Water leak' },
  assignee: 'zhang',
  reworkOf: null,
  ageUnknown: false,
  alarms: ['A-1'],
  commands: [],
  openedAt: iso(openedMs),
  clocks: [],
  ...more,
})

export const factOf = (
  about: Fact['about'],
  what: string,
  afterMs: number,
  fields: Fact['fields'] = {},
  of: string | null = null,
): Fact => ({ atMs: START_MS + afterMs, about, what, of, fields })

export const lineAt = (afterMs: number, from: Line['from'], text: string): Line => ({
  atMs: START_MS + afterMs,
  from,
  text,
  fact: null,
})

export const linesOf = (facts: readonly Fact[], tickets: readonly SeenTicket[]): Line[] => {
  const byId = new Map(tickets.map((ticket) => [ticket.id, ticket]))
  return facts.map((fact) => ({ atMs: fact.atMs, from: 'service', text: lineOf(fact, byId), fact }))
}

export const verdict = (
  text: string,
  met: boolean,
  happened: string,
  line: number,
  least = 1,
  inChinese = met ? '1 次' : '一直没来',
): Verdict => ({
  expectation: {
    kind: 'fact',
    fact: { about: 'ticket', what: 'opened', where: {} },
    every: null,
    least,
    most: Infinity,
    window: null,
    text,
    place: { file: 'night-leak.yaml', line, column: 5 },
  } satisfies ExpectedFact,
  met,
  happened,
  inChinese,
})

/** One leak, somebody there in time, and nobody who called the resident back. */
export function leak(more: Partial<Played> = {}): Played {
  const at = { device: 'leak-b2', category: 'water_leak', priority: 'critical', number: '20261124-0001' }
  const ticket = ticketOf('20261124-0001', 5 * SECOND_MS, {
    clocks: [
      clock('arrive', 605 * SECOND_MS, { state: 'met', metAt: iso(377 * SECOND_MS) }),
      clock('complete', 1805 * SECOND_MS, { state: 'met_late', metAt: iso(1865 * SECOND_MS) }),
      clock('follow_up', 24 * 60 * MINUTE_MS + 5 * SECOND_MS),
    ],
  })
  const of = ticket.id
  const facts = [
    factOf('alarm', 'raised', 5 * SECOND_MS, { ...at, rule: 'water' }, of),
    factOf('ticket', 'opened', 5 * SECOND_MS, { ...at, assignee: null }, of),
    factOf('notice', 'queued', 5 * SECOND_MS, { kind: 'ticket.call', channel: 'sms', recipient: 'zhang' }, of),
    factOf('notice', 'sent', 6 * SECOND_MS, { kind: 'ticket.call', channel: 'sms', recipient: 'zhang' }, of),
    factOf('ticket', 'on_site', 377 * SECOND_MS, { ...at, assignee: 'zhang' }, of),
    factOf('clock', 'met', 377 * SECOND_MS, { milestone: 'arrive', ticketNumber: at.number }, of),
    factOf('clock', 'met_late', 1865 * SECOND_MS, { milestone: 'complete', ticketNumber: at.number }, of),
    factOf('ticket', 'closed', 1900 * SECOND_MS, { ...at, assignee: 'zhang' }, of),
  ]
  const others = [
    lineAt(0, 'story', 'leak-b2: leak begins'),
    lineAt(5 * SECOND_MS, 'building', 'leak-b2 is wet (B2 水泵房)'),
    lineAt(40 * SECOND_MS, 'people', 'zhang sets out for B2'),
  ]
  const lines = [...others, ...linesOf(facts, [ticket])].sort((one, other) => one.atMs - other.atMs)
  const verdicts = [
    verdict('ticket opened: { device: leak-b2 }', true, 'once: 2026-11-24 03:00:05', 12),
    verdict('clock met: { milestone: follow_up }', false, 'it never came', 14),
  ]
  const run = { seed: '1', startMs: START_MS, messages: 1_234, passed: false }
  return { scenario: scenarioOf(), ...run, lines, facts, tickets: [ticket], verdicts, ...more }
}
