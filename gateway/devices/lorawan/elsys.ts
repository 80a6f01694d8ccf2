import { measure, measureHealth, report } from '../decoded.ts'
import { type Codec, endsBefore, type Frame, type Said } from './codec.ts'

/** Type, value; big-endian; of a type that comes twice the last counts. Source: ELSYS payload description. */
export const elsys: Codec = {
  maker: 'ELSYS',
  names: /ELSYS/,
  models: /(?:EMS|ERS|ELT|ESM)[A-Z0-9-]*/,
  kinds: [[/EMS/, 'water_leak']],
  euiPrefix: 'a81758',
  unmistakable: ({ fPort }) => fPort === 5,
  decode,
  output: { waterleak: { code: 'water.leak' }, vdd: { health: 'batteryVoltage', scale: 0.001 } },
}

interface Field {
  byteLength: number
  read?(bytes: Buffer, at: number, into: Said): void
}

const point = (byteLength: number, name: string, scale = 1, signed = false): Field => ({
  byteLength,
  read(bytes, at, into) {
    const raw = signed ? bytes.readIntBE(at, byteLength) : bytes.readUIntBE(at, byteLength)
    into.measurements = into.measurements.filter((each) => each.name !== name)
    measure(into, name, raw, scale)
  },
})

const skip = (byteLength: number): Field => ({ byteLength })

const FIELDS = new Map<number, Field>([
  [0x01, point(2, 'temperature.ambient', 0.1, true)],
  [0x02, point(1, 'humidity.relative')],
  [0x03, skip(3)],
  [0x04, skip(2)],
  [0x05, skip(1)],
  [0x06, skip(2)],
  [
    0x07,
    { byteLength: 2, read: (bytes, at, into) => measureHealth(into, 'batteryVoltage', bytes.readUInt16BE(at), 0.001) },
  ],
  [0x08, skip(2)],
  [0x09, skip(6)],
  [0x0a, point(2, 'pulse.1')],
  [0x0b, skip(4)],
  [0x0c, skip(2)],
  [0x0d, skip(1)],
  [0x0e, skip(2)],
  [0x0f, skip(1)],
  [0x10, skip(4)],
  [0x11, skip(1)],
  [0x12, { byteLength: 1, read: readLeak }],
  [0x13, skip(65)],
  [0x14, skip(4)],
  [0x15, skip(2)],
  [0x16, point(2, 'pulse.2')],
  [0x17, skip(4)],
  [0x18, skip(2)],
  [0x19, skip(2)],
  [0x1a, skip(1)],
  [0x1b, skip(4)],
  [0x1c, skip(2)],
  [0x3d, skip(4)],
])

/** How wet the electrodes are, 0 to 255: any water counts, since where it begins differs by device. */
function readLeak(bytes: Buffer, at: number, into: Said): void {
  const raw = bytes[at]!
  into.measurements = into.measurements.filter(({ name }) => name !== 'leak.raw')
  into.conditions = into.conditions.filter(({ code }) => code !== 'water.leak')
  measure(into, 'leak.raw', raw)
  report(into, 'water.leak', raw > 0, raw)
  if (raw > 1) into.warnings.push('leak_threshold_is_device_specific')
}

const SETTINGS = 0x3e

function decode(frame: Frame, into: Said): void {
  const { bytes, fPort } = frame
  if (fPort === 6) return
  let at = 0
  while (at < bytes.length) {
    const type = bytes[at]!
    if (type === SETTINGS) return
    const known = FIELDS.get(type)
    if (known === undefined) return void into.warnings.push(`unknown_field:${type.toString(16).padStart(2, '0')}`)
    if (endsBefore(at + 1 + known.byteLength, frame, into)) return
    known.read?.(bytes, at + 1, into)
    at += 1 + known.byteLength
  }
}
