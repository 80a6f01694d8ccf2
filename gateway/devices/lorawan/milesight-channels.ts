import type { Row } from '../../../rules/model.ts'
import { measure, measureHealth, report } from '../decoded.ts'
import type { Frame, Said } from './codec.ts'

/**
 * Channel, type, value; little-endian. Sources: Milesight's payload tables of EM300, WS303, WS301, CT10x, CT3xx and
 * WS52x. Two placeholders stand for a sensor that could not be read (0xFFFF) and one beyond its range (0xFFFD).
 */
type Read = (bytes: Buffer, at: number, into: Said, frame: Frame) => void

export interface Channel {
  byteLength: number
  read?: Read
}

const READ_FAILED = 0xffff
const OVER_RANGE = 0xfffd

type Values = Pick<Row, 'measurements'> & Pick<Said, 'warnings'>

export function temperature(into: Values, point: string, raw: number): void {
  if (raw === READ_FAILED || raw === OVER_RANGE) into.warnings.push(`sentinel:${point}`)
  else measure(into, point, raw > 0x7fff ? raw - 0x1_0000 : raw, 0.1)
}

export function level(into: Pick<Said, 'conditions'>, code: string, raw: number, warnings: string[]): void {
  if (raw <= 1) report(into, code, raw === 1, raw)
  else warnings.push(`not_understood:${code}=${raw}`)
}

export const leak: Channel = {
  byteLength: 1,
  read: (bytes, at, into) => level(into, 'water.leak', bytes[at]!, into.warnings),
}
const open: Channel = { byteLength: 1, read: (bytes, at, into) => level(into, 'door.open', bytes[at]!, into.warnings) }

const current = (point: string, scale: number): Channel => ({
  byteLength: 2,
  read(bytes, at, into) {
    readCurrent(bytes.readUInt16LE(at), point, scale, into)
    into.kind = 'power_meter'
  },
})

function readCurrent(raw: number, point: string, scale: number, into: Said): void {
  if (raw === READ_FAILED || raw === OVER_RANGE) into.warnings.push(`sentinel:${point}`)
  else measure(into, point, raw, scale)
}

const THRESHOLD = 1
const THRESHOLD_OVER = 2
const BEYOND_RANGE = 4
const BEYOND_RANGE_OVER = 8

/** Highest, lowest and present current, then what is alarmed and what is over. */
const currentAlarm = (point: string, scale: number, channel: number): Channel => ({
  byteLength: 7,
  read(bytes, at, into) {
    into.kind = 'power_meter'
    readCurrent(bytes.readUInt16LE(at + 4), point, scale, into)
    const bits = bytes[at + 6]!
    const active = (bits & (THRESHOLD | BEYOND_RANGE)) !== 0
    if (!active && (bits & (THRESHOLD_OVER | BEYOND_RANGE_OVER)) === 0) return
    const detail = { channel, threshold: (bits & THRESHOLD) !== 0, overRange: (bits & BEYOND_RANGE) !== 0 }
    report(into, 'meter.over_current', active, bits, detail)
  },
})

function readMeterTemperature(bytes: Buffer, at: number, into: Said): void {
  const raw = bytes.readUInt16LE(at)
  into.kind = 'power_meter'
  temperature(into, 'temperature.device', raw)
  if (raw === OVER_RANGE) report(into, 'meter.over_temperature', true, 'over range')
}

const skip = (byteLength: number): Channel => ({ byteLength })

const meter = (byteLength: number, point: string, scale: number): Channel => ({
  byteLength,
  read(bytes, at, into) {
    const raw = bytes.readUIntLE(at, byteLength)
    if (byteLength === 2 && raw === READ_FAILED) into.warnings.push(`sentinel:${point}`)
    else measure(into, point, raw, scale)
    into.kind = 'power_meter'
  },
})

export const CHANNELS = new Map<number, Channel>([
  [0x0175, { byteLength: 1, read: (bytes, at, into) => measureHealth(into, 'batteryPercent', bytes[at]) }],
  [
    0x0367,
    { byteLength: 2, read: (bytes, at, into) => temperature(into, 'temperature.ambient', bytes.readUInt16LE(at)) },
  ],
  [0x0468, { byteLength: 1, read: (bytes, at, into) => void measure(into, 'humidity.relative', bytes[at], 0.5) }],
  [0x0500, leak],
  [0x05c8, { byteLength: 4, read: (bytes, at, into) => void measure(into, 'pulse.1', bytes.readUInt32LE(at)) }],
  // Ampere-hours are no unit of ours; they are passed over.
  [0x0397, skip(4)],
  [0x0597, skip(4)],
  [0x0797, skip(4)],
  [0x0498, current('current.l1', 0.01)],
  [0x0499, current('current.ch1', 0.1)],
  [0x0699, current('current.ch2', 0.1)],
  [0x0899, current('current.ch3', 0.1)],
  [0x8498, currentAlarm('current.l1', 0.01, 1)],
  [0x8499, currentAlarm('current.ch1', 0.1, 1)],
  [0x8699, currentAlarm('current.ch2', 0.1, 2)],
  [0x8899, currentAlarm('current.ch3', 0.1, 3)],
  [0x0967, { byteLength: 2, read: readMeterTemperature }],
  [
    0x8967,
    {
      byteLength: 3,
      read(bytes, at, into) {
        readMeterTemperature(bytes, at, into)
        into.conditions = into.conditions.filter(({ code }) => code !== 'meter.over_temperature')
        level(into, 'meter.over_temperature', bytes[at + 2]!, into.warnings)
      },
    },
  ],
  [0x0374, meter(2, 'voltage.l1', 0.1)],
  [0x0480, meter(4, 'power.active', 1)],
  [0x0581, meter(1, 'power_factor', 0.01)],
  [0x0683, meter(4, 'energy.active.import', 1)],
  [0x07c9, meter(2, 'current.l1', 0.001)],
  [0x0870, skip(1)],
  [0x0831, skip(1)],
  [0xff01, skip(1)],
  [0xff08, skip(6)],
  [0xff09, skip(2)],
  [0xff0a, skip(2)],
  [0xff0b, skip(1)],
  [0xff0f, skip(1)],
  [0xff16, skip(8)],
  [0xff18, skip(2)],
  [0xfffe, skip(1)],
  [0xffff, skip(2)],
])

export const DIGITAL_INPUT = new Map<number, Channel>([
  [0x0500, skip(1)],
  [0x8500, skip(2)],
  [0x05e1, skip(8)],
  [0x85e1, skip(9)],
  [0x06e1, skip(8)],
  [0x86e1, skip(9)],
  [0x21ce, skip(18)],
])

export const DOOR = new Map<number, Channel>([
  [0x0300, open],
  [0x0400, skip(1)],
  [0x0600, open],
])
