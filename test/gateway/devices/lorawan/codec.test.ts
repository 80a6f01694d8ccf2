import { describe, expect, it } from 'vitest'
import { states, uplink, values } from '../../../support/lorawan.ts'

describe('stored readings', () => {
  const STORED = '20CE9E74466310015D01'

  it('one alone is the message, at its own time, and not live', () => {
    const decoded = uplink({ profile: 'EM300-ZLD', hex: STORED })
    expect(decoded).toMatchObject({ historical: true, readings: [], time: { basis: 'epoch_s', raw: 1665561758 } })
    expect(states(decoded)).toEqual(['water.leak active'])
  })

  it('several are rows', () => {
    const decoded = uplink({ profile: 'EM300-SLD', hex: `${STORED}20CEAE74466310015D00` })
    expect(decoded).toMatchObject({ historical: true, measurements: [], conditions: [], time: { raw: 1665561774 } })
    expect(decoded.readings.map(states)).toEqual([['water.leak active'], ['water.leak cleared']])
  })

  it('beside a current reading they are rows, and the message is live', () => {
    const decoded = uplink({ profile: 'EM300-ZLD', hex: `050000${STORED}` })
    expect(decoded).toMatchObject({ historical: false, time: { basis: 'network_rx' } })
    expect(states(decoded)).toEqual(['water.leak cleared'])
    expect(decoded.readings.map(states)).toEqual([['water.leak active']])
  })

  it('have the length of their model', () => {
    const climate = uplink({ profile: 'EM300-TH', hex: '20CE9E74466310015D' })
    expect(values(climate)).toEqual(['temperature.ambient=27.2', 'humidity.relative=46.5'])
    const counter = uplink({ profile: 'EM300-DI', hex: '20CE9E74466310015D020000010000' })
    expect(values(counter)).toContain('pulse.1=256')
    const membrane = uplink({ profile: 'EM300-MLD', hex: '20CE9E74466300000001' })
    expect([values(membrane), states(membrane)]).toEqual([[], ['water.leak active']])
  })

  it('a clock that was never set places nothing', () => {
    const row = uplink({ profile: 'LWL03A', fPort: 3, hex: '0100000A00000A00000010' })
    expect(row.readings).toEqual([])
    expect(row.warnings).toContain('device_clock_not_set')
    const now = uplink({ profile: 'LWL03A', fPort: 2, hex: '0100000A00000A00000010' })
    expect(now.time.basis).toBe('network_rx')
    expect(states(now)).toEqual(['water.leak active'])
  })

  it('a log cut off in mid-row gives its whole rows', () => {
    const decoded = uplink({ profile: 'LWL03A', fPort: 3, hex: '0100000A00000A635CD2F20100' })
    expect(decoded.readings).toHaveLength(1)
    expect(decoded.warnings).toContain('truncated:log')
  })
})
