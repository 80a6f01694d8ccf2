import { describe, expect, it } from 'vitest'
import { listener, notCleared, points, restarted, states } from '../../support/families.ts'

const REGISTRATION = '31104403002016050011'
const topic = (channel: string) => `gbt24476/${REGISTRATION}/${channel}`
const at = (more: object) => ({ register_code: REGISTRATION, time: '2026-03-02 18:20:30', ...more })

describe('GB/T 24476', () => {
  it.each([
    ['01', 'elevator.safety_circuit'],
    ['02', 'elevator.door_fault'],
    ['03', 'elevator.door_fault'],
    ['04', 'elevator.mislevelling'],
    ['05', 'elevator.unintended_movement'],
    ['06', 'elevator.runtime_limit'],
    ['07', 'elevator.position_lost'],
    ['08', 'elevator.start_failure'],
    ['09', 'elevator.overtravel_top'],
    ['10', 'elevator.overtravel_bottom'],
    ['11', 'elevator.entrapment'],
    ['99', 'elevator.other_fault'],
    ['77', 'elevator.other_fault'],
    [9, 'elevator.overtravel_top'],
    ['9', 'elevator.overtravel_top'],
  ])('fault %j is %s', (fault_code, code) => {
    expect(states(listener().hear(topic('fault'), at({ fault_code })))).toEqual([`${code} active`])
  })

  it.each([
    ['41', 'elevator.power_loss active'],
    ['42', 'elevator.out_of_service active'],
    ['43', 'elevator.maintenance_mode active'],
    ['44', 'elevator.fire_mode active'],
    ['45', 'elevator.fire_mode active'],
    ['46', 'elevator.emergency_power active'],
    ['47', 'elevator.earthquake_mode active'],
    ['90', 'elevator.alarm_button pulse'],
    ['99', 'elevator.other_fault active'],
  ])('event %s is %s', (event_code, state) => {
    expect(states(listener().hear(topic('event'), at({ event_code })))).toEqual([state])
  })

  it('event 40, back in automatic operation, ends the modes and no fault', () => {
    const ended = states(listener().hear(topic('event'), at({ event_code: '40' })))
    expect(ended).toContain('elevator.maintenance_mode cleared')
    expect(ended).toContain('elevator.fire_mode cleared')
    expect(ended.join()).not.toMatch(/entrapment|alarm_button|other_fault|active/)
  })

  it.each([['city'], ['city/block-3']])('below %s, a prefix of the site', (prefix) => {
    const decoded = listener().hear(`${prefix}/${topic('fault')}`, at({ fault_code: '11' }))
    expect(decoded.device?.key).toBe(`gbt24476:${REGISTRATION}`)
    expect(states(decoded)).toEqual(['elevator.entrapment active'])
  })

  it('an event that is in no table is no alarm', () => {
    expect(listener().hear(topic('event'), at({ event_code: '48' }))).toMatchObject({
      disposition: 'accept',
      conditions: [],
      warnings: ['unknown_event:48'],
    })
  })

  it('a regional platform numbers otherwise', () => {
    const binding = {
      codes: {
        '08': 'elevator.door_fault',
        11: 'elevator.overspeed',
        13: 'overload',
        15: 'elevator.alarm_button',
        52: 'elevator.fire_mode',
      },
    }
    const fault = (fault_code: unknown) => states(listener().hear(topic('fault'), at({ fault_code }), { binding }))
    expect(fault('11')).toEqual(['elevator.overspeed active'])
    expect(fault('08')).toEqual(['elevator.door_fault active'])
    expect(fault(8)).toEqual(['elevator.door_fault active'])
    expect(fault('15')).toEqual(['elevator.alarm_button pulse'])
    expect(fault('13')).toEqual(['elevator.overload active'])
    expect(fault('01')).toEqual(['elevator.safety_circuit active'])
    const event = listener().hear(topic('event'), at({ event_code: '52' }), { binding })
    expect(states(event)).toEqual(['elevator.fire_mode active'])
  })

  it.each([
    [0, 'elevator.out_of_service active'],
    [1, null],
    [2, 'elevator.maintenance_mode active'],
    [3, 'elevator.fire_mode active'],
    [4, 'elevator.fire_mode active'],
    [5, 'elevator.emergency_power active'],
    [6, 'elevator.earthquake_mode active'],
  ])('a status in mode %j: %s, and the other modes are over', (service_mode, state) => {
    const decoded = listener().hear(topic('status'), at({ service_mode, floor: 'B1' }))
    expect(notCleared(decoded)).toEqual(state === null ? [] : [state])
    expect(states(decoded)).toHaveLength(5)
    expect(points(decoded)).toEqual({ 'lift.floor_label': 'B1' })
  })

  it.each([[7], [null], ['x'], ['__proto__']])('mode %j ends nothing', (service_mode) => {
    const decoded = listener().hear(topic('status'), at({ service_mode }))
    expect(decoded.conditions).toEqual([])
    expect(decoded.warnings).toHaveLength(1)
  })

  it.each([
    [1, 'cleared'],
    [0, 'active'],
    [2, 'active'],
    [null, 'unknown'],
  ])('power %j: loss of supply %s', (power_status, state) => {
    const decoded = listener().hear(topic('status'), at({ power_status }))
    expect(states(decoded)).toEqual([`elevator.power_loss ${state}`])
  })

  it('no fault, or an empty list of them, ends every fault', () => {
    for (const fault_code of ['00', 0, []]) {
      const decoded = listener().hear(topic('fault'), at({ fault_code }))
      expect(notCleared(decoded)).toEqual([])
      expect(states(decoded)).toContain('elevator.entrapment cleared')
    }
    const two = listener().hear(topic('fault'), at({ fault_code: ['01', '11'] }))
    expect(notCleared(two)).toEqual(['elevator.safety_circuit active', 'elevator.entrapment active'])
  })

  it('a code that is null is unknown', () => {
    expect(notCleared(listener().hear(topic('fault'), at({ fault_code: null })))).toEqual([
      'elevator.other_fault unknown',
    ])
    expect(listener().hear(topic('event'), at({ event_code: null })).conditions).toEqual([])
  })

  it('a code that is a word for nothing is unknown, an empty one is none', () => {
    expect(states(listener().hear(topic('fault'), at({ fault_code: 'unavailable' })))).toEqual([
      'elevator.other_fault unknown',
    ])
    const blank = listener().hear(topic('status'), at({ service_mode: 1, fault_code: '', event_code: '' }))
    expect(notCleared(blank)).toEqual([])
    expect(states(blank)).toContain('elevator.maintenance_mode cleared')
  })

  it('a status that also tells a fault still tells the mode', () => {
    const status = (fault_code: unknown) =>
      listener().hear(topic('status'), at({ fault_code, service_mode: 2, power_status: 0 }))
    const modes = ['elevator.maintenance_mode active', 'elevator.power_loss active']
    expect(notCleared(status('00'))).toEqual(modes)
    expect(notCleared(status('11'))).toEqual(['elevator.entrapment active', ...modes])
  })

  it('where the car stands is told with an entrapment', () => {
    const decoded = listener().hear(topic('fault'), at({ fault_code: '11', door_zone: 1 }))
    expect(decoded.conditions[0]?.detail).toEqual({ position: 'at_level' })
  })

  it('an event sent again with its time is a duplicate, also after a restart', () => {
    const first = listener()
    const button = at({ event_code: '90' })
    expect(first.hear(topic('event'), button).disposition).toBe('accept')
    expect(first.hear(topic('event'), at({ event_code: '44' })).disposition).toBe('accept')
    const second = restarted(first)
    expect(second.hear(topic('event'), button, { afterMs: 120_000 }).disposition).toBe('duplicate')
    const later = { ...button, time: '2026-03-02 18:21:30' }
    expect(second.hear(topic('event'), later, { afterMs: 120_000 }).disposition).toBe('accept')
  })

  it('heartbeats are heard, settings passed over, nonsense refused', () => {
    expect(listener().hear(topic('heartbeat'), at({})).health).toEqual({ online: true })
    expect(listener().hear(topic('register'), at({})).disposition).toBe('ignore')
    expect(listener().hear(topic('fault'), '').disposition).toBe('ignore')
    expect(listener().hear(topic('fault'), '[]')).toMatchObject({ disposition: 'reject', reason: 'invalid_shape' })
    expect(listener().hear(topic('fault'), '{"fault_code":NaN}')).toMatchObject({ reason: 'invalid_json' })
  })
})
