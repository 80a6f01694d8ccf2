import { describe, expect, it } from 'vitest'
import { listener, notCleared, points, states } from '../../support/families.ts'

const TOPIC = 'bacnet/389001/lift,2001'
const FAULTS: [number, string, string][] = [
  [0, 'controller-fault', 'elevator.controller_fault'],
  [1, 'drive-and-motor-fault', 'elevator.drive_fault'],
  [2, 'governor-and-safety-gear-fault', 'elevator.safety_gear'],
  [3, 'lift-shaft-device-fault', 'elevator.other_fault'],
  [4, 'power-supply-fault', 'elevator.power_loss'],
  [5, 'safety-interlock-fault', 'elevator.safety_circuit'],
  [6, 'door-closing-fault', 'elevator.door_fault'],
  [7, 'door-opening-fault', 'elevator.door_fault'],
  [8, 'car-stopped-outside-landing-zone', 'elevator.mislevelling'],
  [9, 'call-button-stuck', 'elevator.other_fault'],
  [10, 'start-failure', 'elevator.start_failure'],
  [11, 'controller-supply-fault', 'elevator.controller_fault'],
  [12, 'self-test-failure', 'elevator.other_fault'],
  [13, 'runtime-limit-exceeded', 'elevator.runtime_limit'],
  [14, 'position-lost', 'elevator.position_lost'],
  [15, 'drive-temperature-exceeded', 'elevator.drive_fault'],
  [16, 'load-measurement-fault', 'elevator.overload'],
]

describe('BACnet lifts', () => {
  it.each(FAULTS)('fault %i, %s, is %s, and the others are over', (number, name, code) => {
    for (const fault of [number, name, name.toUpperCase().replaceAll('-', '_')]) {
      const decoded = listener().hear(TOPIC, { faultSignals: [fault] })
      expect(notCleared(decoded)).toEqual([`${code} active`])
      expect(states(decoded)).toContain(
        code === 'elevator.position_lost' ? 'elevator.start_failure cleared' : 'elevator.position_lost cleared',
      )
    }
  })

  it('a maker’s own fault is an other fault, unless the site knows it', () => {
    expect(notCleared(listener().hear(TOPIC, { faultSignals: [1024] }))).toEqual(['elevator.other_fault active'])
    const binding = { codes: { 1024: 'elevator.overspeed' } }
    expect(notCleared(listener().hear(TOPIC, { faultSignals: [1024] }, { binding }))).toEqual([
      'elevator.overspeed active',
    ])
  })

  it.each([
    [6, 'firefighter-control', 'elevator.fire_mode'],
    [7, 'emergency-power', 'elevator.emergency_power'],
    [8, 'inspection', 'elevator.maintenance_mode'],
    [10, 'earthquake-operation', 'elevator.earthquake_mode'],
    [11, 'fire-operation', 'elevator.fire_mode'],
    [12, 'out-of-service', 'elevator.out_of_service'],
    [1, 'normal', null],
    [9, 'cabinet-recall', null],
    [13, 'occupant-evacuation', null],
  ])('mode %i, %s, is %s, and the other modes are over', (number, name, code) => {
    for (const carMode of [number, name]) {
      const decoded = listener().hear(TOPIC, { carMode })
      expect(notCleared(decoded)).toEqual(code === null ? [] : [`${code} active`])
      expect(states(decoded)).toHaveLength(5)
    }
  })

  it.each([['unknown'], [0], [null], [1_024], [['normal']]])('mode %j ends nothing', (carMode) => {
    expect(listener().hear(TOPIC, { carMode }).conditions).toEqual([])
  })

  it('the passenger’s alarm is an alarm, and no entrapment is inferred of it', () => {
    const body = { passengerAlarm: true, carMovingDirection: 'stopped', carPosition: 3, carDoorStatus: ['closed'] }
    expect(notCleared(listener().hear(TOPIC, body))).toEqual(['elevator.alarm_button active'])
    expect(states(listener().hear(TOPIC, { passengerAlarm: false }))).toEqual(['elevator.alarm_button cleared'])
    expect(states(listener().hear(TOPIC, { passengerAlarm: null }))).toEqual(['elevator.alarm_button unknown'])
    expect(states(listener().hear(TOPIC, { passengerAlarm: 'active' }))).toEqual(['elevator.alarm_button active'])
    expect(states(listener().hear(TOPIC, { passengerAlarm: 'inactive' }))).toEqual(['elevator.alarm_button cleared'])
  })

  it('a faulty door is told by its own status, and ended only with the list of faults', () => {
    expect(notCleared(listener().hear(TOPIC, { carDoorStatus: ['closed', 'door-fault'] }))).toEqual([
      'elevator.door_fault active',
    ])
    expect(notCleared(listener().hear(TOPIC, { carDoorStatus: [3], faultSignals: [] }))).toEqual([
      'elevator.door_fault active',
    ])
    expect(listener().hear(TOPIC, { carDoorStatus: ['closed'] }).conditions).toEqual([])
    expect(states(listener().hear(TOPIC, { faultSignals: [] }))).toContain('elevator.door_fault cleared')
  })

  it('names are spelled in three ways; the floor has a number and a text', () => {
    const body = { Car_Position: 2, 'floor-text': ['B1', 'G', '1'], Car_Mode: 'INSPECTION', Energy_Meter: 12.5 }
    const decoded = listener().hear(TOPIC, body)
    expect(points(decoded)).toEqual({ 'lift.floor': 2, 'lift.floor_label': 'G', 'energy.active.import': 12_500 })
    expect(notCleared(decoded)).toEqual(['elevator.maintenance_mode active'])
    expect(points(listener().hear(TOPIC, { carPosition: 9, floorText: ['G'] }))).toEqual({ 'lift.floor': 9 })
  })

  it.each([
    ['position-lost', ['elevator.position_lost active']],
    [14, ['elevator.position_lost active']],
    ['', []],
    ['[]', []],
  ])('%j instead of a list of faults', (faultSignals, expected) => {
    expect(notCleared(listener().hear(TOPIC, { faultSignals }))).toEqual(expected)
  })

  it.each([
    [{ outOfService: true }, 'active'],
    [{ outOfService: false }, 'cleared'],
    [{ outOfService: null }, 'unknown'],
    [{ statusFlags: [false, false, false, true] }, 'active'],
    [{ statusFlags: { 'out-of-service': true } }, 'active'],
  ])('%j says that the object is decoupled: %s', (body, state) => {
    expect(states(listener().hear(TOPIC, body))).toEqual([`device.decoupled ${state}`])
  })

  it('one property may have its own topic', () => {
    expect(notCleared(listener().hear(`${TOPIC}/carMode`, 'inspection'))).toEqual(['elevator.maintenance_mode active'])
    expect(notCleared(listener().hear(`${TOPIC}/faultSignals`, '[14]'))).toEqual(['elevator.position_lost active'])
    expect(listener().hear(`${TOPIC}/faultSignals`, '').disposition).toBe('ignore')
  })

  it('other objects of lifts are passed over, those of the building are left to others', () => {
    const { hear, family } = listener()
    expect(hear('bacnet/389001/escalator,1001', { faultSignals: [1] })).toMatchObject({ disposition: 'ignore' })
    expect(hear('bacnet/389001/59,7', { faultSignals: [1] }).device?.key).toBe('bacnet:389001/lift,7')
    hear('bacnet/389001/analog-input,1', { presentValue: 3 })
    expect(family()).toBeNull()
  })

  it.each([['[]'], ['"x"'], ['3']])('%s is refused', (content) => {
    expect(listener().hear(TOPIC, content)).toMatchObject({ disposition: 'reject', reason: 'invalid_shape' })
  })

  it('a list of a hundred thousand faults is read only so far', () => {
    const decoded = listener().hear(TOPIC, { faultSignals: Array.from({ length: 100_000 }, () => 14) })
    expect(notCleared(decoded)).toEqual(['elevator.position_lost active'])
  })
})
