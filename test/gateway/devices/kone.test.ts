import { describe, expect, it } from 'vitest'
import { listener, notCleared, points, states } from '../../support/families.ts'

const topic = (channel: string) => `kone/equipment/ken:123/${channel}`
const AVAILABILITY = topic('availability')

describe('KONE', () => {
  it.each([
    ['available', ['elevator.out_of_service cleared']],
    ['unavailable', ['elevator.out_of_service active']],
    [null, ['elevator.out_of_service unknown']],
    ['somehow', []],
  ])('state %j', (state, expected) => {
    expect(states(listener().hear(AVAILABILITY, { state }))).toEqual(expected)
  })

  it('an empty list of alerts ends the fault; one that is null says nothing', () => {
    expect(states(listener().hear(AVAILABILITY, { activeAlerts: [] }))).toEqual(['elevator.other_fault cleared'])
    expect(states(listener().hear(AVAILABILITY, { activeAlertCount: 2 }))).toEqual(['elevator.other_fault active'])
    expect(states(listener().hear(AVAILABILITY, { activeAlertCount: '2' }))).toEqual(['elevator.other_fault active'])
    expect(states(listener().hear(AVAILABILITY, { activeAlerts: null }))).toEqual([])
  })

  it.each([
    ['inspection', 'elevator.maintenance_mode'],
    ['MAINTENANCE', 'elevator.maintenance_mode'],
    ['fire', 'elevator.fire_mode'],
    ['earthquake', 'elevator.earthquake_mode'],
    ['emergency_power', 'elevator.emergency_power'],
    ['out of service', 'elevator.out_of_service'],
  ])('service mode %s is %s', (serviceMode, code) => {
    expect(notCleared(listener().hear(AVAILABILITY, { serviceMode }))).toEqual([`${code} active`])
  })

  it('the normal mode ends the others and not what `state` says', () => {
    const decoded = listener().hear(AVAILABILITY, { state: 'unavailable', serviceMode: 'normal' })
    expect(notCleared(decoded)).toEqual(['elevator.out_of_service active'])
    expect(states(decoded)).toContain('elevator.maintenance_mode cleared')
    expect(states(listener().hear(AVAILABILITY, { serviceMode: 'x' }))).toEqual([])
  })

  it('its link to the service', () => {
    const linked = (...words: string[]) =>
      states(listener().hear(AVAILABILITY, { devices: words.map((status) => ({ status })) }))
    expect(linked('connected', 'disconnected')).toEqual(['device.offline active'])
    expect(linked('connected')).toEqual(['device.offline cleared'])
    expect(linked('unknown')).toEqual([])
    expect(linked()).toEqual([])
  })

  it.each([
    [{ entrapment: true, outOfOrder: false }, ['elevator.entrapment active', 'elevator.out_of_service cleared']],
    [{ entrapment: null }, ['elevator.entrapment unknown']],
    [{ entrapment: false }, ['elevator.entrapment cleared']],
    [{ entrapment: { status: 'ONGOING' } }, ['elevator.entrapment active']],
    [{ entrapment: { status: 'RESOLVED' } }, ['elevator.entrapment cleared']],
    [{ entrapment: { __status: true } }, ['elevator.entrapment unknown']],
    [{ maintenance: { status: 'IN_PROGRESS' } }, ['elevator.maintenance_mode active']],
    [{ maintenance: { status: 'NONE' } }, ['elevator.maintenance_mode cleared']],
    [{ maintenance: { status: 'NOT_STARTED' } }, []],
  ])('status %j', (body, expected) => {
    expect(states(listener().hear(topic('status'), body))).toEqual(expected)
  })

  it('where a movement ended', () => {
    const decks = [{ deckIndex: 0, stopFloor: { floorIndex: 4, marking: 'P2' } }]
    expect(points(listener().hear(topic('movement'), { decks }))).toEqual({
      'lift.floor': 4,
      'lift.floor_label': 'P2',
    })
  })

  it('the same state with the same time is a duplicate, a later one is not', () => {
    const { hear } = listener()
    const at = (lastUpdate: string) => ({ state: 'unavailable', lastUpdate })
    expect(hear(AVAILABILITY, at('2026-03-02T09:40:15Z')).disposition).toBe('accept')
    expect(hear(AVAILABILITY, at('2026-03-02T09:40:15Z'), { afterMs: 60_000 }).disposition).toBe('duplicate')
    expect(hear(AVAILABILITY, at('2026-03-02T09:41:15Z'), { afterMs: 60_000 }).disposition).toBe('accept')
  })

  it('an escalator is no lift; a list is no message', () => {
    expect(listener().hear(topic('status'), { equipmentType: 'Escalator' }).device?.kind).toBe('unknown')
    expect(listener().hear(AVAILABILITY, '[]')).toMatchObject({ disposition: 'reject', reason: 'invalid_shape' })
    expect(listener().hear(AVAILABILITY, '')).toMatchObject({ disposition: 'ignore' })
  })
})
