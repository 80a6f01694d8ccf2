import type { Decoded, DecodedDevice, DecodedTime } from '../../../rules/model.ts'
import { accepted, ignored, measure, rejected } from '../decoded.ts'
import type { Memory, Publish } from '../family.ts'
import { finiteNumber } from '../numbers.ts'
import { contentOnce } from '../once.ts'
import { NO_TIME } from '../times.ts'
import { OBIS } from './obis.ts'

/** A P1 telegram (DSMR, IEC 62056-21 mode D) as text: `/` identification, OBIS lines, `!` and since DSMR 4 a CRC. */

const LENGTH_MAX = 16_384
const LINE = /^(\d{1,3}-\d{1,3}:\d{1,3}\.\d{1,3}\.\d{1,3})(?:[.*]\d{1,3})?\(([^()]{0,64})\)/
const VALUE = /^(-?\d{1,12}(?:\.\d{1,8})?)(?:\*([A-Za-z]{1,5}))?$/

export function decodeTelegram(publish: Publish, memory: Memory, given: DecodedDevice | null): Decoded {
  const fallback: DecodedDevice = given ?? { key: `p1:${publish.topic}`, kind: 'power_meter' }
  if (publish.payload.length === 0) return ignored('an empty payload: a retained message was removed', fallback)
  const text = publish.text()
  if (text === null) return rejected('invalid_utf8', 'the payload is not UTF-8', fallback)
  const start = text.indexOf('/')
  const end = text.lastIndexOf('!')
  if (start < 0 || text.length > LENGTH_MAX) {
    return rejected('invalid_shape', 'a P1 telegram begins with / and has at most 16 KB', fallback)
  }
  if (end < start) return rejected('truncated', 'the telegram does not end with !', fallback)
  const stated = /^[0-9A-F]{4}/i.exec(text.slice(end + 1))?.[0]
  if (stated !== undefined) {
    const computed = checksumOf(text.slice(start, end + 1))
    if (computed !== parseInt(stated, 16)) {
      const found = computed.toString(16).toUpperCase().padStart(4, '0')
      return rejected('checksum', `the telegram states CRC ${stated} and has ${found}`, fallback)
    }
  }
  const lines = text.slice(start, end).split('\n')
  const device = given ?? { ...fallback, key: `p1:${equipmentOf(lines) ?? publish.topic}` }
  const decoded = accepted(device.key, 'power_meter')
  readLines(decoded, lines)
  if (publish.retain) decoded.warnings.push('retained_value_age_unknown')
  return contentOnce(decoded, publish, memory, `p1:last:${device.key}`)
}

/** CRC-16/ARC over `/` to `!`. Gateways that shorten line ends leave the CRC of the long ones. */
function checksumOf(content: string): number {
  const bytes = Buffer.from(content.includes('\r') ? content : content.replaceAll('\n', '\r\n'), 'latin1')
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1
  }
  return crc
}

function readLines(decoded: Decoded, lines: readonly string[]): void {
  const phases = new Map<string, number>()
  for (const line of lines) {
    const [, code, content = ''] = LINE.exec(line.trim()) ?? []
    if (code === undefined) continue
    if (code === '0-0:1.0.0') decoded.time = telegramTime(content)
    const quantity = OBIS.get(code)
    if (quantity === undefined) continue
    const [, digits, unit = ''] = VALUE.exec(content) ?? []
    const scale = unit.startsWith('k') ? 1_000 : 1
    if (digits === undefined) decoded.warnings.push(`not_a_number:${code}`)
    else if (quantity.sign === undefined) measure(decoded, quantity.point, Number(digits), scale, code)
    else {
      const value = finiteNumber(Number(digits), code, decoded.warnings)
      if (value !== null) phases.set(quantity.point, (phases.get(quantity.point) ?? 0) + quantity.sign * value * scale)
    }
  }
  for (const [point, value] of phases) measure(decoded, point, Number(value.toPrecision(12)))
  const into = (point: string) => decoded.measurements.find(({ name }) => name === point)?.value
  const [imported, exported] = [into('power.active.import'), into('power.active.export')]
  if (into('power.active') === undefined && typeof imported === 'number' && typeof exported === 'number') {
    measure(decoded, 'power.active', imported - exported)
  }
}

const TIME = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})([SW])$/

/** `YYMMDDhhmmss` in the Netherlands' time, S in summer and W in winter. */
function telegramTime(raw: string): DecodedTime {
  const [, year, month, day, hour, minute, second, season] = TIME.exec(raw) ?? []
  if (year === undefined) return NO_TIME
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    ...number[],
  ]
  const hoursAhead = season === 'S' ? 2 : 1
  const device = Date.UTC(2000 + y, mo - 1, d, (h ?? 0) - hoursAhead, mi, s)
  return Number.isNaN(device) ? NO_TIME : { device, basis: 'offset', raw }
}

/** The meter's number, two hexadecimal digits a character. */
function equipmentOf(lines: readonly string[]): string | null {
  const content = lines.map((line) => /^0-0:96\.1\.1(?:\.\d+)?\(([0-9A-Fa-f]{2,64})\)/.exec(line)?.[1]).find(Boolean)
  if (content === undefined || content.length % 2 !== 0) return null
  const name = Buffer.from(content, 'hex').toString('latin1')
  return /^[\x21-\x7e]+$/.test(name) ? name : content
}
