import { expect, it } from 'vitest'
import { jsonReport } from '../../../simulators/report/json.ts'
import { leak } from './played.ts'

it('a report for scripts has everything, its keys in one order', () => {
  const text = jsonReport([leak()])
  const { runs, ...sums } = JSON.parse(text) as { runs: Record<string, unknown>[] }
  expect(sums).toEqual({ passed: false, scenarios: 1, expectations: 2, failed: 1, empty: 0 })
  const [run] = runs
  expect(run).toMatchObject({
    scenario: { name: 'night-leak', file: 'simulators/scenarios/night-leak.yaml', timezone: 'Asia/Shanghai' },
    seed: '1',
    passed: false,
    startsAt: '2026-11-23T19:00:00.000Z',
    endsAt: '2026-11-23T20:00:00.000Z',
    again: 'npx shifen simulate night-leak --seed 1',
  })
  const verdicts = run!.verdicts as unknown[]
  expect(verdicts[1]).toEqual({
    text: 'clock met: { milestone: follow_up }',
    file: 'night-leak.yaml',
    line: 14,
    column: 5,
    met: false,
    happened: 'it never came',
  })
  const [ticket] = run!.tickets as { clocks: unknown[] }[]
  expect(ticket!.clocks[0]).toEqual({
    milestone: 'arrive',
    party: 'property',
    state: 'met',
    dueAt: '2026-11-23T19:10:05.000Z',
    metAt: '2026-11-23T19:06:17.000Z',
    withinMs: 600_000,
    elapsedMs: 372_000,
  })
  expect((run!.facts as unknown[])[3]).toEqual({
    at: '2026-11-23T19:00:06.000Z',
    about: 'notice',
    what: 'sent',
    of: 'T-20261124-0001',
    fields: { channel: 'sms', kind: 'ticket.call', recipient: 'zhang' },
  })
  expect((run!.lines as unknown[])[0]).toEqual({
    at: '2026-11-23T19:00:00.000Z',
    from: 'story',
    text: 'leak-b2: leak begins',
  })
})

it('however its objects were put together', () => {
  const run = leak()
  const turned = <T extends object>(each: T) => Object.fromEntries(Object.entries(each).reverse()) as T
  const facts = run.facts.map((fact) => turned({ ...fact, fields: turned(fact.fields) }))
  expect(jsonReport([turned({ ...run, facts, tickets: run.tickets.map(turned) })])).toBe(jsonReport([run]))
})
