/** Dragino leak sensors: high byte first, the state of the contacts, how often it leaked and how long the last time. */
import { be } from '../bytes.ts'
import { type Layout, numberOf, type Told } from '../layout.ts'

const leaks = ({ values }: Told) => [
  ...be(numberOf(values, 'leak.count'), 3),
  ...be(Math.floor(numberOf(values, 'leak.last_duration') / 60), 3),
]

const WET_BIT = 0x4000
const LEAK_MODE = 2

const lwl02: Layout = {
  id: 'lwl02',
  vendor: 'Dragino',
  model: 'LWL02',
  oui: 'a84041',
  kind: 'water_leak',
  tells: ['water.leak', 'leak.count', 'leak.last_duration', 'batteryVoltage'],
  frames(told) {
    const millivolts = Math.round(numberOf(told.values, 'batteryVoltage') * 1000)
    const state = millivolts + (told.levels['water.leak'] ? WET_BIT : 0)
    return [{ fPort: 10, bytes: [...be(state, 2), LEAK_MODE, ...leaks(told), 0] }]
  },
}

/** Its model, its firmware 1.0, EU868, no sub-band; what follows is the battery. */
const LWL03A = [0x14, 0x01, 0x00, 0x01, 0xff]
const PERIODIC_BIT = 4

const lwl03a: Layout = {
  id: 'lwl03a',
  vendor: 'Dragino',
  model: 'LWL03A',
  oui: 'a84041',
  kind: 'water_leak',
  tells: ['water.leak', 'leak.count', 'leak.last_duration', 'batteryVoltage'],
  frames(told) {
    const { values, levels, why, atMs } = told
    const status = (levels['water.leak'] ? 1 : 0) + (why === 'event' ? 0 : PERIODIC_BIT)
    const now = { fPort: 2, bytes: [status, ...leaks(told), ...be(Math.floor(atMs / 1000), 4)] }
    const device = { fPort: 5, bytes: [...LWL03A, ...be(numberOf(values, 'batteryVoltage') * 1000, 2)] }
    return why === 'join' ? [device, now] : [now]
  },
}

export const dragino: readonly Layout[] = [lwl02, lwl03a]
