import { describe, expect, it } from 'vitest'
import { listener, notCleared, points, restarted, states } from '../../support/families.ts'

const topic = (name: string) => `/device/JTC340/lift-1/thing/event/${name}/post/`
const TIME = 1_772_414_100
const event = (value: object, time: unknown = TIME) => ({ Version: '1.0', Params: { Value: value, Time: time } })

describe('JTC340', () => {
  it.each([
    [1001, 'elevator.unintended_movement'],
    [1002, 'elevator.unintended_movement'],
    [1003, 'elevator.mislevelling'],
    [1004, 'elevator.overtravel_top'],
    [1005, 'elevator.overtravel_bottom'],
    [1006, 'elevator.door_fault'],
    [1007, 'elevator.door_fault'],
    [1008, 'elevator.door_fault'],
    [1009, 'elevator.power_loss'],
    ['1009', 'elevator.power_loss'],
    [1099, 'elevator.other_fault'],
  ])('ErrorEvent %j begins %s and ErrorClose ends it', (ErrorType, code) => {
    const { hear } = listener()
    expect(states(hear(topic('ErrorEvent'), event({ ErrorType })))).toEqual([`${code} active`])
    expect(states(hear(topic('ErrorClose'), event({ ErrorType }, TIME + 9)))).toEqual([`${code} cleared`])
  })

  it.each([
    ['ErrorClose', 'elevator.overtravel_top cleared'],
    ['SelfError', 'elevator.overtravel_top active'],
  ])('%s may name its code `Type` alone', (name, expected) => {
    expect(states(listener().hear(topic(name), event({ Type: 1004 })))).toEqual([expected])
  })

  it.each([['/tower-a'], ['/tower-a/east']])('below %s, a prefix of the site', (prefix) => {
    const decoded = listener().hear(`${prefix}${topic('LockEvent')}`, event({ Type: 2 }))
    expect(decoded.device).toEqual({ key: 'jtc340:lift-1', kind: 'elevator', model: 'JTC340' })
    expect(states(decoded)).toEqual(['elevator.entrapment active'])
  })

  it.each([
    [2002, 'elevator.door_fault'],
    [2003, 'elevator.door_fault'],
    [2001, 'elevator.other_fault'],
  ])('AlarmEvent %i is %s', (AlarmType, code) => {
    expect(states(listener().hear(topic('AlarmEvent'), event({ AlarmType })))).toEqual([`${code} active`])
    expect(states(listener().hear(topic('AlarmClose'), event({ AlarmType })))).toEqual([`${code} cleared`])
  })

  it.each([
    [1, { position: 'at_level' }],
    [2, { position: 'outside_level' }],
    [0, { position: 'outside_zone' }],
    [7, undefined],
    [null, undefined],
    [undefined, undefined],
  ])('LockEvent of Type %j is an entrapment wherever the car stands', (Type, detail) => {
    const decoded = listener().hear(topic('LockEvent'), event({ Type }))
    expect(notCleared(decoded)).toEqual(['elevator.entrapment active'])
    expect(decoded.conditions[0]?.detail).toEqual(detail)
  })

  it('a fault of the gateway itself has no Close', () => {
    const decoded = listener().hear(topic('SelfError'), event({ ErrorType: 3001, OccurTime: '2023-08-16 16:28:07' }))
    expect(notCleared(decoded)).toEqual(['elevator.other_fault active'])
    expect(decoded.warnings).toContain('no_clear_event')
  })

  it('live data has the floor as it is written; a number is a floor too', () => {
    const { hear } = listener()
    const live = hear(topic('LiveData'), event({ CurrentFloor: '-2B', DoorState: 1, RunState: 1 }, null))
    expect(live).toMatchObject({ disposition: 'accept', conditions: [], time: { basis: 'none' } })
    expect(points(live)).toEqual({ 'lift.floor_label': '-2B' })
    expect(points(hear(topic('LiveData'), event({ CurrentFloor: 5 })))).toEqual({
      'lift.floor': 5,
      'lift.floor_label': '5',
    })
  })

  it('statistics say that the gateway is there', () => {
    const value = { StartTime: '2021/4/14 00:00:00', EndTime: '2021/4/15 00:00:00', RunCount: 100 }
    const decoded = listener().hear(topic('RunStatistics'), event(value, 1_524_448_722_000))
    expect(decoded).toMatchObject({ disposition: 'accept', time: { device: 1_524_448_722_000, basis: 'epoch_ms' } })
  })

  it.each([
    [1, 'active'],
    [0, 'cleared'],
    ['1', 'active'],
    [null, 'unknown'],
  ])('IsRepair %j is maintenance %s', (IsRepair, state) => {
    const decoded = listener().hear(topic('property'), { Params: { OtherConfig: { RunReportTime: 1, IsRepair } } })
    expect(states(decoded)).toEqual([`elevator.maintenance_mode ${state}`])
  })

  it.each([
    ['/device/JTC340/lift-1/thing/event/property/post/', { Params: { ErrorConfig: { BlockDoor: 45 } } }],
    ['/device/JTC340/lift-1/thing/service/property/set_reply/', {}],
    ['/device/JTC340/lift-1/thing/service/reboot_reply/', {}],
    ['/device/JTC340/lift-1/thing/event/ntp/post/', { DSTime: 1 }],
    ['/server/JTC340/lift-1/thing/event/ErrorEvent/post_reply/', {}],
    ['/server/JTC340/lift-1/thing/service/property/set/', {}],
    [topic('ErrorEvent'), ''],
  ])('%s is passed over', (where, content) => {
    expect(listener().hear(where, content)).toMatchObject({ disposition: 'ignore', device: { key: 'jtc340:lift-1' } })
  })

  it.each([
    ['{"Params":', 'invalid_json'],
    ['{"Params":{"Value":{"ErrorType":NaN}}}', 'invalid_json'],
    ['[]', 'invalid_shape'],
    ['"{}"', 'invalid_shape'],
    ['{}', 'invalid_shape'],
    ['{"Params":[]}', 'invalid_shape'],
    ['{"Params":{"Value":null}}', 'invalid_shape'],
    ['{"Params":{"Value":{}}}', 'invalid_shape'],
    ['{"Params":{"__proto__":{"Value":{"ErrorType":1004}}}}', 'invalid_shape'],
    [Buffer.from([0x7b, 0xff, 0x7d]), 'invalid_utf8'],
  ])('%s is refused as %s', (content, reason) => {
    expect(listener().hear(topic('ErrorEvent'), content)).toMatchObject({ disposition: 'reject', reason })
  })

  it.each([[null], ['unavailable']])('an error whose code is %j is unknown, not over', (ErrorType) => {
    expect(states(listener().hear(topic('ErrorEvent'), event({ ErrorType })))).toEqual(['elevator.other_fault unknown'])
  })

  it('a site numbers its faults itself', () => {
    const binding = { codes: { 1099: 'elevator.overspeed', 1004: 'condition:elevator.safety_gear' } }
    const { hear } = listener()
    expect(states(hear(topic('ErrorEvent'), event({ ErrorType: 1099 }), { binding }))).toEqual([
      'elevator.overspeed active',
    ])
    expect(states(hear(topic('ErrorEvent'), event({ ErrorType: 1004 }), { binding }))).toEqual([
      'elevator.safety_gear active',
    ])
  })

  it('the same event sent again is a duplicate, also after a restart; another one is not', () => {
    const first = listener()
    const lock = event({ Type: 1, LockTime: '2026-03-02 09:15:00' })
    expect(first.hear(topic('LockEvent'), lock).disposition).toBe('accept')
    expect(first.hear(topic('LockClose'), event({ Type: 1 }, TIME + 60)).disposition).toBe('accept')
    const second = restarted(first)
    const again = second.hear(topic('LockEvent'), lock, { afterMs: 90_000 })
    expect(again).toMatchObject({ disposition: 'duplicate', conditions: [{ code: 'elevator.entrapment' }] })
    expect(second.hear(topic('LockEvent'), event({ Type: 2 })).disposition).toBe('accept')
    expect(second.hear(topic('LockEvent'), event({ Type: 1 }, TIME + 120)).disposition).toBe('accept')
    // A clock that stands still must not hide the next one for ever.
    expect(second.hear(topic('LockEvent'), lock, { afterMs: 3_600_000 }).disposition).toBe('accept')
  })

  describe('both clocks of a message', () => {
    const at = (time: number, written: string) => event({ ErrorType: 1004, ErrorTime: written }, time)
    it.each([
      ['2026-03-02 09:15:00', 'Asia/Shanghai', false],
      ['2026-03-02 11:15:00', 'Asia/Shanghai', true],
      ['2026-03-02 11:15:00', undefined, false],
      ['2026-03-02 11:22:00', undefined, true],
      ['2026-04-02 09:15:00', undefined, true],
      ['nonsense', undefined, false],
    ])('%s in %s disagrees: %j', (written, timezone, disagrees) => {
      const binding = timezone === undefined ? {} : { timezone }
      const decoded = listener().hear(topic('ErrorEvent'), at(TIME, written), { binding })
      expect(decoded.time).toMatchObject({ device: TIME * 1_000, basis: 'epoch_s' })
      expect(decoded.warnings.includes('time_inconsistent')).toBe(disagrees)
    })

    it('without an epoch the written one stands, in the site’s zone', () => {
      const content = event({ ErrorType: 1004, ErrorTime: '2026/3/2 09:15:00' }, null)
      expect(listener().hear(topic('ErrorEvent'), content).time).toMatchObject({ device: null, basis: 'local_unzoned' })
      const binding = { timezone: 'Asia/Shanghai' }
      expect(listener().hear(topic('ErrorEvent'), content, { binding }).time.device).toBe(TIME * 1_000)
    })
  })
})
