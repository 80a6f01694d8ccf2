import type { Decoded } from '../../rules/model.ts'
import { writeAlarms } from './acrel/alarms.ts'
import { fieldsOfPoints, writeFields } from './acrel/fields.ts'
import { decodePlatform } from './acrel/platform.ts'
import { accepted, ignored, measureHealth, rejected, report } from './decoded.ts'
import { type Family, field, isObject, type JsonObject, type Memory, type Publish } from './family.ts'
import { isRepeated, printOf } from './repeats.ts'
import { idOf, objectBody } from './bodies.ts'
import { anyTime } from './times.ts'

/**
 * Acrel meters and gateways. Overseas firmware: `/gw/acrelHW/PRODUCT/COMMAND/SN`, flat JSON or numbered points, local
 * time in 14 digits, heartbeats in binary. The platform's own protocol (`sys/dev/PRODUCT/SN`) is in
 * acrel/platform.ts.
 */
export const acrel: Family = {
  id: 'acrel',
  matches: ({ levels }) => {
    if (isOverseas(levels)) return true
    return levels[0] === 'sys' && (levels[1] === 'dev' || levels[1] === 'server') && levels.length === 4
  },
  decode: (publish, memory) => {
    if (publish.payload.length === 0) return ignored('an empty payload: a retained message was removed')
    return isOverseas(publish.levels) ? decodeOverseas(publish, memory) : decodePlatform(publish, memory)
  },
  /** Most report every 5 or 15 minutes: three of the longer ones. */
  silence: { batteryMs: 25 * 3_600_000, mainsMs: 45 * 60_000 },
}

/** `gw/acrelHW/PRODUCT/COMMAND/SN`, or behind a prefix of the site. */
const isOverseas = (levels: readonly string[]) => levels.at(-4) === 'acrelHW' && levels.length <= 7

const COMMANDS = new Set(['login', 'para', 'heart', 'data', 'hstdata', 'alarm', 'event'])
/** Within it the same serial number and time are the same message. */
const AGAIN_WITHIN_MS = 10 * 60_000

function decodeOverseas(publish: Publish, memory: Memory): Decoded {
  const [sender, , , command = '', sn = ''] = publish.levels.slice(-5)
  if (sender === 'server') return ignored('a message of the platform to a device')
  if (!COMMANDS.has(command)) return ignored(`${command} tells no state`)
  if (isBinary(publish.payload)) return decodeFrame(publish.payload, sn)
  const body = objectBody(publish)
  if (body.refusal) return body.refusal
  const object = body.value
  if (field(object, 'res') !== undefined) return ignored(`the answer to ${command}`)
  const decoded = decodeCommand(command, sn, object, publish)
  return command === 'heart' ? decoded : unlessRepeated(decoded, command, object, publish, memory)
}

function decodeCommand(command: string, sn: string, object: JsonObject, { binding }: Publish): Decoded {
  const rows = command === 'data' || command === 'hstdata' ? rowsOf(object) : [object]
  const [newest = object] = rows.slice(-1)
  const decoded = accepted(`acrel:${serialOf(newest, sn)}`, command === 'heart' ? 'gateway' : 'power_meter', {
    vendor: 'Acrel',
    ...modelOf(object),
  })
  decoded.time = timeOf(newest, object, binding.timezone)
  if (command === 'heart' || command === 'login') writeOnline(decoded, object, command)
  else if (command === 'para') measureHealth(decoded, 'reportIntervalS', field(object, 'upInterval'), 60, 'upInterval')
  else if (command === 'alarm' || command === 'event') writeAlarms(decoded, object, binding)
  else {
    writeData(decoded, newest, binding)
    decoded.historical = command === 'hstdata'
    for (const row of rows.slice(0, -1)) addRow(decoded, row, object, binding)
  }
  return decoded
}

function writeOnline(decoded: Decoded, object: JsonObject, command: string): void {
  report(decoded, 'device.offline', false, command)
  decoded.health.online = true
  const signal = field(object, 'rssi')
  measureHealth(decoded, Number(signal) < 0 ? 'rssi' : 'signalPercent', signal, 1, 'rssi')
}

/** `meterStatus` is `missing` where the gateway cannot reach the meter: its values are then old or made up. */
function writeData(decoded: Decoded, fields: JsonObject, binding: Publish['binding']): void {
  const status = field(fields, 'meterStatus')
  if (status === 'missing') {
    report(decoded, 'device.offline', true, status)
    decoded.health.online = false
    return
  }
  if (status === 'normal') {
    report(decoded, 'device.offline', false, status)
    decoded.health.online = true
  } else if (status !== undefined) decoded.warnings.push(`meter_status:${idOf(status) ?? 'unreadable'}`)
  writeFields(decoded, fields, binding)
}

function addRow(decoded: Decoded, fields: JsonObject, object: JsonObject, binding: Publish['binding']): void {
  const row = { measurements: [], conditions: [], warnings: decoded.warnings }
  writeFields(row, fields, binding)
  const time = timeOf(fields, object, binding.timezone).device
  decoded.readings.push({ time, historical: true, measurements: row.measurements, conditions: row.conditions })
}

const ROWS_MAX = 1_000

/** Flat, or `data: [{point: [{id, val}]}]`, oldest first; each row with the envelope's fields. */
function rowsOf(object: JsonObject): JsonObject[] {
  const { data } = object
  if (data === undefined && field(object, 'point') === undefined) return [object]
  const { data: _, ...envelope } = object
  const rows = (Array.isArray(data) ? (data as unknown[]) : [data ?? object]).slice(0, ROWS_MAX).filter(isObject)
  return rows.map((row) => ({ ...envelope, ...row, ...fieldsOfPoints(field(row, 'point')) }))
}

/** A row's own time before the envelope's, which is `time`. */
const TIMES = ['tp', 'timestamp', 'time']

function timeOf(row: JsonObject, object: JsonObject, timezone: string | undefined): Decoded['time'] {
  const own = TIMES.map((key) => field(row, key)).find((value) => value !== undefined && value !== null)
  return anyTime(own ?? field(object, 'time'), timezone)
}

function serialOf(row: JsonObject, sn: string): string {
  const serial = idOf(field(row, 'meterSN')) ?? idOf(field(row, 'gwSN')) ?? sn
  const channel = field(row, 'ch')
  return typeof channel === 'number' && channel > 0 ? `${serial}-${channel}` : serial
}

function modelOf(object: JsonObject): { model?: string } {
  const model = idOf(field(object, 'meterName'))
  return model === null ? {} : { model }
}

function unlessRepeated(
  decoded: Decoded,
  command: string,
  object: JsonObject,
  publish: Publish,
  memory: Memory,
): Decoded {
  const key = decoded.device!.key
  const time = idOf(field(object, 'time'))
  // An alarm in the same second may be another one.
  const content = time === null || command === 'alarm' || command === 'event' ? publish.text() : ''
  const print = printOf(`${command} ${time} ${content}`)
  if (!isRepeated(memory, `acrel:recent:${key.slice(6)}`, print, publish.receivedAt, AGAIN_WITHIN_MS)) return decoded
  return { ...decoded, disposition: 'duplicate', reason: `${command} of ${key} at ${time} was sent before` }
}

const isBinary = (payload: Uint8Array) => payload[0] === 0x7b && payload[1] === 0x7b
const HEARTBEAT = 0x94

/** `7B 7B command … CRC CRC 7D 7D`; the only one that gateways send over MQTT is the heartbeat. */
function decodeFrame(bytes: Uint8Array, sn: string): Decoded {
  const { length } = bytes
  if (length < 7 || bytes[length - 1] !== 0x7d || bytes[length - 2] !== 0x7d) {
    return rejected('truncated', `a frame ends with 7D 7D; ${length} bytes were found`)
  }
  const found = bytes[length - 4]! | (bytes[length - 3]! << 8)
  const expected = modbusCrc(bytes.subarray(2, length - 4))
  if (found !== expected) {
    return rejected('checksum', `the frame's CRC is ${found.toString(16)}, ${expected.toString(16)} was expected`)
  }
  if (bytes[2] !== HEARTBEAT) return ignored(`a binary frame ${bytes[2]?.toString(16)}, which tells no state here`)
  const decoded = accepted(`acrel:${sn}`, 'gateway', { vendor: 'Acrel' })
  report(decoded, 'device.offline', false, 'heart')
  decoded.health.online = true
  return decoded
}

/** CRC-16 as Modbus has it. */
function modbusCrc(bytes: Uint8Array): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1
  }
  return crc
}
