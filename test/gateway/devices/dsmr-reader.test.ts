import { describe, expect, it } from 'vitest'
import { listener, points, restarted } from '../../support/families.ts'

describe('DSMR-reader', () => {
  it.each([
    ['electricity_delivered_1', '1234.567', 'energy.active.import.tariff1', 1_234_567],
    ['electricity_delivered_2', '0.001', 'energy.active.import.tariff2', 1],
    ['electricity_returned_1', '2', 'energy.active.export.tariff1', 2_000],
    ['electricity_returned_2', '2', 'energy.active.export.tariff2', 2_000],
    ['electricity_currently_delivered', '0.312', 'power.active.import', 312],
    ['electricity_currently_returned', '1.5', 'power.active.export', 1_500],
    ['phase_currently_delivered_l2', '0.312', 'power.active.l2', 312],
    ['phase_currently_returned_l3', '0.312', 'power.active.l3', -312],
    ['phase_voltage_l1', '229.2', 'voltage.l1', 229.2],
    ['phase_power_current_l2', '3', 'current.l2', 3],
  ])('reading %s %s is %s', (name, text, point, value) => {
    const decoded = listener().hear(`dsmr/reading/${name}`, text)
    expect(points(decoded)).toEqual({ [point]: value })
    expect(decoded).toMatchObject({ warnings: [], device: { key: 'dsmr:default', kind: 'power_meter' } })
  })

  it.each([
    ['power_failure_count', 'grid.outages'],
    ['voltage_sag_count_l1', 'grid.sags'],
    ['voltage_swell_count_l1', 'grid.swells'],
  ])('counter %s is %s', (name, point) => {
    expect(points(listener().hear(`dsmr/meter-stats/${name}`, '9'))).toEqual({ [point]: 9 })
  })

  it('power of a phase is signed, whichever direction is sent; the other one is remembered', () => {
    const first = listener()
    expect(points(first.hear('dsmr/reading/phase_currently_delivered_l1', '0.3'))).toEqual({ 'power.active.l1': 300 })
    expect(points(first.hear('dsmr/reading/phase_currently_returned_l1', '0'))).toEqual({ 'power.active.l1': 300 })
    const second = restarted(first)
    const turned = second.hear('dsmr/reading/phase_currently_returned_l1', '0.5')
    expect(points(turned)).toEqual({ 'power.active.l1': -200 })
    expect(points(second.hear('dsmr/reading/phase_currently_delivered_l1', '0'))).toEqual({ 'power.active.l1': -500 })
    expect(listener().hear('dsmr/reading/phase_currently_returned_l1', '0').measurements).toEqual([])
  })

  const telegram = (id: number) => ({
    id,
    timestamp: '2026-01-01T12:00:00+01:00',
    electricity_delivered_1: '100.5',
    electricity_currently_delivered: '0.100',
    electricity_currently_returned: '0.400',
    phase_currently_delivered_l1: '0.100',
    phase_currently_returned_l1: '0.400',
    phase_voltage_l1: '229.9',
    phase_voltage_l2: null,
  })

  it('JSON has everything at once', () => {
    const decoded = listener().hear('dsmr/json', telegram(1))
    expect(points(decoded)).toEqual({
      'energy.active.import.tariff1': 100_500,
      'power.active.import': 100,
      'power.active.export': 400,
      'power.active': -300,
      'power.active.l1': -300,
      'voltage.l1': 229.9,
    })
    expect(decoded.time).toMatchObject({ device: Date.UTC(2026, 0, 1, 11), basis: 'offset' })
    expect(decoded.warnings).toContain('null_value:phase_voltage_l2')
  })

  it('one telegram is taken once, also after a restart', () => {
    const first = listener()
    expect(first.hear('dsmr/json', telegram(1)).disposition).toBe('accept')
    expect(first.hear('dsmr/json', telegram(2)).disposition).toBe('accept')
    expect(restarted(first).hear('dsmr/json', telegram(1), { afterMs: 60_000 }).disposition).toBe('duplicate')
  })

  it.each([
    ['dsmr/day-consumption/electricity1', '5'],
    ['dsmr/current-month/electricity1', '5'],
    ['dsmr/consumption/gas/delivered', '5'],
    ['dsmr/meter-stats/dsmr_version', '50'],
    ['dsmr/meter-stats/rejected_telegrams', '0'],
    ['dsmr/reading/extra_device_delivered', '5.1'],
    ['dsmr/reading/phase_voltage_l1', ''],
  ])('%s is passed over', (topic, text) => expect(listener().hear(topic, text).disposition).toBe('ignore'))

  it.each([
    ['dsmr/json', '[]', 'invalid_shape'],
    ['dsmr/json', '{"id":NaN}', 'invalid_json'],
    ['dsmr/reading/phase_voltage_l1', 'nan', 'invalid_value'],
  ])('%s %s is refused as %s', (topic, text, reason) => {
    expect(listener().hear(topic, text)).toMatchObject({ disposition: 'reject', reason })
  })

  it('the telegram’s time has a topic; a retained value may be old', () => {
    const { time } = listener().hear('dsmr/reading/timestamp', '2026-01-01T12:00:00Z')
    expect(time.device).toBe(Date.UTC(2026, 0, 1, 12))
    const old = listener().hear('dsmr/reading/phase_voltage_l1', '230', { retain: true })
    expect(old.warnings).toEqual(['retained_value_age_unknown'])
  })
})
