import { measure, report } from '../decoded.ts'
import { type Codec, deviceTime, endsBefore, type Frame, type Said } from './codec.ts'

/** MOKO LW005-MP: epoch and time zone, then what the port has; big-endian. Source: its specification, section 7. */
export const moko: Codec = {
  maker: 'MOKO',
  names: /LW005/,
  models: /LW005(?:-MP)?/,
  kinds: [[/LW005/, 'power_meter']],
  decode(frame, into) {
    const port = MOKO_PORTS.get(frame.fPort)
    if (port === undefined) return void into.warnings.push(`no_decoder_for_port:${frame.fPort}`)
    into.kind = 'power_meter'
    if (endsBefore(port.byteLength, frame, into)) return
    into.time = deviceTime(frame.bytes.readUInt32BE(0), into)
    port.read?.(frame.bytes, into)
  },
}

interface MokoPort {
  byteLength: number
  read?(bytes: Buffer, into: Said): void
}

/** The plug counts 3,200 pulses a kilowatt-hour. */
const WH_PER_PULSE = 1_000 / 3_200

/** State, the value that crossed its threshold, the threshold, both in `scale` of the unit. */
const alarm = (code: string, point: string, scale: number, threshold: string): MokoPort => ({
  byteLength: 10,
  read(bytes, into) {
    const valueBytes = bytes.length - 8
    if (valueBytes > 3) return void into.warnings.push(`unexpected_length:${bytes.length}`)
    measure(into, point, bytes.readIntBE(6, valueBytes), scale)
    const limit = Number((bytes.readUInt16BE(6 + valueBytes) * scale).toPrecision(12))
    const state = bytes[5]!
    if (state <= 1) report(into, code, state === 1, state, { [threshold]: limit })
    else into.warnings.push(`not_understood:${code}=${state}`)
  },
})

const MOKO_PORTS = new Map<number, MokoPort>([
  [5, { byteLength: 7 }],
  [
    6,
    {
      byteLength: 11,
      read(bytes, into) {
        measure(into, 'voltage.l1', bytes.readUInt16BE(5), 0.1)
        measure(into, 'current.l1', bytes.readInt16BE(7), 0.001)
        measure(into, 'frequency', bytes.readUInt16BE(9), 0.001)
      },
    },
  ],
  [
    7,
    {
      byteLength: 10,
      read(bytes, into) {
        measure(into, 'power.active', bytes.readInt32BE(5), 0.1)
        measure(into, 'power_factor', bytes[9], 0.01)
      },
    },
  ],
  [
    8,
    {
      byteLength: 11,
      read: (bytes, into) => void measure(into, 'energy.active.import', bytes.readUInt32BE(5), WH_PER_PULSE),
    },
  ],
  [9, alarm('meter.over_voltage', 'voltage.l1', 0.1, 'thresholdV')],
  [10, alarm('meter.under_voltage', 'voltage.l1', 0.1, 'thresholdV')],
  [11, alarm('meter.over_current', 'current.l1', 0.001, 'thresholdA')],
  [12, alarm('meter.overload', 'power.active', 0.1, 'thresholdW')],
  [13, { byteLength: 6 }],
  [14, { byteLength: 10 }],
])

/**
 * Eastron: serial number, batch, byte length, then floats. Two bytes that follow match no checksum of the published
 * examples; the radio has its own. What a batch carries is set in the meter: where it is not as here, `fields` of the
 * binding says it by batch and place (`2.1`: the first value of batch 2).
 */
export const eastron: Codec = {
  maker: 'Eastron',
  names: /EASTRON|SDM\d{3}/,
  models: /SDM\d{3}[A-Z]*/,
  kinds: [[/SDM|EASTRON/, 'power_meter']],
  decode(frame, into) {
    into.kind = 'power_meter'
    if (endsBefore(6, frame, into)) return
    const { bytes } = frame
    const batch = bytes[4]!
    const byteLength = bytes[5]!
    const values: number[] = []
    const end = Math.min(6 + byteLength, bytes.length)
    for (let at = 6; at + 4 <= end; at += 4) values.push(bytes.readFloatBE(at))
    const points = pointsOf(frame, batch, values)
    if (points === undefined) return void into.warnings.push(`unknown_batch:${batch}`)
    for (const [index, value] of values.entries()) measureFloat(points[index], value, into)
    endsBefore(6 + byteLength, frame, into)
  },
}

type Target = readonly [point: string, scale: number] | null

const phases = (name: string, scale = 1): Target[] => ['l1', 'l2', 'l3'].map((phase) => [`${name}.${phase}`, scale])

const THREE_PHASE_BATCHES = new Map<number, readonly Target[]>([
  [1, phases('voltage')],
  [3, phases('current')],
  [4, phases('power_factor')],
  [5, [['energy.active.import', 1_000]]],
])

/** As delivered, five values in one batch: of a three-phase meter energy, frequency, power factor, demand, current. */
const THREE_PHASE_SUMMARY: readonly Target[] = [
  ['energy.active.import', 1_000],
  ['frequency', 1],
  ['power_factor', 1],
  null,
  ['current.total', 1],
]

const ONE_PHASE_SUMMARY: readonly Target[] = [
  ['energy.active.import', 1_000],
  ['voltage.l1', 1],
  ['current.l1', 1],
  ['power_factor', 1],
  ['frequency', 1],
]

function pointsOf({ name, binding }: Frame, batch: number, values: number[]): readonly Target[] | undefined {
  if (binding.fields !== undefined) {
    const bound = values.map((_, index) => target(binding.fields?.[`${batch}.${index + 1}`]))
    if (bound.some((each) => each !== null)) return bound
  }
  if (name.includes('SDM230')) return batch === 1 ? ONE_PHASE_SUMMARY : undefined
  const hertz = values[1] ?? 0
  if (batch === 1 && values.length === 5 && hertz > 40 && hertz < 70) return THREE_PHASE_SUMMARY
  return THREE_PHASE_BATCHES.get(batch)
}

/** `energy.active.import (kWh)`: a point, and the unit where it is not its own. */
function target(field: string | undefined): Target {
  const [, point, thousands] = /^([a-z0-9_.]+)(?:\s*\((k?)\w+\))?$/.exec(field ?? '') ?? []
  return point === undefined ? null : [point, thousands === 'k' ? 1_000 : 1]
}

function measureFloat(to: Target | undefined, value: number, into: Said): void {
  if (to === null || to === undefined) return
  // A power factor above 1 is in percent.
  const scale = to[0].startsWith('power_factor') && Math.abs(value) > 1 ? 0.01 : to[1]
  measure(into, to[0], Number.isFinite(value) ? Number(value.toPrecision(7)) : value, scale)
}
