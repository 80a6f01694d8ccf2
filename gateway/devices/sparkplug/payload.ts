import protobuf from 'protobufjs/minimal.js'

/**
 * The Sparkplug B payload on the wire, as far as it is used here (Eclipse Sparkplug 3.0, chapter 6). Read field by
 * field: no generated code, and a metric's value stays raw until its data type is known, which may stand in the BIRTH
 * alone.
 */
export interface Payload {
  timestampMs: number | null
  seq: number | null
  /** `SPBV1.0_COMPRESSED` where the metrics are packed in `body`. */
  uuid: string | null
  metrics: Metric[]
  /** More metrics than `METRICS_MAX` were in it. */
  cut: boolean
}

export interface Metric {
  name: string | null
  alias: number | null
  timestampMs: number | null
  datatype: number | null
  historical: boolean
  isNull: boolean
  value: RawValue
  properties: ReadonlyMap<string, number | string> | null
}

/** `whole` are 32 or 64 bits without a sign yet; `other` are data sets, templates and bytes. */
export type RawValue =
  | { type: 'none' | 'other' }
  | { type: 'whole'; low: number; high: number }
  | { type: 'float'; number: number }
  | { type: 'boolean'; boolean: boolean }
  | { type: 'text'; text: string }

export const METRICS_MAX = 5_000
const PROPERTIES_MAX = 50

type Reader = protobuf.Reader

/** Throws a `RangeError` where the bytes end too early, another error where they are no payload. */
export function readPayload(bytes: Uint8Array): Payload {
  const reader = protobuf.Reader.create(bytes)
  const payload: Payload = { timestampMs: null, seq: null, uuid: null, metrics: [], cut: false }
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag === TAG.timestamp) payload.timestampMs = wholeNumber(reader.uint64())
    else if (tag === TAG.metric) {
      const end = endOf(reader)
      if (payload.metrics.length < METRICS_MAX) payload.metrics.push(readMetric(reader, end))
      else payload.cut = true
      reader.pos = end
    } else if (tag === TAG.seq) payload.seq = wholeNumber(reader.uint64())
    else if (tag === TAG.uuid) payload.uuid = reader.string()
    else skip(reader, tag)
  }
  return payload
}

const varint = (field: number) => field << 3
const chunk = (field: number) => (field << 3) | 2
const TAG = { timestamp: varint(1), metric: chunk(2), seq: varint(3), uuid: chunk(4) }
const METRIC = {
  name: chunk(1),
  alias: varint(2),
  timestamp: varint(3),
  datatype: varint(4),
  historical: varint(5),
  isNull: varint(7),
  properties: chunk(9),
}
const VALUE = {
  int: varint(10),
  long: varint(11),
  float: (12 << 3) | 5,
  double: (13 << 3) | 1,
  boolean: varint(14),
  text: chunk(15),
}
const PROPERTY = { int: varint(3), long: varint(4), float: (5 << 3) | 5, double: (6 << 3) | 1, text: chunk(8) }

function readMetric(reader: Reader, end: number): Metric {
  const metric: Metric = {
    name: null,
    alias: null,
    timestampMs: null,
    datatype: null,
    historical: false,
    isNull: false,
    value: { type: 'none' },
    properties: null,
  }
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag === METRIC.name) metric.name = reader.string()
    else if (tag === METRIC.alias) metric.alias = wholeNumber(reader.uint64())
    else if (tag === METRIC.timestamp) metric.timestampMs = wholeNumber(reader.uint64())
    else if (tag === METRIC.datatype) metric.datatype = reader.uint32()
    else if (tag === METRIC.historical) metric.historical = reader.bool()
    else if (tag === METRIC.isNull) metric.isNull = reader.bool()
    else if (tag === METRIC.properties) metric.properties = readProperties(reader, endOf(reader))
    else metric.value = readValue(reader, tag) ?? metric.value
  }
  return within(reader, end, metric)
}

function readValue(reader: Reader, tag: number): RawValue | null {
  if (tag === VALUE.int) return { type: 'whole', low: reader.uint32(), high: 0 }
  if (tag === VALUE.long) return { type: 'whole', ...halves(reader.uint64()) }
  if (tag === VALUE.float) return { type: 'float', number: reader.float() }
  if (tag === VALUE.double) return { type: 'float', number: reader.double() }
  if (tag === VALUE.boolean) return { type: 'boolean', boolean: reader.bool() }
  if (tag === VALUE.text) return { type: 'text', text: reader.string() }
  skip(reader, tag)
  return tag >= chunk(16) ? { type: 'other' } : null
}

/** Names and values stand in two lists of the same order. */
function readProperties(reader: Reader, end: number): Map<string, number | string> {
  const names: string[] = []
  const values: (number | string | null)[] = []
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag === chunk(1)) names.push(reader.string())
    else if (tag === chunk(2)) values.push(readProperty(reader, endOf(reader)))
    else skip(reader, tag)
  }
  const properties = new Map<string, number | string>()
  for (const [index, name] of names.slice(0, PROPERTIES_MAX).entries()) {
    const value = values[index]
    if (value !== null && value !== undefined) properties.set(name, value)
  }
  return within(reader, end, properties)
}

function readProperty(reader: Reader, end: number): number | string | null {
  let value: number | string | null = null
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag === PROPERTY.int) value = reader.int32()
    else if (tag === PROPERTY.long) value = wholeNumber(reader.uint64())
    else if (tag === PROPERTY.float) value = reader.float()
    else if (tag === PROPERTY.double) value = reader.double()
    else if (tag === PROPERTY.text) value = reader.string()
    else skip(reader, tag)
  }
  return within(reader, end, value)
}

function endOf(reader: Reader): number {
  const length = reader.uint32()
  const end = reader.pos + length
  if (end > reader.len) throw new RangeError(`${length} bytes were announced, ${reader.len - reader.pos} are there`)
  return end
}

function within<T>(reader: Reader, end: number, value: T): T {
  if (reader.pos > end) throw new Error('a field is longer than what it stands in')
  return value
}

function skip(reader: Reader, tag: number): void {
  if (tag >>> 3 === 0) throw new Error('a field has the number 0')
  reader.skipType(tag & 7)
}

/** Two halves of 32 bits, whether the library gives a number or its own kind of 64 bits. */
function halves(value: number | { low: number; high: number }): { low: number; high: number } {
  if (typeof value !== 'number') return { low: value.low >>> 0, high: value.high >>> 0 }
  return { low: (value % 2 ** 32) >>> 0, high: Math.floor(value / 2 ** 32) >>> 0 }
}

function wholeNumber(value: number | { low: number; high: number }): number {
  const { low, high } = halves(value)
  return high * 2 ** 32 + low
}

const BOOLEAN = 11

/** A command that writes one boolean metric. */
export function booleanCommand(name: string, timestampMs: number): Uint8Array {
  const writer = protobuf.Writer.create()
  writer.uint32(TAG.timestamp).uint64(timestampMs)
  writer.uint32(TAG.metric).fork()
  writer.uint32(METRIC.name).string(name)
  writer.uint32(METRIC.timestamp).uint64(timestampMs)
  writer.uint32(METRIC.datatype).uint32(BOOLEAN)
  writer.uint32(VALUE.boolean).bool(true)
  return writer.ldelim().finish()
}
