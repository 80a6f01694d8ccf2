import { describe, expect, it } from 'vitest'
import { listener, notCleared, points, states } from '../../support/families.ts'

const TOPIC = 'elevatorcloud/dev01/info'
const info = (data: object) => ({ type: 'info', data: { direction: 0, inposition: 0, floor: 3, ...data } })
const ALL = [
  'entrapment',
  'door_fault',
  'mislevelling',
  'overspeed',
  'overtravel_top',
  'overtravel_bottom',
  'other_fault',
]

describe('elevatorcloud', () => {
  it.each([
    [1, 'elevator.entrapment'],
    [2, 'elevator.entrapment'],
    [3, 'elevator.door_fault'],
    [4, 'elevator.mislevelling'],
    [5, 'elevator.overspeed'],
    [6, 'elevator.overtravel_top'],
    [7, 'elevator.overtravel_bottom'],
    [8, 'elevator.door_fault'],
    ['8', 'elevator.door_fault'],
    [9, 'elevator.other_fault'],
    [{ deep: 1 }, 'elevator.other_fault'],
  ])('fault %j is %s, and every other condition is over', (fault, code) => {
    const decoded = listener().hear(TOPIC, info({ fault: [fault] }))
    expect(notCleared(decoded)).toEqual([`${code} active`])
    expect(states(decoded)).toHaveLength(ALL.length)
  })

  it.each([[[]], [0], [[0]], ['0']])('%j is no fault: everything is over', (fault) => {
    const decoded = listener().hear(TOPIC, info({ fault }))
    expect(states(decoded)).toEqual(['*', ...ALL].map((name) => `elevator.${name} cleared`))
  })

  it.each([[null], [''], ['none'], [undefined]])('a list of faults that is %j ends nothing', (fault) => {
    expect(listener().hear(TOPIC, info({ fault }))).toMatchObject({ disposition: 'accept', conditions: [] })
  })

  it.each([
    [[null], []],
    [['', 'unavailable'], []],
    [[null, 0, 7], ['elevator.overtravel_bottom active']],
  ])('%j ends nothing: one of its entries tells nothing', (fault, expected) => {
    expect(states(listener().hear(TOPIC, info({ fault })))).toEqual(expected)
  })

  it.each([
    ['5', ['elevator.overspeed active']],
    ['5, 7', ['elevator.overspeed active', 'elevator.overtravel_bottom active']],
  ])('faults written as the text %j', (fault, expected) => {
    const decoded = listener().hear(TOPIC, info({ fault }))
    expect(notCleared(decoded)).toEqual(expected)
    expect(states(decoded)).toHaveLength(ALL.length)
  })

  it.each([
    [{ reparing: 1, inmaintenance: 0 }, 'active'],
    [{ reparing: 0, inmaintenance: 1 }, 'active'],
    [{ reparing: 0, inmaintenance: 0 }, 'cleared'],
    [{ reparing: 0, inmaintenance: null }, 'unknown'],
    [{ inmaintenance: 0 }, 'cleared'],
  ])('%j is maintenance %s', (data, state) => {
    expect(states(listener().hear(TOPIC, info(data)))).toEqual([`elevator.maintenance_mode ${state}`])
  })

  it('a car at its floor that stands outside the zone is doubted', () => {
    const decoded = listener().hear(TOPIC, info({ inposition: 1, fault: [4] }))
    expect(decoded.warnings).toContain('inconsistent:inposition=1 with fault 4')
    expect(notCleared(decoded)).toEqual(['elevator.mislevelling active'])
  })

  it.each([['tower'], ['tower/east']])('below %s, a prefix of the site', (prefix) => {
    const decoded = listener().hear(`${prefix}/${TOPIC}`, info({ fault: [1] }))
    expect(notCleared(decoded)).toEqual(['elevator.entrapment active'])
  })

  it('a floor has a number, or a name', () => {
    expect(points(listener().hear(TOPIC, info({ floor: -1 })))['lift.floor']).toBe(-1)
    expect(points(listener().hear(TOPIC, info({ floor: 'B1' })))).toEqual({ 'lift.floor_label': 'B1' })
    expect(listener().hear(TOPIC, info({ floor: null })).warnings).toEqual(['null_value:lift.floor_label'])
    expect(points(listener().hear(TOPIC, info({ floor: 2_147_483_647 })))).toEqual({})
  })

  it('a site’s own codes begin and end with the list', () => {
    const binding = { codes: { 9: 'elevator.safety_gear' } }
    expect(notCleared(listener().hear(TOPIC, info({ fault: [9] }), { binding }))).toEqual([
      'elevator.safety_gear active',
    ])
    expect(states(listener().hear(TOPIC, info({ fault: [] }), { binding }))).toContain('elevator.safety_gear cleared')
  })

  it('a heartbeat and a login say that it is there; the rest is passed over or refused', () => {
    expect(listener().hear(TOPIC, { type: 'cping' })).toMatchObject({ disposition: 'accept', health: { online: true } })
    expect(listener().hear(TOPIC, { type: 'login', eid: 'x' }).health).toEqual({ online: true })
    expect(listener().hear(TOPIC, { type: 'login', res_id: 1 }).disposition).toBe('ignore')
    expect(listener().hear(TOPIC, { type: 'config' }).disposition).toBe('ignore')
    expect(listener().hear(TOPIC, { data: {} })).toMatchObject({ disposition: 'reject', reason: 'invalid_shape' })
    expect(listener().hear(TOPIC, { type: 'info', data: [] })).toMatchObject({ reason: 'invalid_shape' })
  })

  it('a fault that goes and comes back within seconds comes back', () => {
    const { hear } = listener()
    expect(hear(TOPIC, info({ fault: [1] })).disposition).toBe('accept')
    expect(hear(TOPIC, info({ fault: [1] }), { afterMs: 1_000 }).disposition).toBe('duplicate')
    expect(hear(TOPIC, info({ fault: [] }), { afterMs: 2_000 }).disposition).toBe('accept')
    expect(hear(TOPIC, info({ fault: [1] }), { afterMs: 3_000 }).disposition).toBe('accept')
    expect(hear(TOPIC, info({ fault: [1] }), { afterMs: 9_000 }).disposition).toBe('accept')
  })
})
