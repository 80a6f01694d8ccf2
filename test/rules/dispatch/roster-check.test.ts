import { describe, expect, it } from 'vitest'
import { checkPlan } from '../../../rules/plans/check.ts'
import type { Responder, Roster } from '../../../rules/model.ts'
import { bookOf, crew, DEFAULT_SITE, person, roster, rotation, SHANGHAI, shanghai } from '../../support/roster.ts'

const NOW = shanghai('2026-10-20 10:00')
const people = [person('p1'), person('p2'), person('off', { enabled: false }), person('away', { sites: ['river'] })]
const sites = new Map([
  [DEFAULT_SITE, { timezone: SHANGHAI }],
  ['river', { timezone: SHANGHAI }],
])

const WHOLE = { from: '08:00', to: '08:00' }
const judge = (of: Roster, responder: readonly Responder[] = people, others: readonly Roster[] = [], now = NOW) => {
  const crews = [crew('empty', ['off']), crew('good', ['p1']), crew('far', ['away'], { sites: ['river'] })]
  const book = bookOf({ responder, crew: crews, roster: [of, ...others] })
  return checkPlan('roster', of, { book, sites, now })
}
const turn = (crews: string[], responders: string[]) => roster([rotation('t', [], { turns: [{ crews, responders }] })])

describe('a roster is refused', () => {
  it.each([
    ['a turn with nobody', [], [], 'rotations[0].turns[0]', 'nobody is on duty'],
    ['somebody unknown', [], ['ghost'], 'rotations[0].turns[0].responders[0]', 'responder ghost does not exist'],
    ['somebody disabled', [], ['off'], 'rotations[0].turns[0].responders[0]', 'off is disabled'],
    ['somebody of another site', [], ['away'], 'rotations[0].turns[0].responders[0]', 'no site of the roster'],
    ['an unknown crew', ['ghost'], [], 'rotations[0].turns[0].crews[0]', 'crew ghost does not exist'],
    ['a crew of nobody', ['empty'], [], 'rotations[0].turns[0].crews[0]', 'nobody of crew empty'],
    ['a crew of another site', ['far'], [], 'rotations[0].turns[0].crews[0]', 'no site of the roster'],
  ])('with %s', (_what, crews, responders, field, message) => {
    const [error, ...more] = judge(turn(crews, responders)).errors
    expect([error!.field, more]).toEqual([field, []])
    expect(error!.message).toContain(message)
  })

  it('with a stand-in who is unknown, unless that is over', () => {
    const times = { from: NOW, until: NOW + 1000 }
    const overrides = [{ id: 'o', out: 'p1', in: 'ghost', reason: '', by: '', ...times }]
    const of = { ...turn([], ['p1']), overrides }
    expect(judge(of).errors.map(({ field }) => field)).toEqual(['overrides[0].in'])
    expect(judge(of, people, [], NOW + 1000).errors).toEqual([])
  })
})

it('a roster of more people at once than a month can be worked out of is refused', () => {
  const members = Array.from({ length: 180 }, (_, index) => `m${index}`)
  const book = bookOf({ responder: members.map((id) => person(id)), crew: [crew('all', members)] })
  const turns = [{ crews: ['all'], responders: [] }]
  const of = roster(['a', 'b', 'c'].map((id) => rotation(id, [], { turns })))
  const message = '540 people at once; at most 500: make further rosters of them'
  expect(checkPlan('roster', of, { book, sites, now: NOW })).toEqual({
    errors: [{ field: 'rotations', message }],
    warnings: [],
  })
})

describe('a roster is warned of', () => {
  it('not at all where it covers every hour', () => {
    expect(judge(roster([rotation('t', ['p1', 'p2'], { shift: WHOLE })]))).toEqual({ errors: [], warnings: [] })
  })

  it('gaps of the next 31 days in site time, twenty by name and the rest counted', () => {
    const { warnings } = judge(turn(['good'], []))
    expect(warnings).toHaveLength(21)
    expect(warnings[0]).toEqual({
      field: 'skills',
      message: 'nobody for water on site default from 2026-10-20 20:00 to 2026-10-21 08:00',
    })
    expect(warnings.at(-1)!.message).toBe('and 11 more gaps on site default within 31 days')
  })

  it('people who have none of its skills', () => {
    const responder = [person('p1'), person('p2', { skills: ['lift'] })]
    const of = roster([rotation('a', ['p1'], { shift: WHOLE }), rotation('b', ['p2'], { shift: WHOLE })])
    expect(judge(of, responder).warnings.map(({ message }) => message)).toEqual(['p2 has none of these'])
  })

  it('gaps also where somebody whom it names has left since', () => {
    const { errors, warnings } = judge(roster([rotation('t', ['off'], { shift: WHOLE })]))
    expect(errors).toHaveLength(1)
    expect(warnings.map(({ message }) => message)).toContain(
      'nobody for water on site default from 2026-10-20 10:00 to 2026-11-20 10:00',
    )
  })

  it('people on duty twice at once, in it or in another of the site', () => {
    const whole = roster([rotation('a', ['p1'], { shift: WHOLE }), rotation('b', ['p2', 'p1'])])
    const messages = (of: Roster, others: Roster[] = []) =>
      judge(of, people, others).warnings.map((each) => each.message)
    expect(messages(whole)).toEqual([
      'p1 is on duty twice at once on site default: rotation a of r1 and rotation b of r1, from 2026-10-21 08:00',
    ])
    const alone = roster([rotation('a', ['p1'], { shift: WHOLE })])
    const other = roster([rotation('c', ['p1'])], { id: 'r2' })
    expect(messages(alone, [other])).toHaveLength(1)
    expect(messages(alone, [{ ...other, sites: ['river'] }])).toEqual([])
  })

  it('holidays that nobody knows yet, where it names them', () => {
    const days = (known: ('workday' | 'mon')[]) =>
      roster([rotation('a', ['p1'], { shift: WHOLE }), rotation('b', ['p2'], { shift: { ...WHOLE, days: known } })])
    const unknown = (of: Roster, now: number) => judge(of, people, [], now).warnings.map(({ field }) => field)
    const december = shanghai('2026-12-02 10:00')
    expect(unknown(days(['workday']), december)).toEqual(['rotations[1].shift.days'])
    expect(unknown(days(['mon']), december)).toEqual([])
    expect(unknown(days(['workday']), NOW)).toEqual([])
  })
})
