import protobuf from 'protobufjs/minimal.js'

/** A Sparkplug B payload, written field by field from the specification's message definition. */
export interface MetricGiven {
  name?: string
  alias?: number
  timestampMs?: number
  datatype?: number
  historical?: boolean
  isNull?: boolean
  /** Field number of the value and what is in it. */
  int?: number
  long?: bigint
  float?: number
  double?: number
  boolean?: boolean
  text?: string
  bytes?: Uint8Array
  properties?: Record<string, string | number>
}

export interface PayloadGiven {
  timestampMs?: number
  seq?: number
  uuid?: string
  metrics?: MetricGiven[]
}

type Writer = protobuf.Writer

export function sparkplugPayload({ timestampMs, seq, uuid, metrics = [] }: PayloadGiven): Uint8Array {
  const writer = protobuf.Writer.create()
  if (timestampMs !== undefined) writer.uint32(8).uint64(timestampMs)
  for (const metric of metrics) writeMetric(writer.uint32(18).fork(), metric).ldelim()
  if (seq !== undefined) writer.uint32(24).uint64(seq)
  if (uuid !== undefined) writer.uint32(34).string(uuid)
  return Uint8Array.from(writer.finish())
}

function writeMetric(writer: Writer, metric: MetricGiven): Writer {
  if (metric.name !== undefined) writer.uint32(10).string(metric.name)
  if (metric.alias !== undefined) writer.uint32(16).uint64(metric.alias)
  if (metric.timestampMs !== undefined) writer.uint32(24).uint64(metric.timestampMs)
  if (metric.datatype !== undefined) writer.uint32(32).uint32(metric.datatype)
  if (metric.historical !== undefined) writer.uint32(40).bool(metric.historical)
  if (metric.isNull !== undefined) writer.uint32(56).bool(metric.isNull)
  if (metric.properties !== undefined) writeProperties(writer.uint32(74).fork(), metric.properties).ldelim()
  if (metric.int !== undefined) writer.uint32(80).uint32(metric.int)
  if (metric.long !== undefined) writer.uint32(88).uint64(longOf(metric.long))
  if (metric.float !== undefined) writer.uint32(101).float(metric.float)
  if (metric.double !== undefined) writer.uint32(105).double(metric.double)
  if (metric.boolean !== undefined) writer.uint32(112).bool(metric.boolean)
  if (metric.text !== undefined) writer.uint32(122).string(metric.text)
  if (metric.bytes !== undefined) writer.uint32(130).bytes(metric.bytes)
  return writer
}

function writeProperties(writer: Writer, properties: Record<string, string | number>): Writer {
  for (const name of Object.keys(properties)) writer.uint32(10).string(name)
  for (const value of Object.values(properties)) {
    writer.uint32(18).fork()
    if (typeof value === 'string') writer.uint32(66).string(value)
    else writer.uint32(24).uint32(value)
    writer.ldelim()
  }
  return writer
}

/** 64 bits, two's complement. */
function longOf(value: bigint): Parameters<Writer['uint64']>[0] {
  const bits = BigInt.asUintN(64, value)
  const halves = { low: Number(bits & 0xffffffffn) | 0, high: Number(bits >> 32n) | 0, unsigned: true }
  return halves
}
