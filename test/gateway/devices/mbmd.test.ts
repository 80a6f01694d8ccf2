import { describe, expect, it } from 'vitest'
import { listener, points, restarted, states } from '../../support/families.ts'

describe('mbmd', () => {
  it.each([
    ['Voltage/L2', '231.450', 'voltage.l2', 231.45],
    ['Voltage', '231.450', 'voltage.l1', 231.45],
    ['Current/L3', '0.500', 'current.l3', 0.5],
    ['Current', '0.500', 'current.l1', 0.5],
    ['Power', '-1500.000', 'power.active', -1_500],
    ['Power/L1', '500.000', 'power.active.l1', 500],
    ['Power/S1', '500.000', 'power.active.ch1', 500],
    ['DCVoltage/S1', '612.300', 'voltage.ch1', 612.3],
    ['DCCurrent/S4', '8.100', 'current.ch4', 8.1],
    ['ImportPower', '12.000', 'power.active.import', 12],
    ['ExportPower', '12.000', 'power.active.export', 12],
    ['ReactivePower/L1', '3.000', 'power.reactive.l1', 3],
    ['ApparentPower', '3.000', 'power.apparent', 3],
    ['Cosphi/L2', '-0.980', 'power_factor.l2', -0.98],
    ['Frequency', '50.010', 'frequency', 50.01],
    ['Import', '1234.567', 'energy.active.import', 1_234_567],
    ['Import/T1', '1.000', 'energy.active.import.tariff1', 1_000],
    ['Import/L3', '1.000', 'energy.active.import.l3', 1_000],
    ['Export', '0.001', 'energy.active.export', 1],
    ['ReactiveImport', '2.500', 'energy.reactive.import', 2_500],
    ['ReactiveExport/L1', '2.500', 'energy.reactive.export.l1', 2_500],
    ['HeatSinkTemp', '41.000', 'temperature.device', 41],
    ['String2Voltage', '400.000', 'voltage.ch2', 400],
  ])('%s %s is %s', (name, text, point, value) => {
    for (const prefix of ['mbmd', '/mbmd']) {
      const decoded = listener().hear(`${prefix}/sdm1-1/${name}`, text)
      expect(points(decoded)).toEqual({ [point]: value })
      expect(decoded.warnings).toEqual([])
      expect(decoded.device).toEqual({ key: 'mbmd:sdm1-1', kind: 'power_meter' })
    }
  })

  it.each([['Sum'], ['THD/L1'], ['DCPower'], ['ImportPower/L1'], ['constructor']])('%s has no point', (name) => {
    expect(listener().hear(`mbmd/sdm1-1/${name}`, '1.000')).toMatchObject({ disposition: 'accept', measurements: [] })
  })

  it('of three phases the value without a phase is not the first one', () => {
    const first = listener()
    first.hear('mbmd/sdm1-1/Voltage/L2', '230.000')
    const second = restarted(first)
    expect(second.hear('mbmd/sdm1-1/Voltage', '231.000').measurements).toEqual([])
    expect(points(second.hear('mbmd/sdm1-1/Current', '9.000'))).toEqual({ 'current.total': 9 })
  })

  it('the end of the gateway leaves its meters out of reach', () => {
    const first = listener()
    first.hear('mbmd/sdm1-1/Power', '1.000')
    first.hear('mbmd/sdm1-2/Power', '1.000')
    const gone = restarted(first).hear('mbmd/status', 'disconnected', { retain: true })
    expect(states(gone)).toEqual(['gateway.offline active'])
    expect(gone).toMatchObject({ health: { online: false }, unreachable: ['mbmd:sdm1-1', 'mbmd:sdm1-2'] })
    const back = first.hear('mbmd/status', 'connected')
    expect(states(back)).toEqual(['gateway.offline cleared'])
    expect(back.unreachable).toBeUndefined()
    expect(first.hear('mbmd/status', 'perhaps').conditions).toEqual([])
  })

  it.each([
    ['NaN', 'invalid_value'],
    ['-inf', 'invalid_value'],
    ['{"a":1}', 'invalid_shape'],
    [Buffer.from([0xff]), 'invalid_utf8'],
  ])('%s is refused as %s', (content, reason) => {
    expect(listener().hear('mbmd/a/Power', content)).toMatchObject({ disposition: 'reject', reason })
  })

  it.each([['unavailable'], ['230,5'], ['2147483647'], ['1e9']])('%s is no voltage', (text) => {
    const decoded = listener().hear('mbmd/a/Voltage', text)
    expect(decoded).toMatchObject({ disposition: 'accept', measurements: [] })
    expect(decoded.warnings).toHaveLength(1)
  })

  it('the same again within seconds is a duplicate; later it is a reading', () => {
    const { hear } = listener()
    expect(hear('mbmd/a/Power', '5.000').disposition).toBe('accept')
    expect(hear('mbmd/a/Power', '5.000', { afterMs: 200 }).disposition).toBe('duplicate')
    expect(hear('mbmd/a/Power', '5.000', { afterMs: 10_000 }).disposition).toBe('accept')
    expect(hear('mbmd/a/Power', '').disposition).toBe('ignore')
  })
})
