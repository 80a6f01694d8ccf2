import protobuf from 'protobufjs/minimal.js'
import type { PointValue } from '../../../rules/model.ts'

/** Sparkplug B's data types, of those that a device here has. */
export const TYPES = { Int32: 3, Int64: 4, Float: 9, Double: 10, Boolean: 11, String: 12 } as const
export type Type = keyof typeof TYPES

export interface Metric {
  /** In births alone; later its alias stands for it. */
  name?: string
  alias?: number
  type: Type
  /** `null` where there is nothing to tell. */
  value: PointValue | null
}

export interface Payload {
  atMs: number
  /** 0 to 255; a death has none. */
  seq?: number
  metrics: readonly Metric[]
}

type Writer = protobuf.Writer

/** Field number and wire type, as Protobuf has them before each value. */
const VARINT = 0
const EIGHT_BYTES = 1
const DELIMITED = 2
const FOUR_BYTES = 5
const tag = (field: number, wire: number) => field * 8 + wire

/** The specification's `Payload` message, of its fields those that such devices write. */
export function encodePayload({ atMs, seq, metrics }: Payload): Uint8Array {
  const writer = protobuf.Writer.create()
  writer.uint32(tag(1, VARINT)).uint64(atMs)
  for (const metric of metrics) writeMetric(writer.uint32(tag(2, DELIMITED)).fork(), metric, atMs).ldelim()
  if (seq !== undefined) writer.uint32(tag(3, VARINT)).uint64(seq)
  return Uint8Array.from(writer.finish())
}

function writeMetric(writer: Writer, { name, alias, type, value }: Metric, atMs: number): Writer {
  if (name !== undefined) writer.uint32(tag(1, DELIMITED)).string(name)
  if (alias !== undefined) writer.uint32(tag(2, VARINT)).uint64(alias)
  writer.uint32(tag(3, VARINT)).uint64(atMs)
  writer.uint32(tag(4, VARINT)).uint32(TYPES[type])
  if (value === null) return writer.uint32(tag(7, VARINT)).bool(true)
  switch (type) {
    case 'Int32':
      // Two's complement in 32 bits.
      return writer.uint32(tag(10, VARINT)).uint32(Number(value) >>> 0)
    case 'Int64':
      return writer.uint32(tag(11, VARINT)).uint64(Number(value))
    case 'Float':
      return writer.uint32(tag(12, FOUR_BYTES)).float(Number(value))
    case 'Double':
      return writer.uint32(tag(13, EIGHT_BYTES)).double(Number(value))
    case 'Boolean':
      return writer.uint32(tag(14, VARINT)).bool(value === true)
    case 'String':
      return writer.uint32(tag(15, DELIMITED)).string(String(value))
  }
}
