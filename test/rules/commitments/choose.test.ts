import { describe, expect, it } from 'vitest'
import { commitmentsOf, zoneOf } from '../../../rules/commitments/choose.ts'
import { defaultCommitment } from '../../../rules/commitments/default.ts'
import { rescueCity } from '../../../rules/commitments/presets/rescue.ts'
import type { Commitment } from '../../../rules/model.ts'
import { planBookOf } from '../../../rules/plans/book.ts'

const noon = { now: Date.parse('2026-11-23T12:00+08:00'), timezone: 'Asia/Shanghai' }
const own = (id: string, rest: Partial<Commitment> = {}): Commitment => ({
  ...defaultCommitment,
  id,
  sites: ['north'],
  ...rest,
})
function idsOf(plans: readonly Commitment[], site: string, moment = noon): string[] {
  const about = { kind: 'commitment' as const, version: 1, updatedAt: 0, updatedBy: '' }
  const book = planBookOf(plans.map((plan) => ({ ...about, id: plan.id, plan })))
  return commitmentsOf(book, site, moment).map(({ id }) => id)
}

describe('what a site promises', () => {
  it("is what every site promises, the property's first", () => {
    expect(idsOf([rescueCity, defaultCommitment], 'north')).toEqual(['default', 'rescue-city'])
  })

  it('is its own in place of those of every site, each party for itself', () => {
    const plans = [rescueCity, defaultCommitment, own('b'), own('a')]
    expect(idsOf(plans, 'north')).toEqual(['a', 'b', 'rescue-city'])
    expect(idsOf(plans, 'south')).toEqual(['default', 'rescue-city'])
    expect(idsOf([...plans, own('far', { party: 'maintenance_firm' })], 'north')).toEqual(['a', 'b', 'far'])
  })

  it.each([
    ['2026-11-23T00:00+08:00', ['a']],
    ['2026-11-22T23:59:59.999+08:00', ['default']],
    ['2026-11-25T00:00-00:00', ['default']],
    ['2026-11-24T23:59:59.999+08:00', ['a']],
  ])('is valid on its days, by the calendar of the site: %s, %j', (at, expected) => {
    const plans = [defaultCommitment, own('a', { validFrom: '2026-11-23', validUntil: '2026-11-24' })]
    expect(idsOf(plans, 'north', { ...noon, now: Date.parse(at) })).toEqual(expected)
  })
})

it("counts the days of a commitment in its first site's zone, for all sites in that of the first there is", () => {
  const sites = new Map([
    ['north', { timezone: 'Asia/Shanghai' }],
    ['far', { timezone: 'America/New_York' }],
  ])
  expect(zoneOf(['far', 'north'], { sites })).toBe('America/New_York')
  expect(zoneOf(null, { sites })).toBe('Asia/Shanghai')
})
