import { describe, expect, it } from 'vitest'
import { checkCommitment, lossFaults } from '../../../rules/commitments/check.ts'
import { defaultCommitment } from '../../../rules/commitments/default.ts'
import { presets } from '../../../rules/commitments/presets/index.ts'
import { rescueCity } from '../../../rules/commitments/presets/rescue.ts'
import type { Commitment, Target } from '../../../rules/model.ts'
import { planBookOf } from '../../../rules/plans/book.ts'
import type { PlanSurroundings } from '../../../rules/plans/check.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const sites = new Map(['north', 'south'].map((id) => [id, { timezone: 'Asia/Shanghai' }]))
const arrive: Target = { milestone: 'arrive', withinMs: HOUR, calendar: 'around_the_clock' }
const plan = (rest: Partial<Commitment>): Commitment => ({
  ...{ id: 'ours', name: { zh: '我们', en: 'Ours' }, sites: ['north'], targets: [arrive] },
  ...rest,
})
function around(plans: readonly Commitment[], at = '2026-11-23T12:00+08:00'): PlanSurroundings {
  const about = { kind: 'commitment' as const, version: 1, updatedAt: 0, updatedBy: '' }
  return { book: planBookOf(plans.map((each) => ({ ...about, id: each.id, plan: each }))), sites, now: Date.parse(at) }
}
function verdict(each: Commitment, others: readonly Commitment[] = [defaultCommitment, rescueCity], at?: string) {
  const { errors, warnings } = checkCommitment(each, around([...others, each], at))
  return { errors: errors.map(({ field }) => field), warnings: warnings.map(({ message }) => message) }
}
const errorsOf = (target: Partial<Target>, rest: Partial<Commitment> = {}) =>
  verdict(plan({ targets: [{ ...arrive, ...target }], ...rest })).errors

describe('a commitment is refused', () => {
  it.each<[string[], Partial<Target>, Partial<Commitment>?]>([
    [[], {}],
    [['targets[0].withinMs'], { calendar: 'working_days', withinMs: DAY + 1 }],
    [['targets[0].withinMs'], { calendar: 'calendar_days', withinMs: HOUR }],
    [[], { calendar: 'calendar_days', withinMs: 0 }],
    [['targets[0].withinMs'], { calendar: 'service_hours', withinMs: 32 * DAY }],
    [['targets[0].from'], { from: 'appointment' }],
    [['targets[0].from'], { from: 'appointment', covers: { kinds: ['appointment', 'repair'] } }],
    [[], { from: 'appointment', covers: { kinds: ['appointment'] } }],
    [[], { from: 'appointment' }, { covers: { kinds: ['appointment'] } }],
    [['targets[0].earliestMs'], { earliestMs: 1 }],
    [['targets[0].cutoffs[0].dueAt'], { cutoffs: [{ receivedBy: '11:30', dueAt: '11:10' }] }],
    [['serviceHours.to'], {}, { serviceHours: { from: '08:00', to: '08:30' } }],
    [[], {}, { serviceHours: { from: '22:00', to: '06:00' } }],
    [['validUntil'], {}, { validFrom: '2027-01-02', validUntil: '2027-01-01' }],
    [[], {}, { validFrom: '2027-01-01', validUntil: '2027-01-01' }],
  ])('%j: %j %j', (expected, target, rest = {}) => {
    expect(errorsOf(target, rest)).toEqual(expected)
  })

  it('where a site has twenty of a party already', () => {
    const many = Array.from({ length: 20 }, (_, index) => plan({ id: `c${index}` }))
    expect(verdict(plan({}), many).errors).toEqual(['sites'])
    expect(verdict(plan({}), many.slice(1)).errors).toEqual([])
    expect(verdict(plan({ sites: ['south'] }), many).errors).toEqual([])
    expect(verdict(plan({ party: 'maintenance_firm' }), many).errors).toEqual([])
  })
})

describe('a commitment is warned of', () => {
  const noNight: Target = { ...arrive, covers: { hours: 'within' } }
  it('where emergencies of a site have no arrival target, with the site, the category and the hour', () => {
    const message = (sites: string, category: string, time: string) =>
      `emergencies of ${sites} have no arrival target of the property: in ${sites.split(',')[0]} one of the category ` +
      `${category} at ${time}; add a target with the milestone arrive`
    expect(verdict(plan({ targets: [noNight] })).warnings).toEqual([message('north', 'water_leak', '00:00')])
    const noPower = { ...arrive, covers: { categories: ['water_leak', 'elevator', 'device', 'other'] } }
    expect(verdict(plan({ targets: [noPower] })).warnings).toEqual([message('north', 'power', '00:00')])
    const evening = { from: '00:00', to: '17:30' }
    expect(verdict(plan({ targets: [noNight], serviceHours: evening })).warnings).toEqual([
      message('north', 'water_leak', '17:30'),
    ])
    const all = plan({ id: 'default', sites: null, targets: [{ ...arrive, covers: { priorities: ['high'] } }] })
    expect(verdict(all, []).warnings).toEqual([message('north, south', 'water_leak', '00:00')])
    for (const covers of [{ origins: ['report'] }, { problems: ['water.*'] }, { kinds: ['request'] }] as const) {
      expect(verdict(plan({ targets: [{ ...arrive, covers }] })).warnings).toHaveLength(1)
    }
  })

  it('not where another of the site has one, at another hour too, or where it concerns another party', () => {
    expect(verdict(plan({ targets: [noNight] }), [plan({ id: 'other' })]).warnings).toEqual([])
    const night = plan({ id: 'night', targets: [{ ...arrive, covers: { hours: 'outside' } }] })
    expect(verdict(plan({ targets: [noNight] }), [night]).warnings).toEqual([])
    const firm = plan({ party: 'maintenance_firm', targets: [noNight] })
    expect(verdict(firm, [plan({ id: 'bare', targets: [noNight] })]).warnings).toEqual([])
    for (const id of ['D5', 'D10', 'D13', 'D19']) {
      expect([id, verdict({ ...presets.get(id)!.commitment, sites: ['north'] }).warnings]).toEqual([id, []])
    }
  })

  it('from 31 days before its working days may lie in a year whose holidays are unknown', () => {
    const days = plan({ targets: [arrive, { ...arrive, calendar: 'working_days', withinMs: 3 * DAY }] })
    const warnings = (at: string) => verdict(days, [], at).warnings
    expect(warnings('2026-11-27T23:59+00:00')).toEqual([])
    expect(warnings('2026-11-28T00:00+00:00')).toEqual([expect.stringContaining('holidays of 2027 are unknown')])
    expect(verdict(plan({}), [], '2026-12-31T00:00+00:00').warnings).toEqual([])
  })

  it('where its validity ends soon or has ended, by the calendar of its site', () => {
    const ends = plan({ validUntil: '2026-12-31' })
    const warnings = (at: string) => verdict(ends, [defaultCommitment], at).warnings
    expect(warnings('2026-11-30T23:59+08:00')).toEqual([])
    expect(warnings('2026-12-01T00:00+08:00')).toEqual([expect.stringContaining('it ends with 2026-12-31')])
    expect(warnings('2027-01-01T00:00+08:00')).toEqual([expect.stringContaining('it ended with 2026-12-31')])
  })

  it('before it begins, where emergencies would then have no arrival target', () => {
    const slow = plan({ validFrom: '2027-01-01', targets: [{ ...arrive, milestone: 'respond' }] })
    expect(verdict(slow).warnings).toEqual([
      expect.stringMatching(/^from 2027-01-01 on emergencies of north have no arrival target/),
    ])
  })

  it('before it ends and after, where emergencies then have no arrival target', () => {
    const ends = plan({ sites: null, validUntil: '2026-12-31' })
    const south = plan({ id: 'south', sites: ['south'] })
    const warnings = (others: Commitment[], at: string) => verdict(ends, others, at).warnings
    for (const at of ['2026-12-01T00:00+08:00', '2027-01-01T00:00+08:00']) {
      expect(warnings([south], at)).toEqual([
        expect.stringMatching(/with 2026-12-31.*: after that emergencies of north have no arrival target/),
      ])
      expect(warnings([defaultCommitment], at)).toEqual([expect.not.stringContaining('emergencies')])
    }
  })
})

describe('a deletion', () => {
  it('is refused where it takes the last arrival target of a site away, and not where it changes nothing', () => {
    const bare = plan({ id: 'bare', targets: [{ ...arrive, milestone: 'respond' }] })
    const faults = (deleted: Commitment, rest: Commitment[]) =>
      lossFaults(deleted, around([deleted, ...rest]), around(rest).book).map(({ message }) => message)
    expect(faults(plan({}), [bare])).toEqual([expect.stringMatching(/^emergencies of north would have no arrival/)])
    expect(faults(plan({}), [defaultCommitment])).toEqual([])
    expect(faults(bare, [])).toEqual([])
    expect(faults(defaultCommitment, [plan({})])).toEqual([expect.stringMatching(/^emergencies of south would/)])
    expect(faults(defaultCommitment, [plan({ sites: ['north', 'south'] })])).toEqual([])
    expect(faults(rescueCity, [defaultCommitment])).toEqual([])
  })
})

describe('an edit', () => {
  const faults = (rest: Partial<Commitment>, others: Commitment[] = []) => {
    const before = plan({ sites: null })
    const after = { ...before, ...rest }
    return lossFaults(before, around([before, ...others]), around([after, ...others]).book)
  }
  it.each<Partial<Commitment>>([
    { sites: ['north'] },
    { party: 'maintenance_firm' },
    { validFrom: '2026-11-24' },
    { validUntil: '2026-11-22' },
  ])('is refused where a site that it leaves has no arrival target then: %j', (rest) => {
    const left = rest.sites ? 'south' : 'north, south'
    expect(faults(rest)).toEqual([
      { field: 'sites', message: expect.stringContaining(`emergencies of ${left} would have no`) as string },
    ])
    expect(faults(rest, [defaultCommitment])).toEqual([])
  })

  it('is not refused where a warning of it stands with what it still promises', () => {
    expect(faults({ targets: [{ ...arrive, milestone: 'respond' }] })).toEqual([])
  })
})
