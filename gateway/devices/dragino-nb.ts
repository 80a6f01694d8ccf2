import type { Decoded } from '../../rules/model.ts'
import { accepted, ignored, measure, measureHealth, rejected, report } from './decoded.ts'
import { type Family, LORAWAN_SILENCE, type Memory, type Publish } from './family.ts'
import { deviceTime, nothingSaid } from './lorawan/codec.ts'
import { readLogRow } from './lorawan/dragino.ts'
import { CONTENT_WINDOW_MS, isRepeated, printOf } from './repeats.ts'

/**
 * Dragino's NB-IoT leak sensor WL03A-NB: hex as text on a topic of the site's choice. IMEI in 8 bytes (an `f`, then 15
 * digits), model, version, battery, signal, alarm enabled, mode, timer, leak, count, minutes, epoch, then log rows.
 */
export const draginoNb: Family = {
  id: 'dragino_nb',
  matches: ({ payload }) => isDraginoHex(payload),
  decode,
  // It sends by itself every 24 h, from a battery.
  silence: LORAWAN_SILENCE,
}

const WL03A_NB = 0x14
const HEAD_BYTES = 27
const ROW_BYTES = 11
const ROWS_READ = 1_000
const LOWER_F = 0x66
const UPPER_F = 0x46

/** Starts with `f` and 15 digits, then the model: 18 characters that nothing else has. */
function isDraginoHex(payload: Uint8Array): boolean {
  if (payload.length < 18 || (payload[0] !== LOWER_F && payload[0] !== UPPER_F)) return false
  for (let at = 1; at < 16; at++) if (payload[at]! < 0x30 || payload[at]! > 0x39) return false
  return payload[16] === 0x31 && payload[17] === 0x34
}

function decode(publish: Publish, memory: Memory): Decoded {
  if (publish.payload.length === 0) return ignored('an empty payload: a retained message was removed')
  const text = publish.text()?.trim()
  if (text === undefined) return rejected('invalid_utf8', 'the payload is not text; hex digits were expected')
  if (!/^[0-9a-f]+$/i.test(text)) return rejected('invalid_value', 'the payload is not hex digits alone')
  if (text.length % 2 === 1) return rejected('truncated', `${text.length} hex digits; an even number was expected`)
  const bytes = Buffer.from(text, 'hex')
  const imei = text.slice(1, 16)
  const about = { vendor: 'Dragino', model: 'WL03A-NB' }
  const device = { key: `dragino-nb:${imei}`, kind: 'water_leak', ...about } as const
  if (bytes.length < HEAD_BYTES) {
    return rejected('truncated', `${bytes.length} bytes; at least ${HEAD_BYTES} were expected`, device)
  }
  if (bytes[8] !== WL03A_NB) return rejected('invalid_value', `model ${bytes[8]} is not that of a WL03A-NB (20)`)
  const decoded = accepted(device.key, device.kind, about)
  readState(bytes, decoded)
  decoded.readings = rowsOf(bytes, decoded)
  return withoutRepeats(decoded, imei, text, publish, memory)
}

function readState(bytes: Buffer, decoded: Decoded): void {
  measureHealth(decoded, 'batteryVoltage', bytes.readUInt16BE(10), 0.001)
  // A GSM signal of 99 is one that is not known.
  if (bytes[12] === 99) decoded.warnings.push('sentinel:signalRaw')
  else measureHealth(decoded, 'signalRaw', bytes[12])
  const leaking = bytes[16]! & 1
  report(decoded, 'water.leak', leaking === 1, leaking)
  measure(decoded, 'leak.count', bytes.readUIntBE(17, 3))
  measure(decoded, 'leak.last_duration', bytes.readUIntBE(20, 3), 60)
  decoded.time = deviceTime(bytes.readUInt32BE(23), decoded) ?? decoded.time
}

function rowsOf(bytes: Buffer, decoded: Decoded): Decoded['readings'] {
  const said = { ...nothingSaid(), warnings: decoded.warnings }
  const end = Math.min(bytes.length, HEAD_BYTES + ROWS_READ * ROW_BYTES)
  for (let at = HEAD_BYTES; at + ROW_BYTES <= end; at += ROW_BYTES) readLogRow(bytes, at, 'water.leak', said)
  if ((bytes.length - HEAD_BYTES) % ROW_BYTES !== 0) decoded.warnings.push('truncated:log')
  return said.readings
}

interface Told {
  rows: readonly number[]
}

const ROWS_KEPT = 64

/** The last readings go along with every message: a row is told once, by its time. */
function withoutRepeats(decoded: Decoded, imei: string, text: string, publish: Publish, memory: Memory): Decoded {
  const print = printOf(`${publish.topic}|${text}`)
  if (isRepeated(memory, `dragino_nb:messages:${imei}`, print, publish.receivedAt, CONTENT_WINDOW_MS)) {
    return { ...decoded, disposition: 'duplicate', reason: 'same content within seconds' }
  }
  const key = `dragino_nb:rows:${imei}`
  const known = memory.get<Told>(key)?.rows ?? []
  const fresh = decoded.readings.filter((row) => row.time !== null && !known.includes(row.time))
  if (fresh.length > 0) {
    const times = fresh.map((row) => row.time!)
    memory.set(key, { rows: [...known, ...times].slice(-ROWS_KEPT) } satisfies Told)
  }
  return { ...decoded, readings: fresh }
}
