import { measure, measureHealth, report } from '../decoded.ts'
import { type Codec, endsBefore, type Frame, type Said } from './codec.ts'

/**
 * Port 6: version, device type, report type, battery in 0.1 V (its highest bit: low), then what the type has.
 * Source: Netvox LoRaWAN Application Command. Report 0 is the device's version and says nothing.
 */
export const netvox: Codec = {
  maker: 'Netvox',
  names: /NETVOX|R718W|R311W/,
  models: /R718W[AB]+2?|R311W/,
  kinds: [[/R718W|R311W/, 'water_leak']],
  euiPrefix: '00137a',
  unmistakable: ({ bytes, fPort }) => fPort === 6 && bytes[0] === 1 && LAYOUTS.has(bytes[1] ?? 0),
  decode,
  output: {
    battery: { health: 'batteryVoltage' },
    Volt: { health: 'batteryVoltage' },
    WaterLeak: { code: 'water.leak' },
    WaterLeak_1: { code: 'water.leak' },
    WaterLeak_2: { code: 'water.leak' },
    water1leak: { code: 'water.leak' },
    water2leak: { code: 'water.leak' },
  },
}

/** By device type: where the leaks are, and where temperature and humidity. */
const LAYOUTS = new Map<number, { leaks: readonly number[]; climateAt?: number }>([
  [0x06, { leaks: [4, 5] }],
  [0x12, { leaks: [4] }],
  [0x32, { leaks: [4] }],
  [0x46, { leaks: [4, 5] }],
  [0x47, { leaks: [4, 5] }],
  [0x6b, { leaks: [8], climateAt: 4 }],
  [0xbe, { leaks: [8], climateAt: 4 }],
])

const STATUS_REPORT = 1

function decode(frame: Frame, into: Said): void {
  const { bytes, fPort } = frame
  if (fPort !== 6) return void into.warnings.push(`no_decoder_for_port:${fPort}`)
  if (endsBefore(3, frame, into)) return
  const layout = LAYOUTS.get(bytes[1]!)
  if (layout === undefined) return void into.warnings.push(`unknown_device_type:${bytes[1]}`)
  into.kind = 'water_leak'
  if (bytes[2] !== STATUS_REPORT) return
  if (endsBefore(4, frame, into)) return
  const low = (bytes[3]! & 0x80) !== 0
  measureHealth(into, 'batteryVoltage', bytes[3]! & 0x7f, 0.1)
  into.health.batteryLow = low
  report(into, 'device.battery_low', low, Number(low))
  if (endsBefore(Math.max(...layout.leaks) + 1, frame, into)) return
  if (layout.climateAt !== undefined) {
    measure(into, 'temperature.ambient', bytes.readInt16BE(layout.climateAt), 0.01)
    measure(into, 'humidity.relative', bytes.readUInt16BE(layout.climateAt + 2), 0.01)
  }
  const probes = layout.leaks.map((at) => bytes[at]!)
  const wet = probes.findIndex((probe) => probe > 0)
  const detail = probes.length > 1 ? { probes } : undefined
  report(into, 'water.leak', wet >= 0, probes[Math.max(wet, 0)], detail)
}
