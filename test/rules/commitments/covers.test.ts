import { describe, expect, it } from 'vitest'
import { couldCover, type Covered, covers } from '../../../rules/commitments/covers.ts'
import type { Covers } from '../../../rules/model.ts'

const ticket: Covered = {
  category: 'elevator',
  priority: 'critical',
  origin: 'alarm',
  kind: 'repair',
  size: null,
  problems: ['elevator.alarm_button', 'lift.noise'],
}
const shanghai = { timezone: 'Asia/Shanghai' }
const at = (time: string) => ({ ...shanghai, at: Date.parse(`2026-11-23T${time}+08:00`) })

describe('what covers a ticket', () => {
  it.each<[boolean, Covers | undefined]>([
    [true, undefined],
    [true, {}],
    [true, { categories: ['power', 'elevator'], priorities: ['critical'], origins: ['alarm'], kinds: ['repair'] }],
    [false, { categories: ['power'] }],
    [false, { categories: ['elevator'], priorities: ['high'] }],
    [false, { origins: ['report'] }],
    [false, { kinds: ['complaint'] }],
    [false, { sizes: ['small', 'large'] }],
    [true, { problems: ['elevator.entrapment', 'elevator.alarm_button'] }],
    [true, { problems: ['elevator.*'] }],
    [false, { problems: ['elevator.entrapment'] }],
    [false, { problems: ['water.*'] }],
  ])('%s: %j', (expected, of) => {
    expect(covers(of, ticket, at('12:00'))).toBe(expected)
  })

  it.each([
    ['07:59', false],
    ['08:00', true],
    ['17:29', true],
    ['17:30', false],
  ])('%s is within service hours: %s', (time, within) => {
    expect(covers({ hours: 'within' }, ticket, at(time))).toBe(within)
    expect(covers({ hours: 'outside' }, ticket, at(time))).toBe(!within)
    const open = { ...at(time), serviceHours: { from: '00:00', to: '00:00' } }
    expect(covers({ hours: 'within' }, ticket, open)).toBe(true)
  })

  it('may come to be what is not yet: more urgent, about something more, and nothing else', () => {
    expect(couldCover({ priorities: ['low'], problems: ['elevator.entrapment'], hours: 'within' }, ticket)).toBe(true)
    expect(couldCover({ categories: ['power'] }, ticket)).toBe(false)
    expect(couldCover({ kinds: ['complaint'] }, ticket)).toBe(false)
  })
})
