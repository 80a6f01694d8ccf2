/**
 * rtl_433, which hears cheap radio sensors: a leak sensor sends the same words several times within a fraction of a
 * second, and none when it is dry again; a rain gauge counts up.
 */
import type { Address, Language, Packet, Speaker } from './language.ts'
import { hexOf, zonelessTime } from './names.ts'
import { hasNews, packetOf, turned } from './news.ts'

const COPIES = 3
const LEAK_MODEL = 'Govee-Water'
const RAIN_MODEL = 'Fineoffset-WH40'

const radioId = (address: Address) => Number.parseInt(hexOf(address, 4), 16)
const modelOf = ({ kind }: Address) => (kind === 'water_leak' ? LEAK_MODEL : RAIN_MODEL)
export const timeOf = (atMs: number) => zonelessTime(atMs).replace('T', ' ')

export const rtl433: Language = {
  id: 'rtl_433',
  kinds: ['water_leak', 'rain_gauge'],
  topics: (gateway) => [`rtl_433/${gateway}/#`],
  identity: (address) => `rtl433:${modelOf(address)}/${radioId(address)}`,
  tells: ['water.leak', 'rain.amount', 'batteryVoltage'],
  speaker: (address) => (address.kind === 'water_leak' ? leak(address) : rain(address)),
}

const heard = (address: Address, atMs: number, words: Record<string, unknown>): Packet =>
  packetOf(address, `rtl_433/${address.gateway ?? 'host'}/events`, {
    time: timeOf(atMs),
    model: modelOf(address),
    id: radioId(address),
    ...words,
    mic: modelOf(address) === LEAK_MODEL ? 'PARITY' : 'CRC',
  })

function leak(address: Address): Speaker {
  const code = (kind: string) => `${hexOf(address, 4)}${kind}${hexOf({ ...address, id: `${address.id} ${kind}` }, 4)}`
  return {
    say(statement, { atMs, due }) {
      const wet = statement.levels['water.leak'] === true
      const begins = statement.levelsBefore !== null && turned(statement).some(([level]) => level === 'water.leak')
      if (wet && (begins || due)) {
        const words = heard(address, atMs, { event: 'Water Leak', code: code('0404') })
        return Array.from({ length: COPIES }, () => words)
      }
      if (!due) return []
      const millivolts = Math.round(Number(statement.values().batteryVoltage) * 1000)
      return [heard(address, atMs, { event: 'Battery Report', battery_mV: millivolts, code: code('0204') })]
    },
  }
}

function rain(address: Address): Speaker {
  return {
    say: (statement, occasion) =>
      hasNews(statement, occasion)
        ? [heard(address, occasion.atMs, { battery_V: 1.5, rain_mm: statement.values()['rain.amount'] })]
        : [],
  }
}
