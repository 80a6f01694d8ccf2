/**
 * DL/T 645-2007, the wire form of Chinese meters, passed on by a gateway that asks for one block after another: as
 * bytes or as spaced hex text. A value with more digits than its block has is left out, as power above 79.9999 kW.
 */
import type { Address, Language, Packet, Statement, Values } from './language.ts'
import { isWorthTelling, METER, numberOf, ofPhases, serialOf } from './meters.ts'

const START = 0x68
const END = 0x16
const ANSWER = 0x91
/** It is added to each byte of the data, so that no byte in it is a start by chance. */
const OFFSET = 0x33
const SIGN = 0x80

interface Block {
  /** As the standard writes it, highest byte first. */
  identifier: string
  points: readonly string[]
  /** How many bytes of decimal digits a value has. */
  bytes: number
  /** One of its last digit in the point's unit. */
  step: number
  /** The highest bit is the sign, and not part of the number. */
  signed: boolean
}

const BLOCKS: readonly Block[] = [
  { identifier: '00010000', points: ['energy.active.import'], bytes: 4, step: 10, signed: false },
  { identifier: '0201FF00', points: ofPhases('voltage'), bytes: 2, step: 0.1, signed: false },
  { identifier: '0202FF00', points: ofPhases('current'), bytes: 3, step: 0.001, signed: true },
  { identifier: '0203FF00', points: ['power.active', ...ofPhases('power.active')], bytes: 3, step: 0.1, signed: true },
  { identifier: '02060000', points: ['power_factor'], bytes: 2, step: 0.001, signed: true },
  { identifier: '02800001', points: ['current.neutral'], bytes: 3, step: 0.001, signed: false },
  { identifier: '02800002', points: ['frequency'], bytes: 2, step: 0.01, signed: false },
  { identifier: '02800007', points: ['temperature.device'], bytes: 2, step: 0.1, signed: true },
]

/** All seven status words of the meter, of which it tells these bits. */
const STATUS = '040005FF'
/** Words 4 to 6 are one phase each. */
const PHASE_BITS = { undervoltage: 1, overvoltage: 2, overcurrent: 4, lost: 7 }
const UNBALANCE_BIT = 2
const POWER_DOWN_BIT = 5
const DEAD_VOLTS = 22

const addressOf = ({ site, id }: Address) => serialOf(`${site}/${id}`, 12)

/** Bytes of decimal digits, lowest first; `null` where the number does not fit. */
function decimal(value: number, { bytes, step, signed }: Block): number[] | null {
  const digits = String(Math.round(Math.abs(value) / step)).padStart(bytes * 2, '0')
  const coded = [...Buffer.from(digits, 'hex')]
  const top = coded[0] ?? 0
  if (digits.length > bytes * 2 || (signed && top >= SIGN)) return null
  return [top | (signed && value < 0 ? SIGN : 0), ...coded.slice(1)].reverse()
}

/** `null` where a value is not there, or is more than the block has digits for: the meter is asked in vain. */
function blockOf(values: Values, block: Block): number[] | null {
  const coded = block.points.map((point) => {
    const value = numberOf(values, point)
    return value === undefined ? null : decimal(value, block)
  })
  return coded.some((each) => each === null) ? null : coded.flatMap((each) => each ?? [])
}

/** A meter knows by phase what a statement tells as one: it is of the phases that stand out. */
function statusOf({ levels }: Statement, values: Values): number[] {
  const volts = ofPhases('voltage').map((point) => numberOf(values, point) ?? 0)
  const amperes = ofPhases('current').map((point) => numberOf(values, point) ?? 0)
  const lit = (code: string, isOfPhase: boolean, bit: number) => (levels[code] && isOfPhase ? 1 << bit : 0)
  const [highest, mostAmperes] = [Math.max(...volts), Math.max(...amperes)]
  const live = volts.filter((each) => each > DEAD_VOLTS)
  const lowestLive = Math.min(...live)
  const phases = volts.map(
    (each, phase) =>
      lit('meter.under_voltage', each === lowestLive, PHASE_BITS.undervoltage) |
      lit('meter.over_voltage', each === highest, PHASE_BITS.overvoltage) |
      lit('meter.over_current', amperes[phase] === mostAmperes, PHASE_BITS.overcurrent) |
      lit('meter.phase_loss', each <= DEAD_VOLTS, PHASE_BITS.lost),
  )
  const whole = lit('meter.phase_imbalance', true, UNBALANCE_BIT) | lit('meter.power_outage', true, POWER_DOWN_BIT)
  return [0, 0, 0, ...phases, whole].flatMap((word) => [word & 0xff, word >> 8])
}

/** `68 address 68 control length data checksum 16`, each group lowest byte first. */
function frameOf(address: string, identifier: string, data: readonly number[]): Uint8Array {
  const low = (hex: string) => [...Buffer.from(hex, 'hex')].reverse()
  const body = [...low(identifier), ...data].map((byte) => (byte + OFFSET) & 0xff)
  const frame = [START, ...low(address), START, ANSWER, body.length, ...body]
  const checksum = frame.reduce((sum, byte) => (sum + byte) & 0xff, 0)
  return Uint8Array.from([...frame, checksum, END])
}

function framesOf(statement: Statement, address: string): Uint8Array[] {
  const values = statement.values()
  const read = BLOCKS.flatMap((block) => {
    const data = blockOf(values, block)
    return data === null ? [] : [frameOf(address, block.identifier, data)]
  })
  return [...read, frameOf(address, STATUS, statusOf(statement, values))]
}

const hexText = (frame: Uint8Array) =>
  Array.from(frame, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')

const language = (id: string, channel: string, written: (frame: Uint8Array) => Packet['payload']): Language => ({
  id,
  kinds: METER,
  topics: () => ['meter/#'],
  identity: (address) => `dlt645:${addressOf(address)}`,
  tells: [
    ...BLOCKS.flatMap(({ points }) => points),
    ...['meter.under_voltage', 'meter.over_voltage', 'meter.over_current', 'meter.phase_loss'],
    ...['meter.phase_imbalance', 'meter.power_outage'],
  ],
  speaker: (address) => ({
    say(statement, occasion) {
      if (!isWorthTelling(statement, occasion)) return []
      const topic = `meter/${address.gateway ?? address.id}/${channel}`
      return framesOf(statement, addressOf(address)).map((frame) => ({
        ...{ device: address.id, topic, once: false },
        payload: written(frame),
      }))
    },
  }),
})

export const dlt645 = language('dlt645', 'dlt645/up', (frame) => frame)
export const dlt645Hex = language('dlt645-hex', 'raw', hexText)
