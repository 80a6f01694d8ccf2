import { describe, expect, it } from 'vitest'
import { listener, notCleared, points, states } from '../../support/families.ts'

const alarm = (flags: object, more: object = {}) => ({
  Alarm: { HasAlarm: '1', ErrorCode: [], ...flags },
  Parameters: { Id: '6001', Time: '2024-05-06 10:11:12', Version: 'ES1500_V2.2A' },
  ...more,
})
const TOPIC = 'TerminalData/6001/real_alarm'

describe('ES1000', () => {
  it.each([
    ['PersonTrapped', 'Kunren', 'elevator.entrapment'],
    ['UpAlarm', 'UP_Alarm', 'elevator.overtravel_top'],
    ['DownAlarm', 'Down_Alarm', 'elevator.overtravel_bottom'],
    ['RunDoor', 'Run_door', 'elevator.door_fault'],
    ['StpDoorUnOpen', 'Stp_DoorUnopen', 'elevator.door_fault'],
    ['StpDoorUnClose', 'Stp_DoorUnclose', 'elevator.door_fault'],
    ['StpDoorRepeat', 'Stp_Reapet', 'elevator.door_fault'],
    ['Speed', 'Speeding', 'elevator.overspeed'],
    ['Stuck', 'Kaceng', 'elevator.mislevelling'],
    ['ManualAlarm', 'Manual_Alarm', 'elevator.alarm_button'],
    ['SlantFb', 'Slant_fb', 'elevator.other_fault'],
    ['SlantLr', 'Slant_lr', 'elevator.other_fault'],
    ['Ebike', 'Electromobile', 'generic.Ebike'],
    ['SafeLoop', 'SafeLoop', 'elevator.safety_circuit'],
    ['Paused', 'Paused', 'elevator.out_of_service'],
    ['Amplitude', 'Amplitude', 'elevator.other_fault'],
    ['Power', 'Power', 'elevator.power_loss'],
    ['Maintain', 'Maintain', 'elevator.predictive_maintenance'],
  ])('%s, formerly %s, is %s: one active, zero cleared, null unknown', (name, formerly, code) => {
    for (const flag of [name, formerly]) {
      expect(notCleared(listener().hear(TOPIC, alarm({ [flag]: '1' })))).toEqual([`${code} active`])
      expect(states(listener().hear(TOPIC, alarm({ HasAlarm: '0', [flag]: '0' })))).toContain(`${code} cleared`)
      const unknown = listener().hear(TOPIC, alarm({ HasAlarm: '0', [flag]: null }))
      expect(notCleared(unknown)).toEqual([`${code} unknown`])
      expect(unknown.warnings).toContain(`null_value:${flag}`)
    }
  })

  it('of door flags one that is set counts; an empty or a missing one says nothing', () => {
    const doors = { RunDoor: '0', StpDoorUnOpen: '', StpDoorUnClose: null, StpDoorRepeat: '1' }
    const decoded = listener().hear(TOPIC, alarm(doors))
    expect(decoded.conditions).toContainEqual({
      code: 'elevator.door_fault',
      state: 'active',
      native: '1',
      detail: { kind: 'repeating' },
    })
    expect(states(decoded).join()).not.toContain('entrapment')
  })

  it('an alarm that no known flag explains is not lost', () => {
    const decoded = listener().hear(TOPIC, alarm({ SlantFb: '0', Unheard: '1' }))
    expect(notCleared(decoded)).toEqual(['elevator.other_fault active'])
    expect(states(decoded).filter((each) => each.startsWith('elevator.other_fault'))).toHaveLength(1)
  })

  it('fault codes of the host’s own sensors', () => {
    const decoded = listener().hear(TOPIC, alarm({ HasAlarm: '0', ErrorCode: [101, 201] }))
    expect(decoded.conditions).toEqual([{ code: 'device.sensor_fault', state: 'active', native: '101 201' }])
    // They explain the alarm that the host announces.
    const announced = listener().hear(TOPIC, alarm({ HasAlarm: '1', ErrorCode: [101] }))
    expect(notCleared(announced)).toEqual(['device.sensor_fault active'])
  })

  it.each([['building-7'], ['site-1/building-7']])('below %s, a prefix of the site', (prefix) => {
    const decoded = listener().hear(`${prefix}/${TOPIC}`, alarm({ PersonTrapped: '1' }))
    expect(decoded.device).toMatchObject({ key: 'es1000:6001', kind: 'elevator' })
    expect(notCleared(decoded)).toEqual(['elevator.entrapment active'])
  })

  it('supply and battery of the first version', () => {
    const decoded = listener().hear(TOPIC, alarm({ Power_Down: '1', Voltage: '1' }))
    expect(decoded.health).toEqual({ externalPower: false, batteryLow: true })
    expect(notCleared(decoded)).toEqual(['device.battery_low active'])
  })

  it('being maintained suppresses, maintenance that is overdue does not', () => {
    const state = { State: { Maintain: '1', Floor: '-1', Speed: '', Temp: 'x', Hum: '120' } }
    const decoded = listener().hear('TerminalData/6001/real_ok', alarm({ HasAlarm: '0' }, state))
    expect(notCleared(decoded)).toEqual(['elevator.maintenance_mode active'])
    expect(points(decoded)).toEqual({ 'lift.floor_label': '-1' })
    expect(decoded.warnings).toEqual([
      'value_unavailable:Speed',
      'not_a_number:Temp',
      'string_number:Hum',
      'implausible:Hum',
    ])
    expect(decoded.device).toEqual({ key: 'es1000:6001', kind: 'elevator', model: 'ES1500' })
  })

  it('its local time is placed in the site’s zone', () => {
    const told = { binding: { timezone: 'Asia/Shanghai' } }
    expect(listener().hear(TOPIC, alarm({ UpAlarm: '1' }), told).time.device).toBe(Date.UTC(2024, 4, 6, 2, 11, 12))
  })

  it('the same state with the same time is a duplicate; on, off, on within seconds is three messages', () => {
    const { hear } = listener()
    const on = alarm({ UpAlarm: '1' })
    const off = alarm({ HasAlarm: '0', UpAlarm: '0' })
    expect(hear(TOPIC, on).disposition).toBe('accept')
    expect(hear(TOPIC, on, { afterMs: 60_000 }).disposition).toBe('duplicate')
    expect(hear(TOPIC, off, { afterMs: 61_000 }).disposition).toBe('accept')
    expect(hear(TOPIC, on, { afterMs: 62_000 }).disposition).toBe('accept')
  })

  it.each([
    ['[1]', 'invalid_shape'],
    ['{}', 'invalid_shape'],
    ['{"Alarm":"1","State":[]}', 'invalid_shape'],
    ['{"Alarm":{"Speed":nan}}', 'invalid_json'],
  ])('%s is refused as %s', (content, reason) => {
    expect(listener().hear(TOPIC, content)).toMatchObject({ disposition: 'reject', reason })
  })
})
