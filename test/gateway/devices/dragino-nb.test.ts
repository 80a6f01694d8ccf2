import { describe, expect, it } from 'vitest'
import { decodeOn, states, values } from '../../support/lorawan.ts'
import { plainMemory } from '../../support/memory.ts'

const IMEI = 'f868411056754138'
const state = (leak: '00' | '01', time = '6530fa31', signal = '13') =>
  `${IMEI}14640ce4${signal}010100${leak}00000a000005${time}`
const WET_ROW = '0100000900000a6530f000'
const DRY_ROW = '0000000900000a6530f100'
const on = (text: string, memory = plainMemory(), at = 0) => decodeOn('2023/dragino/x', text, memory, at)

describe('a WL03A-NB', () => {
  it.each([
    ['01', 'active'],
    ['00', 'cleared'],
  ] as const)('leak %s is %s', (leak, word) => {
    const { family, decoded } = on(state(leak))
    expect(family?.id).toBe('dragino_nb')
    expect(states(decoded)).toEqual([`water.leak ${word}`])
    expect(values(decoded)).toEqual(['leak.count=10', 'leak.last_duration=300'])
    expect(decoded).toMatchObject({
      device: { key: 'dragino-nb:868411056754138', kind: 'water_leak', model: 'WL03A-NB' },
      health: { batteryVoltage: 3.3, signalRaw: 19 },
      time: { device: 1697708593_000, basis: 'epoch_s' },
      readings: [],
    })
  })

  it('upper case and a line break are read too', () => {
    expect(states(on(`${state('01').toUpperCase()}\n`).decoded)).toEqual(['water.leak active'])
  })

  it('a clock that was not set and a signal that is not known are left out', () => {
    const { decoded } = on(state('01', '00000010', '63'))
    expect(decoded.time).toEqual({ device: null, basis: 'none' })
    expect(decoded.health.signalRaw).toBeUndefined()
    expect(decoded.warnings).toEqual(['sentinel:signalRaw', 'device_clock_not_set'])
    expect(states(decoded)).toEqual(['water.leak active'])
  })

  it('its log rows are stored readings, each told once', () => {
    const memory = plainMemory()
    const first = on(state('00') + WET_ROW, memory).decoded
    expect(first.readings).toMatchObject([{ time: 0x6530f000 * 1_000, historical: true }])
    expect(first.readings.map(states)).toEqual([['water.leak active']])
    const second = on(state('00', '6530fb00') + WET_ROW + DRY_ROW, memory, 60_000).decoded
    expect(second).toMatchObject({ disposition: 'accept', historical: false })
    expect(second.readings.map(states)).toEqual([['water.leak cleared']])
  })

  it('the same again within seconds is a duplicate, also after a restart; later it is news', () => {
    const first = plainMemory()
    on(state('01') + WET_ROW, first)
    const memory = plainMemory()
    for (const [key, value] of JSON.parse(JSON.stringify([...first.values])) as [string, unknown][])
      memory.set(key, value)
    const again = on(state('01') + WET_ROW, memory, 2_000).decoded
    expect(again.disposition).toBe('duplicate')
    expect(states(again)).toEqual(['water.leak active'])
    expect(on(state('01') + WET_ROW, memory, 60_000).decoded).toMatchObject({ disposition: 'accept', readings: [] })
  })

  it('a row that is cut off is told', () => {
    const { decoded } = on(state('00') + WET_ROW + '0100')
    expect(decoded.readings).toHaveLength(1)
    expect(decoded.warnings).toContain('truncated:log')
  })

  it.each([
    [state('01').slice(0, 40), 'truncated'],
    [state('01').slice(0, 41), 'truncated'],
    [`${state('01').slice(0, -2)}zz`, 'invalid_value'],
  ])('%s is rejected as %s', (text, reason) => {
    expect(on(text).decoded).toMatchObject({ disposition: 'reject', reason, conditions: [] })
  })

  it.each(['false', 'f868411056754138', `${IMEI}15640ce4`, 'fire', '868411056754138f14', 'ffffffffffffffffffffffffff'])(
    '%s is not its',
    (text) => {
      expect(on(text).family).toBeNull()
    },
  )
})
