import { expect, it } from 'vitest'
import { scaleOf } from '../../gateway/units.ts'

it.each([
  ['kWh', 'energy.active.import', 1_000],
  ['MWH', 'energy.active.import', 1e6],
  ['mwh', 'energy.active.import', 1e6],
  ['mWh', 'energy.active.import', 0.001],
  [' KW ', 'power.active', 1_000],
  ['MW', 'power.active', 1e6],
  ['mW', 'power.active', 0.001],
  ['cm', 'rain.amount', 10],
  ['cm', 'water.depth', 0.01],
  ['mm', 'water.depth', 0.001],
  ['℃', 'temperature.device', 1],
  ['%rh', 'humidity.relative', 1],
  ['%', 'power_factor', 0.01],
  ['mV', 'batteryVoltage', 0.001],
  ['dBm', 'rssi', 1],
  ['min', 'reportIntervalS', 60],
  ['', 'voltage.l1', 1],
  ['bar', 'boiler.pressure', 1],
])('%j of %s is its own times %d', (unit, name, factor) => {
  expect(scaleOf(unit, name)).toBe(factor)
})

it.each([
  ['kWh', 'voltage.l1'],
  ['A', 'voltage.l1'],
  ['mw', 'power.active'],
  ['°F', 'temperature.ambient'],
  ['K', 'temperature.ambient'],
  ['V', 'online'],
  ['__proto__', 'voltage.l1'],
])('%j is no unit of %s', (unit, name) => {
  expect(scaleOf(unit, name)).toBe(null)
})
