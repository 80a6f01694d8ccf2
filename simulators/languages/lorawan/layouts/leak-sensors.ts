import { be, le, signedBe } from '../bytes.ts'
import { type Frame, type Layout, numberOf, type Told } from '../layout.ts'

const LOW_BATTERY_BIT = 0x80

/** Version, type 0x32, report, battery in tenths of a volt, leak; padded to eleven bytes. */
const netvox: Layout = {
  id: 'r718wa',
  vendor: 'Netvox',
  model: 'R718WA',
  oui: '00137a',
  kind: 'water_leak',
  tells: ['water.leak', 'batteryVoltage', 'batteryLow'],
  frames({ values, levels, why }) {
    const battery = Math.min(LOW_BATTERY_BIT - 1, Math.round(numberOf(values, 'batteryVoltage') * 10))
    const state = battery + (values['batteryLow'] === true ? LOW_BATTERY_BIT : 0)
    const report = { fPort: 6, bytes: [0x01, 0x32, 0x01, state, levels['water.leak'] ? 1 : 0, 0, 0, 0, 0, 0, 0] }
    // Software 1.0, hardware 1.1, made on 2020-05-20.
    const version = { fPort: 6, bytes: [0x01, 0x32, 0x00, 0x0a, 0x0b, 0x20, 0x20, 0x05, 0x20, 0, 0] }
    return why === 'join' ? [version, report] : [report]
  },
}

/** Its leak channel is a resistance, not a yes or no: the wetter, the higher. */
const elsys: Layout = {
  id: 'elsys-ems',
  vendor: 'ELSYS',
  model: 'EMS',
  oui: 'a81758',
  kind: 'water_leak',
  tells: ['water.leak', 'temperature.ambient', 'humidity.relative', 'batteryVoltage'],
  frames({ values, levels }) {
    const wet = levels['water.leak'] ? 10 + numberOf(values, 'water.depth') * 4_000 : 0
    const bytes = [
      [0x01, ...signedBe(numberOf(values, 'temperature.ambient') * 10, 2)],
      [0x02, ...le(numberOf(values, 'humidity.relative'), 1)],
      [0x07, ...be(numberOf(values, 'batteryVoltage') * 1000, 2)],
      [0x12, ...le(wet, 1)],
    ].flat()
    return [{ fPort: 5, bytes }]
  },
}

const INTERRUPT_BIT = 0x10

/** Status, battery above 2.5 V in tenths, its own temperature, humidity, the room's temperature, both from -32 °C. */
const browan: Layout = {
  id: 'tbwl100',
  vendor: 'Browan',
  model: 'TBWL100',
  oui: 'e8e1e1',
  kind: 'water_leak',
  tells: ['water.leak', 'temperature.ambient', 'humidity.relative', 'batteryVoltage'],
  frames({ values, levels, why }) {
    const celsius = le(numberOf(values, 'temperature.ambient') + 32, 1)
    const status = (levels['water.leak'] ? 1 : 0) + (why === 'event' ? INTERRUPT_BIT : 0)
    const battery = Math.min(15, numberOf(values, 'batteryVoltage') * 10 - 25)
    const humidity = le(numberOf(values, 'humidity.relative'), 1)
    return [{ fPort: 106, bytes: [status, ...le(battery, 1), ...celsius, ...humidity, ...celsius] }]
  },
}

const PROTOCOL = 0x10
const WATER_EVENT = 0x08
const LOW_BATTERY_ERROR = 2

/** Its periodic message tells the supply alone; water comes when it comes, and after a reset. Zero is water. */
const radioBridge: Layout = {
  id: 'rbs301-wat',
  vendor: 'RadioBridge',
  model: 'RBS301-WAT',
  oui: '70b3d5',
  kind: 'water_leak',
  tells: ['water.leak', 'batteryVoltage', 'batteryLow'],
  frames({ values, levels, why, sent }) {
    const frame = (index: number, bytes: number[]): Frame => ({
      fPort: 2,
      bytes: [PROTOCOL + ((sent + index) % 16), ...bytes],
    })
    const wet = levels['water.leak']
    const water = [WATER_EVENT, wet ? 0 : 1, wet ? 0x80 : 0x00]
    if (why === 'event') return [frame(0, water)]
    const tenths = Math.min(99, Math.round(numberOf(values, 'batteryVoltage') * 10))
    // Volts and tenths of a volt are a digit each.
    const battery = Math.floor(tenths / 10) * 16 + (tenths % 10)
    const supply = [0x01, values['batteryLow'] === true ? LOW_BATTERY_ERROR : 0, 0x00, battery]
    if (why === 'report') return [frame(0, supply)]
    const reset = [0x00, WATER_EVENT, 0x01, 0x02, 0x00, 0x00, 0x01]
    return [frame(0, reset), frame(1, supply), frame(2, water)]
  },
}

/** What stands before its water in the one message that was seen; its meaning is not public. */
const REJEEE_OWN = [0x00, 0x3f, 0x24]

const rejeee: Layout = {
  id: 'sl200',
  vendor: 'Rejeee',
  model: 'SL200',
  oui: 'ca0102',
  kind: 'water_leak',
  tells: ['water.leak'],
  frames: ({ levels }: Told) => [{ fPort: 1, bytes: [...REJEEE_OWN, 0x09, levels['water.leak'] ? 1 : 0] }],
}

export const leakSensors: readonly Layout[] = [netvox, elsys, browan, radioBridge, rejeee]
