import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { presets } from '../../../../rules/commitments/presets/index.ts'
import type { Commitment } from '../../../../rules/model.ts'
import type { LineClock, ServiceLine, Voice } from '../../../../rules/reports/service/line.ts'
import { serviceReport, type ServiceQuestion } from '../../../../rules/reports/service/service-report.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const FROM = Date.UTC(2026, 9, 31, 16)
const ZONE = 'Asia/Shanghai'
const D10 = presets.get('D10')!.commitment
const D19 = presets.get('D19')!.commitment

const clock = (about: Partial<LineClock> = {}): LineClock => {
  const usual = {
    milestone: 'arrive',
    party: 'property',
    dueAt: FROM + 10 * MINUTE,
    metAt: FROM,
    state: 'met',
  } as const
  return { ...usual, early: false, ...about }
}
const LATE = clock({ state: 'met_late', metAt: FROM + 11 * MINUTE })

let made = 0
function line(about: Partial<ServiceLine> = {}): ServiceLine {
  const number = String(++made).padStart(6, '0')
  const at = about.at ?? FROM + made
  return {
    ...{ id: `t${number}`, number, at, site: 'riverside', category: 'water_leak', assignee: 'li', crew: 'a' },
    ...{
      commitments: [],
      state: 'closed',
      priority: 'high',
      origin: 'report',
      kind: 'repair',
      location: '',
      device: null,
      drill: null,
    },
    ...{ occurredAt: at, reached: {}, warrantyUntil: null, reworkedAt: null, clocks: [clock()] },
    ...about,
  }
}
const lines = (count: number, about: Partial<ServiceLine> = {}) => Array.from({ length: count }, () => line(about))

const voice = (grade: number, about: Partial<Voice> = {}): Voice => ({
  ...{ at: FROM, site: 'riverside', category: 'water_leak', assignee: 'li', crew: 'a', commitments: [], grade },
  ...about,
})

/** In pages of three, so that every report goes over the edge of a page. */
function reportOf(tickets: ServiceLine[], voices: Voice[] = [], asked: Partial<ServiceQuestion> = {}) {
  const pages = Array.from({ length: Math.ceil(tickets.length / 3) }, (_, page) =>
    tickets.slice(page * 3, page * 3 + 3),
  )
  return serviceReport(
    { tickets: pages, voices: [voices], earlier: [] },
    {
      ...{ period: { from: FROM, to: FROM + 30 * DAY }, timezone: ZONE, timezoneOf: () => ZONE, groupBy: null },
      ...{ promised: [], ...asked },
    },
  )
}

describe('against the targets of the documents', () => {
  const of = (document: Commitment) => ({ commitments: [document] })
  const okOf = async (
    measure: 'on_time' | 'pass' | 'rework' | 'satisfaction',
    tickets: ServiceLine[],
    voices: Voice[] = [],
  ) => {
    const { targets, ok } = (await reportOf(tickets, voices)).total.measures[measure]
    expect(targets.map((target) => target.ok)).toEqual([ok])
    return ok
  }

  it('D10 及时率: 99 of 100 on time keep ≥ 99 %, 98 do not', async () => {
    const late = { ...of(D10), clocks: [LATE] }
    expect(await okOf('on_time', [...lines(99, of(D10)), ...lines(1, late)])).toBe(true)
    expect(await okOf('on_time', [...lines(98, of(D10)), ...lines(2, late)])).toBe(false)
  })

  it('D10 合格率: 95 of 100 accepted and not reworked keep ≥ 95 %, 94 do not', async () => {
    const failed = [
      ...lines(3, { ...of(D10), state: 'completed' }),
      ...lines(2, { ...of(D10), reworkedAt: FROM + DAY, warrantyUntil: FROM + DAY }),
    ]
    const afterWarranty = lines(4, { ...of(D10), reworkedAt: FROM + DAY + 1, warrantyUntil: FROM + DAY })
    expect(await okOf('pass', [...lines(91, of(D10)), ...failed, ...afterWarranty])).toBe(true)
    expect(await okOf('pass', [...lines(90, of(D10)), ...failed, ...afterWarranty, ...failed.slice(0, 1)])).toBe(false)
  })

  it('D19 及时率: 100 % is all, ordinary and emergency', async () => {
    const urgent = lines(50, { ...of(D19), priority: 'critical' })
    expect(await okOf('on_time', [...lines(50, of(D19)), ...urgent])).toBe(true)
    expect(await okOf('on_time', [...lines(999, of(D19)), line({ ...of(D19), clocks: [clock(), LATE] })])).toBe(false)
  })

  it('D19 返修率: 1 of 200 keeps ≤ 0.5 %, 1 of 199 does not', async () => {
    const reworked = line({ ...of(D19), reworkedAt: FROM + 300 * DAY })
    expect(await okOf('rework', [...lines(199, of(D19)), reworked])).toBe(true)
    expect(await okOf('rework', [...lines(198, of(D19)), reworked])).toBe(false)
  })

  it('D19 满意度: 19 of 20 that grade 4 or more keep ≥ 95 %, 18 do not', async () => {
    const grades = (satisfied: number) =>
      Array.from({ length: 20 }, (_, each) => voice(each < satisfied ? 4 : 3.9, of(D19)))
    expect(await okOf('satisfaction', lines(1, of(D19)), grades(19))).toBe(true)
    expect(await okOf('satisfaction', lines(1, of(D19)), grades(18))).toBe(false)
  })

  it('are held to the tickets that they were promised for alone', async () => {
    const { measures } = (await reportOf([...lines(9, of(D10)), ...lines(1, { ...of(D19), clocks: [LATE] })])).total
    expect(measures.on_time).toMatchObject({ numerator: 9, denominator: 10, value: 0.9, ok: false })
    const told = measures.on_time.targets.map(({ document, value, ok, quote }) => [document, value, ok, quote])
    expect(told).toEqual([
      ['D10', 1, true, '及时率 on-time rate | ≥ 99 %'],
      ['D19', 0, false, '及时率 on-time rate, ordinary and emergency | 100 %'],
    ])
  })

  it('are neither kept nor missed where nothing is decided', async () => {
    const { total, times, opened } = await reportOf([], [], { promised: [D10, D19] })
    expect(opened).toBe(0)
    for (const measure of Object.values(total.measures)) {
      expect(measure).toMatchObject({ numerator: 0, denominator: 0, value: null, ok: null })
      expect(measure.targets.map(({ ok }) => ok)).toEqual(measure.targets.map(() => null))
    }
    expect(total.measures.on_time.targets).toHaveLength(2)
    expect(times.arrive).toMatchObject({ count: 0, medianMs: null, withinTenMinutes: { value: null } })
  })
})

describe('times', () => {
  const arriving = (ms: number, about: Partial<ServiceLine> = {}) =>
    line({ at: FROM, reached: { arrive: FROM + ms }, ...about })

  it('count exactly ten minutes as within ten minutes, and a millisecond more as not', async () => {
    const { times, total } = await reportOf([arriving(600_000), arriving(600_001)])
    expect(times.arrive.withinTenMinutes).toEqual({ numerator: 1, denominator: 2, value: 0.5 })
    expect(total.withinTenMinutes).toEqual(times.arrive.withinTenMinutes)
    const filled = times.arrive.buckets.filter(({ count }) => count > 0)
    expect(filled).toEqual([
      { upToMs: 600_000, count: 1 },
      { upToMs: 900_000, count: 1 },
    ])
  })

  it('run from the occurrence where the clock does', async () => {
    const occurredAt = FROM - 5 * MINUTE
    const clocks = [clock({ dueAt: occurredAt + 10 * MINUTE })]
    const target = { milestone: 'arrive', withinMs: 10 * MINUTE, calendar: 'around_the_clock' } as const
    const from = (start: 'occurrence' | 'report') => [{ ...D10, targets: [{ ...target, from: start }] }]
    const maxOf = async (start: 'occurrence' | 'report') => {
      const arrived = arriving(4 * MINUTE, { occurredAt, clocks, commitments: from(start) })
      return (await reportOf([arrived])).times.arrive.maxMs
    }
    expect(await maxOf('occurrence')).toBe(9 * MINUTE)
    expect(await maxOf('report')).toBe(4 * MINUTE)
  })

  it('leave appointments out, which say only how far ahead they were', async () => {
    expect((await reportOf([arriving(3 * DAY, { kind: 'appointment' })])).times.arrive.count).toBe(0)
  })
})

it('leaves nothing out in silence: cancelled, gathered and tried tickets are counted with their reasons', async () => {
  const { opened, total, excluded, late } = await reportOf([
    line(),
    line({ state: 'on_site', clocks: [LATE] }),
    line({ number: 'X', state: 'cancelled', clocks: [LATE] }),
    line({ origin: 'flood' }),
    line({ category: 'drill' }),
  ])
  expect([opened, total.tickets, excluded.count]).toEqual([5, 2, 3])
  expect(excluded.reasons).toEqual({ cancelled: 1, flood: 1, test: 1 })
  expect(excluded.items[0]).toMatchObject({ number: 'X', reason: 'cancelled', late: 1 })
  expect(total).toMatchObject({ completed: 1, stillOpen: 1, stillOpenLate: 1 })
  expect(late).toMatchObject({ count: 1, items: [{ milestone: 'arrive', lateMs: MINUTE, assignee: 'li' }] })
})

it('counts an answered complaint as on time or late, and neither as work that was accepted nor as an acceptance', async () => {
  const reached = { accept: FROM + DAY, complete: FROM + DAY }
  const complaints = lines(2, { kind: 'complaint', state: 'closed', clocks: [LATE], reached, reworkedAt: FROM + DAY })
  const waiting = line({ kind: 'complaint', state: 'completed', clocks: [] })
  const { total, times } = await reportOf([line(), line({ state: 'completed' }), ...complaints, waiting])
  expect(total).toMatchObject({ tickets: 5, completed: 5, unsigned: 1 })
  const { on_time, pass, rework } = total.measures
  expect([on_time, pass, rework].map(({ numerator, denominator }) => [numerator, denominator])).toEqual([
    ...[[2, 4], [1, 2], [0, 2]], // prettier-ignore
  ])
  expect([times.accept.count, times.complete.count]).toEqual([0, 0])
})

it("keeps the maintenance firm's clocks apart, and those that nothing came of out", async () => {
  const firm = clock({ party: 'maintenance_firm', state: 'breached', metAt: null })
  const clocks = [clock(), clock({ milestone: 'complete', state: 'running', metAt: null }), firm]
  const { clocks: found, total } = await reportOf([line({ clocks }), line({ clocks: [clock({ state: 'cancelled' })] })])
  expect(found.all).toEqual({ numerator: 1, denominator: 1, value: 1 })
  expect(found.maintenanceFirm).toEqual({ numerator: 0, denominator: 1, value: 0 })
  expect(total.measures.on_time).toMatchObject({ numerator: 1, denominator: 1 })
})

it('finds the same trouble at the same place again within thirty days', async () => {
  const at = (days: number, about: Partial<ServiceLine> = {}) =>
    line({ at: FROM + days * DAY, location: '3-502', ...about })
  const tickets = [
    at(0),
    at(1, { category: 'power' }),
    at(2, { location: '3-503' }),
    at(29.9),
    at(29.95, { device: 'd' }),
  ]
  const { recurrences } = await reportOf(tickets)
  expect(recurrences).toMatchObject({ count: 1, items: [{ location: '3-502', category: 'water_leak', tickets: 2 }] })
})

it('keeps a service record of each person, and days of the site', async () => {
  const tickets = [
    line({ at: FROM - 1 + DAY, assignee: 'li', clocks: [LATE] }),
    line({ at: FROM + DAY, assignee: 'wu', reworkedAt: FROM + 2 * DAY }),
  ]
  const { groups, days } = await reportOf(tickets, [voice(2, { assignee: 'wu' }), voice(5, { assignee: 'wu' })], {
    groupBy: 'person',
  })
  expect(days.map(({ day, late }) => [day, late])).toEqual([['2026-11-01', 1], ['2026-11-02', 0]]) // prettier-ignore
  const told = groups!.items.map(({ key, tickets: jobs, measures, meanGrade }) => {
    return [key, jobs, measures.on_time.value, measures.rework.value, meanGrade]
  })
  expect(told).toEqual([
    ['li', 1, 0, 0, null],
    ['wu', 1, 1, 1, 3.5],
  ])
})

describe('over any tickets', () => {
  const STATES = ['pending_dispatch', 'on_site', 'completed', 'signed_off', 'closed', 'cancelled'] as const
  const someClock = fc.record({
    milestone: fc.constantFrom('accept' as const, 'arrive' as const, 'complete' as const),
    party: fc.constantFrom('property' as const, 'property' as const, 'maintenance_firm' as const),
    state: fc.constantFrom(
      'running' as const,
      'met' as const,
      'met_late' as const,
      'breached' as const,
      'cancelled' as const,
    ),
  })
  const some = fc.record({
    state: fc.constantFrom(...STATES),
    origin: fc.constantFrom('alarm' as const, 'report' as const, 'flood' as const),
    kind: fc.constantFrom('repair' as const, 'repair' as const, 'request' as const, 'complaint' as const),
    minutes: fc.option(fc.integer({ min: 0, max: 3_000 })),
    clocks: fc.array(someClock, { maxLength: 4 }),
    reworkDay: fc.option(fc.integer({ min: 0, max: 60 })),
    warrantyDays: fc.option(fc.integer({ min: 0, max: 60 })),
    person: fc.constantFrom('li', 'wu', 'he', null),
    promises: fc.subarray([D10, D19]),
  })

  it('says what a plain calculation says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(some, { maxLength: 400 }),
        fc.array(fc.integer({ min: 1, max: 5 })),
        async (all, grades) => {
          const tickets = all.map(({ minutes, clocks, reworkDay, warrantyDays, person, promises, ...rest }) =>
            line({
              ...{ ...rest, at: FROM, assignee: person, commitments: promises },
              clocks: clocks.map((each) => clock(each)),
              reached: minutes === null ? {} : { arrive: FROM + minutes * MINUTE },
              reworkedAt: reworkDay === null ? null : FROM + reworkDay * DAY,
              warrantyUntil: warrantyDays === null ? null : FROM + warrantyDays * DAY,
            }),
          )
          const { total, times, clocks, groups } = await reportOf(
            tickets,
            grades.map((grade) => voice(grade)),
            {
              groupBy: 'person',
            },
          )
          const found = (measure: keyof typeof total.measures) => {
            return [total.measures[measure].numerator, total.measures[measure].denominator]
          }

          let [onTime, decided, completed, passed, reworked, clocksOk, clocksAll] = [0, 0, 0, 0, 0, 0, 0]
          const arrivals: number[] = []
          const jobs: Record<string, number> = {}
          for (const each of all) {
            if (each.state === 'cancelled' || each.origin === 'flood') continue
            jobs[String(each.person)] = (jobs[String(each.person)] ?? 0) + 1
            let [good, bad] = [0, 0]
            for (const { party, state } of each.clocks) {
              if (party !== 'property') continue
              if (state === 'met') good += 1
              if (state === 'met_late' || state === 'breached') bad += 1
            }
            clocksOk += good
            clocksAll += good + bad
            if (good + bad > 0) decided += 1
            if (good > 0 && bad === 0) onTime += 1
            const isDone = each.state === 'completed' || each.state === 'signed_off' || each.state === 'closed'
            if (isDone && each.kind !== 'complaint') {
              completed += 1
              if (each.reworkDay !== null) reworked += 1
              const free = each.reworkDay === null || (each.warrantyDays !== null && each.reworkDay > each.warrantyDays)
              if (each.state !== 'completed' && free) passed += 1
            }
            if (each.minutes !== null && each.kind !== 'complaint') arrivals.push(each.minutes * MINUTE)
          }
          expect(found('on_time')).toEqual([onTime, decided])
          expect(found('pass')).toEqual([passed, completed])
          expect(found('rework')).toEqual([reworked, completed])
          expect(found('satisfaction')).toEqual([
            grades.filter((grade) => grade === 4 || grade === 5).length,
            grades.length,
          ])
          expect([clocks.all.numerator, clocks.all.denominator]).toEqual([clocksOk, clocksAll])
          expect(times.arrive.count).toBe(arrivals.length)
          expect(times.arrive.withinTenMinutes.numerator).toBe(arrivals.filter((ms) => ms <= 10 * MINUTE).length)
          arrivals.sort((a, b) => a - b)
          const least = (share: number) => arrivals.find((_, index) => (index + 1) / arrivals.length >= share) ?? null
          expect([times.arrive.medianMs, times.arrive.p90Ms, times.arrive.maxMs]).toEqual([
            least(0.5),
            least(0.9),
            least(1),
          ])
          expect(times.arrive.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(arrivals.length)
          const counted = groups!.items.filter(({ tickets: some }) => some > 0)
          expect(Object.fromEntries(counted.map(({ key, tickets: some }) => [String(key), some]))).toEqual(jobs)
        },
      ),
      { numRuns: 60 },
    )
  })
})
