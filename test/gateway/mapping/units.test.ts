import { describe, expect, it } from 'vitest'
import { conversionOf, converted } from '../../../gateway/mapping/units.ts'

function convert(value: number, unit: string, coherent: string): number {
  const conversion = conversionOf(unit, coherent)
  if (!conversion.ok) throw new Error(conversion.message)
  return converted(value, conversion.value)
}

describe('units', () => {
  it.each([
    [12.345, 'kWh', 'Wh', 12_345],
    [1, 'MWh', 'Wh', 1e6],
    [3.6, 'MJ', 'Wh', 1000],
    [2.3, 'kW', 'W', 2300],
    [317, 'mA', 'A', 0.317],
    [3700, 'mV', 'V', 3.7],
    [10, 'kV', 'V', 10_000],
    [212, '°F', 'Cel', 100],
    [-40, 'degF', 'Cel', -40],
    [300, 'K', 'Cel', 26.85],
    [21, '°C', 'Cel', 21],
    [97, '%', '1', 0.97],
    [0.5, '1', '%', 50],
    [12, 'mm', 'm', 0.012],
    [9, 'km/h', 'm/s', 2.5],
    [2, 'min', 's', 120],
    [1.2, 'kvar', 'var', 1200],
    [50, 'Hz', 'Hz', 50],
    [-61, 'dBm', 'dBm', -61],
  ])('%d %s is in %s %d', (value, unit, coherent, expected) => {
    expect(convert(value, unit, coherent)).toBe(expected)
  })

  it('are the vocabulary’s own where none is named, without a digit changed', () => {
    const conversion = conversionOf(undefined, 'W')
    expect(conversion.ok && converted(0.1 + 0.2, conversion.value)).toBe(0.1 + 0.2)
  })

  it('that are unknown are refused with those that are allowed', () => {
    expect(conversionOf('kwh', 'Wh')).toEqual({
      ok: false,
      message: 'kwh is no unit of this; allowed: Wh, mWh, kWh, MWh, GWh, J, kJ, MJ',
    })
    expect(conversionOf('V', 'A').ok).toBe(false)
    expect(conversionOf('km', 'dBm')).toEqual({ ok: false, message: 'km is no unit of this; allowed: dBm' })
  })
})
