/**
 * The telegram of a Dutch smart meter's P1 port (DSMR 5.0.2 P1 companion standard), passed on as it is: OBIS codes with
 * values in kW and kWh, whole amperes, and a CRC-16 (polynomial 0xA001) over all from `/` to `!`.
 */
import type { Address, Language, Values } from './language.ts'
import { hexOf } from './names.ts'
import { hasNews, packetOf } from './news.ts'

/** An equipment identifier is told as the hex of its characters. */
const equipmentOf = (address: Address) =>
  `E00${BigInt(`0x${hexOf(address, 12)}`)
    .toString()
    .padStart(15, '0')
    .slice(-14)}`
const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex').toUpperCase()

const PHASES = [
  ['l1', 32, 31, 21],
  ['l2', 52, 51, 41],
  ['l3', 72, 71, 61],
] as const

const fixed = (value: unknown, digits: number, decimals: number) =>
  Math.max(0, Number(value)).toFixed(decimals).padStart(digits, '0')

export const p1Telegram: Language = {
  id: 'p1-telegram',
  kinds: ['power_meter'],
  topics: (gateway) => [`p1/${gateway}/#`],
  identity: (address) => `p1:${equipmentOf(address)}`,
  tells: PHASES.flatMap(([phase]) => [`voltage.${phase}`, `current.${phase}`, `power.active.${phase}`]),
  speaker: (address) => ({
    say(statement, occasion) {
      if (!hasNews(statement, occasion)) return []
      const topic = `p1/${address.gateway ?? 'reader'}/${address.id}`
      return [packetOf(address, topic, telegram(equipmentOf(address), occasion.atMs, statement.values()))]
    },
  }),
}

function telegram(equipment: string, atMs: number, values: Values): string {
  const kilowatts = (value: unknown) => fixed(Number(value) / 1000, 6, 3)
  const lines = [
    '/ISK5\\2M550T-1012',
    '',
    '1-3:0.2.8(50)',
    `0-0:1.0.0(${localStamp(atMs)})`,
    `0-0:96.1.1(${hex(equipment)})`,
    `1-0:1.8.1(${fixed(Number(values['energy.active.import']) / 1000, 10, 3)}*kWh)`,
    '1-0:1.8.2(000000.000*kWh)',
    '1-0:2.8.1(000000.000*kWh)',
    '1-0:2.8.2(000000.000*kWh)',
    '0-0:96.14.0(0001)',
    `1-0:1.7.0(${kilowatts(values['power.active'])}*kW)`,
    '1-0:2.7.0(00.000*kW)',
    ...PHASES.map(([phase, volts]) => `1-0:${volts}.7.0(${fixed(values[`voltage.${phase}`], 5, 1)}*V)`),
    ...PHASES.map(([phase, , amperes]) => `1-0:${amperes}.7.0(${fixed(values[`current.${phase}`], 3, 0)}*A)`),
    ...PHASES.map(([phase, , , watts]) => `1-0:${watts}.7.0(${kilowatts(values[`power.active.${phase}`])}*kW)`),
    ...PHASES.map(([, , , watts]) => `1-0:${watts + 1}.7.0(00.000*kW)`),
    '!',
  ]
  const text = lines.join('\r\n')
  return `${text}${crc16(text)}\r\n`
}

/** `YYMMDDhhmmss` in the Netherlands' winter time, as its `W` says: UTC+1. */
const localStamp = (atMs: number) => `${new Date(atMs + 3_600_000).toISOString().replace(/\D/g, '').slice(2, 14)}W`

function crc16(text: string): string {
  let crc = 0
  for (const byte of Buffer.from(text, 'latin1')) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1
  }
  return crc.toString(16).toUpperCase().padStart(4, '0')
}
