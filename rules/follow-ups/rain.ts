import type { DeviceMessage, DeviceState } from '../model.ts'

/**
 * Less in a day is a trace and no rainy day: the 0.1 mm of 小雨 in GB/T 28592-2012, read from secondary sources. Gauges
 * tell tenths, and a sum of tenths is a little off.
 */
const RAIN_MM = 0.1 - 1e-6
/** No more falls on a day than the heaviest class of GB/T 28592-2012 begins with (特大暴雨), but for a catastrophe. */
const DAY_MAX_MM = 250

/**
 * Whether a message says that it rains, or has rained since the device's last one: its rain sensor is wet or was until
 * now, or the amount has grown. Gauges count up and begin again at zero, at midnight or after a new battery; the first
 * word of a gauge counts from zero too, unless it is more than a day's: then it has counted for long. What is
 * historical, or kept by a broker since nobody knows when, says nothing.
 */
export function tellsRain(before: DeviceState, message: DeviceMessage): boolean {
  if (!message.live || message.retained) return false
  for (const { code, state } of message.conditions) {
    if (code !== 'weather.rain') continue
    if (state === 'active' || state === 'pulse') return true
    if (state === 'cleared' && before.conditions.get(code)?.state === 'active') return true
  }
  for (const { name, value } of message.measurements) {
    if (name === 'rain.amount' && typeof value === 'number')
      return growth(before.points.get(name)?.value, value) >= RAIN_MM
  }
  return false
}

function growth(before: unknown, amountMm: number): number {
  if (typeof before !== 'number') return amountMm < DAY_MAX_MM ? amountMm : 0
  return amountMm < before ? amountMm : amountMm - before
}
