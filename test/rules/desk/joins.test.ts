import { describe, expect, it } from 'vitest'
import { likeTickets, matchOf, placeOf, type Reported, type WorkingTicket } from '../../../rules/desk/joins.ts'

const leak: WorkingTicket = {
  ...{ id: 't1', origin: 'alarm', category: 'water_leak', device: 'leak-1' },
  ...{ priority: 'critical', state: 'assigned' },
  ...{ location: 'B2 Pump room', devicePlace: 'B2 Pump room', building: '3栋' },
}
const said = (rest: Partial<Reported>): Reported => ({
  ...{ category: 'water_leak', priority: 'medium', household: '', location: '', device: null },
  ...rest,
})

describe('a report', () => {
  it.each<[what: string, rest: Partial<Reported>, likeness: string | null, joins: boolean]>([
    ['at the same device', { device: 'leak-1' }, 'device', true],
    ['of something else at the same device', { device: 'leak-1', category: 'other' }, 'device', true],
    ['of another category at the same device', { device: 'leak-1', category: 'power' }, 'device', false],
    ['at the same place', { location: 'B2 Pump room' }, 'place', true],
    ['at the same place, written otherwise', { location: ' ｂ２  pump ROOM ' }, 'place', true],
    ['of who lives elsewhere, at the same place', { household: '3-2-502', location: 'b2 pump room' }, 'place', true],
    ['of another category at the same place', { location: 'B2 pump room', category: 'power' }, 'place', false],
    ['in the same building', { household: '3栋2单元502', category: 'power' }, 'building', false],
    ['of the same category', { location: '7-1-101' }, 'category', false],
    ['without a place', {}, 'category', false],
    ['of something else elsewhere', { category: 'power', location: '7-1-101' }, null, false],
  ])('%s', (_what, rest, likeness, joins) => {
    const match = matchOf(said(rest), leak)
    expect(match?.likeness ?? null).toBe(likeness)
    expect(match?.joins ?? false).toBe(joins)
  })

  it.each([
    ['B2水泵房', 'B2 水泵房', true],
    ['1 号楼 走廊', '1号楼走廊', true],
    ['1 1-101', '11-101', false],
  ])('at "%s" is at "%s": %s', (location, place, joins) => {
    expect(matchOf(said({ location }), { ...leak, location: place, devicePlace: place })?.joins).toBe(joins)
  })

  it.each<[priority: WorkingTicket['priority'], state: WorkingTicket['state'], joins: boolean]>([
    ['medium', 'accepted', true],
    ['medium', 'on_site', false],
    ['critical', 'on_site', true],
    ['critical', 'on_hold', false],
  ])('of an emergency joins a %s ticket that is %s: %s', (priority, state, joins) => {
    const ticket = { ...leak, priority, state }
    const match = matchOf(said({ device: 'leak-1', priority: 'critical' }), ticket)
    expect(match).toMatchObject({ likeness: 'device', joins })
    expect(matchOf(said({ device: 'leak-1' }), ticket)?.joins).toBe(true)
  })

  it("is about a household's own kitchen, not about anybody's", () => {
    const kitchen = placeOf({ household: '3-2-502', location: '厨房' })
    const reported = {
      ...leak,
      origin: 'report',
      device: null,
      devicePlace: '',
      building: '',
      location: kitchen,
    } as const
    expect(matchOf(said({ household: '3-2-502', location: '厨房' }), reported)?.joins).toBe(true)
    expect(matchOf(said({ household: '3-2-503', location: '厨房' }), reported)?.joins).toBe(false)
    expect(matchOf(said({ location: '厨房' }), reported)?.joins).toBe(false)
  })

  it('is never at the same place where neither says one', () => {
    const nowhere = { ...leak, location: '', devicePlace: '', device: null, building: '' }
    expect(matchOf(said({}), nowhere)).toMatchObject({ likeness: 'category', joins: false })
  })

  it('is likest to what it would join, then to an alarm, then to the oldest', () => {
    const report = { ...leak, id: 't0', origin: 'report', device: null } as const
    const far = { ...leak, id: 't2', location: 'x', devicePlace: 'x', device: 'leak-2' }
    const found = likeTickets(said({ location: 'B2 pump room' }), [far, report, { ...leak, id: 't9' }, leak])
    expect(found.map(({ ticket }) => ticket)).toEqual(['t1', 't9', 't0', 't2'])
  })

  it('is at a household and a place in it, named once', () => {
    expect(placeOf({ household: '3-2-502', location: '' })).toBe('3-2-502')
    expect(placeOf({ household: '', location: '大堂' })).toBe('大堂')
    expect(placeOf({ household: '3-2-502', location: '厨房' })).toBe('3-2-502 厨房')
    expect(placeOf({ household: '3-2-502', location: '3-2-502 厨房' })).toBe('3-2-502 厨房')
    expect(placeOf({ household: '3-2-502', location: '厨房（３-２-502）' })).toBe('厨房（３-２-502）')
    expect(placeOf({ household: '3-2-50', location: '3-2-502 厨房' })).toBe('3-2-50 3-2-502 厨房')
    expect(placeOf({ household: '2-502', location: '3-2-502 厨房' })).toBe('2-502 3-2-502 厨房')
  })
})
