import { describe, expect, it } from 'vitest'
import { hasSkill, nextDutyChange, onDuty, skillOf } from '../../../rules/dispatch/on-duty.ts'
import type { DutyOverride, Roster } from '../../../rules/model.ts'
import { bookOf, crew, DEFAULT_SITE, person, roster, rotation, SHANGHAI, shanghai } from '../../support/roster.ts'

const people = ['p1', 'p2', 'p3'].map((id) => person(id))
const MINUTE_MS = 60_000
const NIGHT = { from: '20:00', to: '08:00' }

const told = (of: Roster, at: number, timezone = SHANGHAI) =>
  onDuty(bookOf({ responder: people, roster: [of] }), DEFAULT_SITE, timezone, at).map(({ responder, leaving }) =>
    leaving ? `${responder} leaving` : responder,
  )
const override = (rest: Partial<DutyOverride>): DutyOverride => ({
  ...{ id: 'o1', from: shanghai('2026-10-01 00:00'), until: shanghai('2026-10-02 00:00') },
  ...{ out: null, in: null, reason: '', by: '' },
  ...rest,
})

describe('a shift', () => {
  it('of a night over the end of a month belongs to the evening it begins on', () => {
    const nights = roster([rotation('night', ['p1', 'p2'], { startsOn: '2026-10-31', shift: NIGHT })])
    expect(told(nights, shanghai('2026-10-31 19:59'))).toEqual([])
    expect(told(nights, shanghai('2026-11-01 07:59'))).toEqual(['p1'])
    expect(told(nights, shanghai('2026-11-01 08:00'))).toEqual([])
    expect(told(nights, shanghai('2026-11-01 20:00'))).toEqual(['p2'])
  })

  it('before a holiday is a workday’s, though it ends on the holiday', () => {
    const shift = { ...NIGHT, days: ['workday' as const] }
    const nights = roster([rotation('night', ['p1'], { shift })])
    expect(told(nights, shanghai('2026-10-01 03:00'))).toEqual(['p1'])
    expect(told(nights, shanghai('2026-10-01 22:00'))).toEqual([])
    expect(told(nights, shanghai('2026-10-08 03:00'))).toEqual([])
  })

  it('leaves no hole and doubles nobody where clocks are changed in it, or at its very end', () => {
    const zone = 'Europe/Berlin'
    const around = roster([
      rotation('a', ['p1'], { shift: { from: '02:30', to: '14:30' } }),
      rotation('b', ['p2'], { shift: { from: '14:30', to: '02:30' } }),
    ])
    for (const day of ['2026-03-29', '2026-10-25']) {
      for (let minute = -180; minute < 420; minute += 10) {
        expect(told(around, Date.parse(`${day}T00:00Z`) + minute * MINUTE_MS, zone)).not.toEqual([])
      }
    }
    // 02:30 is skipped in March; in October it comes twice, and p1 is there from the first time on.
    expect(told(around, Date.parse('2026-03-29T01:00Z'), zone)).toEqual(['p1'])
    expect(told(around, Date.parse('2026-10-25T00:29Z'), zone)).toEqual(['p2'])
    expect(told(around, Date.parse('2026-10-25T00:30Z'), zone)).toEqual(['p1', 'p2'])
  })

  it('of a whole day is one without an end in between', () => {
    const whole = roster([rotation('all', ['p1'], { shift: { from: '08:00', to: '08:00' } })], {
      handoverMs: 10 * MINUTE_MS,
    })
    expect(told(whole, shanghai('2026-10-01 08:00'))).toEqual(['p1'])
    const book = bookOf({ responder: people, roster: [whole] })
    expect(nextDutyChange(book, DEFAULT_SITE, SHANGHAI, shanghai('2026-10-01 08:00'))).toBeNull()
  })
})

it('duty that ends with nobody after it changes then, also exactly a day or two after it is asked', () => {
  const until = shanghai('2026-10-03 12:00')
  const added = [override({ in: 'p3', until })]
  const of = roster([rotation('day', ['p1'], { startsOn: '2027-01-01' })], { overrides: added })
  const book = bookOf({ responder: people, roster: [of] })
  for (const asked of ['2026-10-01 12:00', '2026-10-02 12:00', '2026-10-03 11:59']) {
    expect(nextDutyChange(book, DEFAULT_SITE, SHANGHAI, shanghai(asked))).toBe(until)
  }
})

describe('the handover', () => {
  const around = roster([rotation('day', ['p1']), rotation('night', ['p2'], { shift: NIGHT })], {
    handoverMs: 15 * MINUTE_MS,
  })

  it('keeps those who leave, after those who came, until its very end', () => {
    expect(told(around, shanghai('2026-10-01 20:00'))).toEqual(['p2', 'p1 leaving'])
    expect(told(around, shanghai('2026-10-01 20:14'))).toEqual(['p2', 'p1 leaving'])
    expect(told(around, shanghai('2026-10-01 20:15'))).toEqual(['p2'])
  })

  it('keeps the one who stood in, and not the one who was missing', () => {
    const standIn = { ...around, overrides: [override({ out: 'p1', in: 'p3', until: shanghai('2026-10-01 20:00') })] }
    expect(told(standIn, shanghai('2026-10-01 12:00'))).toEqual(['p3'])
    expect(told(standIn, shanghai('2026-10-01 20:05'))).toEqual(['p2', 'p3 leaving'])
  })

  it('keeps nobody who went home ill', () => {
    const ill = { ...around, overrides: [override({ out: 'p1', from: shanghai('2026-10-01 12:00') })] }
    expect(told(ill, shanghai('2026-10-01 11:59'))).toEqual(['p1'])
    expect(told(ill, shanghai('2026-10-01 12:01'))).toEqual([])
  })
})

it('an override adds beside the others, and one for somebody who stands in already passes it on', () => {
  const day = roster([rotation('day', ['p1'])], { overrides: [override({ in: 'p3' })] })
  expect(told(day, shanghai('2026-10-01 03:00'))).toEqual(['p3'])
  expect(told(day, shanghai('2026-10-01 12:00'))).toEqual(['p1', 'p3'])
  const passed = [override({ out: 'p1', in: 'p2' }), override({ id: 'o2', out: 'p2', in: 'p3' })]
  expect(told({ ...day, overrides: passed }, shanghai('2026-10-01 12:00'))).toEqual(['p3'])
})

it('rosters come by id, a crew’s members in their order; nobody twice, nobody of another site, nobody disabled', () => {
  const responder = [...people, person('away', { sites: ['river'] }), person('left', { enabled: false })]
  const first = roster([rotation('x', ['p3'])], { id: 'a' })
  const turns = [{ crews: ['c'], responders: ['p1', 'p3'] }]
  const second = roster([rotation('x', [], { turns })], { id: 'b' })
  const book = bookOf({ responder, crew: [crew('c', ['p2', 'away', 'left', 'p1'])], roster: [second, first] })
  const found = onDuty(book, DEFAULT_SITE, SHANGHAI, shanghai('2026-10-01 12:00'))
  expect(found.map((each) => [each.responder, each.roster, each.crew])).toEqual([
    ['p3', 'a', null],
    ['p2', 'b', 'c'],
    ['p1', 'b', 'c'],
  ])
})

it('a ticket needs the skill of its category, one of the site’s own where somebody there has it', () => {
  const book = bookOf({
    responder: [person('p', { skills: ['gas'] }), person('q', { skills: ['pool'], sites: ['river'] })],
  })
  const skill = (category: string) => skillOf({ category, site: DEFAULT_SITE }, book)
  expect(['water_leak', 'power', 'elevator', 'device', 'other', 'gas', 'pool', 'constructor'].map(skill)).toEqual([
    'water',
    'power',
    'lift',
    'general',
    'general',
    'gas',
    'general',
    'general',
  ])
  expect(hasSkill({ skills: ['gas'] }, 'general')).toBe(true)
  expect(hasSkill({ skills: [] }, 'general')).toBe(false)
  expect(hasSkill({ skills: ['general'] }, 'water')).toBe(false)
})
