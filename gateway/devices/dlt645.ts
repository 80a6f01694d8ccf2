import type { Decoded } from '../../rules/model.ts'
import { accepted, ignored, measure, measureHealth, rejected } from './decoded.ts'
import { bytesOfHex, type Frame, HEAD_BYTES, hex, isFrameHead, isHexHead, readFrames } from './dlt645/frame.ts'
import { BATTERY_VOLTAGE, oldRegistersOf, type Register, registersOf } from './dlt645/registers.ts'
import { writeStatus, wordsFrom } from './dlt645/status.ts'
import { bytesOf, type Family, type Memory, type Publish, USUAL_SILENCE } from './family.ts'
import { dropImplausiblePower } from './quantities.ts'
import { CONTENT_WINDOW_MS, isSentAgain, printOf } from './repeats.ts'

/**
 * DL/T 645 meters behind a gateway that passes their frames on, as bytes or as hexadecimal text, on any topic. The 2007
 * and the 1997 edition differ in their control codes, so that both are told apart.
 */
export const dlt645: Family = {
  id: 'dlt645',
  matches: (publish) => isFrameHead(publish.payload) || isHexText(publish) || isCutFrame(publish),
  decode,
  silence: USUAL_SILENCE,
}

const HEX_STARTS = new Set(['0', '6', 'f', 'F', ' ', '\n', '\r', '\t'].map((character) => character.charCodeAt(0)))

function isHexText(publish: Publish): boolean {
  const first = publish.payload[0]
  return first !== undefined && HEX_STARTS.has(first) && isHexHead(publish.text() ?? '')
}

/** Less than a frame's head can only be told by its topic. */
const isCutFrame = ({ payload, levels }: Publish) =>
  payload.length < HEAD_BYTES && (payload[0] === 0x68 || payload[0] === 0xfe) && levels.includes('dlt645')

function decode(publish: Publish, memory: Memory): Decoded {
  const { payload, topic, receivedAt } = publish
  if (payload.length === 0) return ignored('an empty payload: a retained message was removed')
  let bytes: Uint8Array = payload
  if (!isFrameHead(payload) && !isCutFrame(publish)) {
    const read = bytesOfHex(publish.text() ?? '')
    if ('reason' in read) return rejected(read.reason, read.detail)
    bytes = read
  }
  const { frames, faults } = readFrames(bytes)
  const [fault] = faults
  if (frames.length === 0) {
    return fault ? rejected(fault.reason, fault.detail) : rejected('invalid_shape', 'no frame 68 … 68 … 16 was found')
  }
  const answers = frames.filter(({ control }) => (control & FROM_METER) !== 0)
  if (answers.length === 0) return ignored('a question to a meter')
  const [decoded, ...others] = byMeter(answers, publish, memory)
  if (decoded === undefined) return ignored('no answer to a reading')
  if (others.length > 0) decoded.others = others
  for (const { reason } of faults) decoded.warnings.push(`broken_frame:${reason}`)
  if (decoded.disposition !== 'accept') return decoded
  const print = printOf(`${topic} ${bytesOf(bytes).toString('latin1')}`)
  const key = `dlt645:recent:${decoded.device!.key.slice(7)}`
  if (isSentAgain(memory, key, print, receivedAt, CONTENT_WINDOW_MS)) {
    return { ...decoded, disposition: 'duplicate', reason: 'the same frames on the same topic a moment ago' }
  }
  return decoded
}

const FROM_METER = 0x80
const REFUSED = 0x40
/** Without the bits for direction, refusal and more to follow. */
const FUNCTION = 0x1f
const READ = 0x11
const READ_MORE = 0x12
const OLD_READ = 0x01
const OLD_READ_MORE = 0x02

/** One result for each meter, in the order of their first frames. */
function byMeter(frames: readonly Frame[], publish: Publish, memory: Memory): Decoded[] {
  const meters = new Map<string, Decoded>()
  for (const frame of frames) {
    const { address } = frame
    const decoded = meters.get(address) ?? accepted(`dlt645:${address}`, 'power_meter')
    meters.set(address, decoded)
    writeFrame(decoded, frame, publish, memory)
  }
  for (const decoded of meters.values()) {
    settleCombined(decoded)
    dropImplausiblePower(decoded)
  }
  return [...meters.values()].map(withoutReading)
}

/** What only acknowledges, or tells an address, is no reading. */
function withoutReading(decoded: Decoded): Decoded {
  const acknowledged = decoded.warnings.filter((warning) => warning.startsWith('acknowledgement:'))
  const nothing = decoded.measurements.length === 0 && decoded.conditions.length === 0
  if (!nothing || acknowledged.length === 0 || acknowledged.length !== decoded.warnings.length) return decoded
  return ignored('an acknowledgement of a meter', decoded.device)
}

function writeFrame(into: Decoded, { control, data, address }: Frame, publish: Publish, memory: Memory): void {
  if ((control & REFUSED) !== 0) return void into.warnings.push(`meter_error:${errorOf(data[0] ?? 0)}`)
  const what = control & FUNCTION
  const old = what === OLD_READ || what === OLD_READ_MORE
  if (!old && what !== READ && what !== READ_MORE) return void into.warnings.push(`acknowledgement:${hex(control)}`)
  const size = old ? 2 : 4
  if (data.length < size) return void into.warnings.push('truncated:identifier')
  const [d0 = 0, d1 = 0, d2 = 0, d3 = 0] = data
  const name = [...data.slice(0, size)].reverse().map(hex).join('')
  // The last byte of a continuation is its number.
  const values = data.subarray(size, what === READ_MORE || what === OLD_READ_MORE ? -1 : undefined)
  if (!old && d3 === 0x04 && d2 === 0x00 && d1 === 0x05) {
    const words = wordsFrom(d0, values)
    if (words !== null) return writeStatus(into, words, address, memory)
  }
  const registers = old ? oldRegistersOf(d1, d0) : registersOf([d3, d2, d1, d0])
  if (registers === null) return void into.warnings.push(`unmapped_identifier:${name}`)
  writeRegisters(into, registers, values, name, publish.binding)
}

const COMBINED = 'combined:'

function writeRegisters(
  into: Decoded,
  registers: readonly Register[],
  values: Uint8Array,
  name: string,
  { ct = 1, pt = 1 }: Publish['binding'],
): void {
  let at = 0
  for (const { point, bytes, scale, signed, combined } of registers) {
    const raw = values.subarray(at, at + bytes)
    // A block ends with its data, in the older edition with AAh.
    if (raw.length === 0 || (at > 0 && raw[0] === 0xaa)) return
    at += bytes
    if (point === null) continue
    const number = raw.length < bytes ? `truncated:${point}` : decimalOf(raw, signed)
    if (typeof number === 'string') into.warnings.push(number.includes(':') ? number : `${number}:${point}`)
    else if (point === BATTERY_VOLTAGE) measureHealth(into, point, number, scale)
    else {
      measure(into, point, number, scale * ratioOf(point, ct, pt), name)
      const last = into.measurements.at(-1)
      if (combined && last?.name === point) last.name = COMBINED + point
    }
  }
}

/** Frames carry what the meter itself measures; a site with transformers before it binds their ratios. */
function ratioOf(point: string, ct: number, pt: number): number {
  if (point.startsWith('voltage')) return pt
  if (point.startsWith('current')) return ct
  return /^(?:power\.|energy\.)/.test(point) ? ct * pt : 1
}

/** Decimal digits, two a byte, low byte first; else the warning. FFh stands for no value. */
function decimalOf(raw: Uint8Array, signed: boolean): number | string {
  if (raw.every((byte) => byte === 0xff)) return 'sentinel'
  let number = 0
  let negative = false
  for (let index = raw.length - 1; index >= 0; index--) {
    let byte = raw[index]!
    if (signed && index === raw.length - 1 && byte >= 0x80) {
      negative = true
      byte &= 0x7f
    }
    if (byte >> 4 > 9 || (byte & 15) > 9) return 'not_a_number'
    number = number * 100 + (byte >> 4) * 10 + (byte & 15)
  }
  return negative ? -number : number
}

/** A consumer's combined energy is what it took; where the meter tells import itself, that counts. */
function settleCombined(decoded: Decoded): void {
  const told = new Set(decoded.measurements.map(({ name }) => name))
  decoded.measurements = decoded.measurements.flatMap((each) => {
    if (!each.name.startsWith(COMBINED)) return [each]
    const name = each.name.slice(COMBINED.length)
    if (told.has(name)) return []
    decoded.warnings.push(`combined_energy:${name}`)
    return [{ ...each, name }]
  })
}

const ERRORS = ['other', 'no_such_data', 'not_authorised', 'baud_rate', 'year_zones', 'day_periods', 'tariffs']

function errorOf(bits: number): string {
  const told = ERRORS.filter((_, bit) => ((bits >> bit) & 1) === 1)
  return told.length === 0 ? hex(bits) : told.join('+')
}
