import { describe, expect, it } from 'vitest'
import { listener, points, restarted, states } from '../../support/families.ts'

const reader = { id: 'AA00', name: 'ams-1', up: 10, t: 1_767_225_600, vcc: 3.28, rssi: -61, temp: -127 }

describe('AMS reader', () => {
  it('a list with everything', () => {
    const phases = { P1: 100, PO1: 0, P2: 0, PO2: 50, U1: 230, I1: 1.5, PF: 0.98, PF1: 98, PF2: 0 }
    const totals = { P: 100, PO: 50, Q: 3, QO: 4, tPI: 1.5, tPO: 0.5, tQI: 0.1, tQO: 0.2, tPI1: 1 }
    const decoded = listener().hear('amsleser', { ...reader, data: { type: 'MA304', ...phases, ...totals } })
    expect(points(decoded)).toEqual({
      'power.active.import': 100,
      'power.active.export': 50,
      'power.active': 50,
      'power.reactive.import': 3,
      'power.reactive.export': 4,
      'power.active.l1': 100,
      'power.active.l2': -50,
      'voltage.l1': 230,
      'current.l1': 1.5,
      power_factor: 0.98,
      'power_factor.l1': 0.98,
      'energy.active.import': 1_500,
      'energy.active.export': 500,
      'energy.reactive.import': 100,
      'energy.reactive.export': 200,
      'energy.active.import.l1': 1_000,
    })
    expect(decoded.device).toEqual({ key: 'amsreader:ams-1', kind: 'power_meter', model: 'MA304' })
    expect(decoded.health).toEqual({ supplyVoltage: 3.28, rssi: -61 })
  })

  it('below any prefix it is known by what it says of itself', () => {
    const decoded = listener().hear('home/han', { ...reader, data: { P: 12 } })
    expect(decoded.device).toMatchObject({ key: 'amsreader:ams-1', kind: 'power_meter' })
    expect(points(decoded)).toEqual({ 'power.active.import': 12 })
    expect(listener().hear('home/han', reader).device?.key).toBe('raw:home/han')
  })

  it('its will', () => {
    const { hear } = listener()
    hear('amsleser/power', { ...reader, data: { P: 5 } })
    const gone = hear('amsleser/status', 'offline', { retain: true })
    expect(gone).toMatchObject({ device: { key: 'amsreader:ams-1' }, health: { online: false } })
    expect(states(gone)).toEqual(['device.offline active'])
    expect(states(hear('amsleser/status', 'online'))).toEqual(['device.offline cleared'])
    expect(hear('amsleser/status', 'somehow').disposition).toBe('ignore')
  })

  it('parts that do not name their reader are of the one that did', () => {
    const first = listener()
    expect(first.hear('amsleser/power', { P: 5 }).device?.key).toBe('amsreader:amsleser')
    first.hear('amsleser/state', reader)
    const second = restarted(first)
    expect(second.hear('amsleser/energy', { tPI: 2 }).device?.key).toBe('amsreader:ams-1')
    expect(second.hear('amsleser/realtime', { h: 1 })).toMatchObject({ disposition: 'ignore' })
    expect(second.hear('amsleser/prices', { prices: {} })).toMatchObject({ disposition: 'ignore' })
  })

  it('is known below any prefix by what it says', () => {
    const { hear, family } = listener()
    expect(hear('house/meter/power', { ...reader, data: { P: 7 } }).device?.key).toBe('amsreader:ams-1')
    expect(family()?.id).toBe('amsreader')
    hear('house/meter/power', { P: 7 })
    expect(family()).toBeNull()
    hear('house/meter/power', '7')
    expect(family()).toBeNull()
  })

  it.each([
    ['meter/import/active', '1543', { 'power.active.import': 1_543 }],
    ['meter/export/active/accumulated', '1.5', { 'energy.active.export': 1_500 }],
    ['meter/l2/voltage', '0', { 'voltage.l2': 0 }],
    ['meter/l3/current', '2.5', { 'current.l3': 2.5 }],
    ['wifi/rssi', '-70', {}],
  ])('topic %s %s', (name, text, expected) => {
    const decoded = listener().hear(`amsleser/${name}`, text)
    expect(points(decoded)).toEqual(expected)
    expect(decoded.disposition).toBe('accept')
  })

  it.each([
    ['amsleser/meter/id', '123', 'ignore'],
    ['amsleser/price/0', '0.5', 'ignore'],
    ['amsleser/power', '', 'ignore'],
    ['amsleser/power', '[]', 'reject'],
    ['amsleser/power', '{"data":{"P":NaN}}', 'reject'],
    ['amsleser/meter/import/active', 'nan', 'reject'],
  ])('%s %j: %s', (topic, text, disposition) => expect(listener().hear(topic, text).disposition).toBe(disposition))

  it('leaves out what is null or a placeholder', () => {
    const decoded = listener().hear('amsleser', { ...reader, data: { P: 2_147_483_647, U1: null, I1: 'x' } })
    expect(decoded.measurements).toEqual([])
    expect(decoded.warnings).toEqual(['sentinel:P', 'null_value:U1', 'not_a_number:I1'])
  })
})
