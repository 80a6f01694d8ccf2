import { be } from './lorawan/bytes.ts'
import { numberOf } from './lorawan/layout.ts'
import { seededRandom } from '../random.ts'
import type { Address, Language, Values } from './language.ts'

/** The WL03A-NB's model number and its firmware 1.00. */
const MODEL = [0x14, 0x64]
const LEAK_MODE = 1
/** It sends its last rows again with each message, so that one lost message loses no row. */
const ROWS_SENT = 8

/** An IMEI begins with the code of its maker; the last of its 15 digits is not checked by anybody here. */
function imeiOf({ site, id }: Address): string {
  const random = seededRandom(`dragino-nb/${site}/${id}`)
  return `868411${String(random.integer(0, 999_999_999)).padStart(9, '0')}`
}

/** As the modem counts it: 0 is -113 dBm, 31 is -51 dBm. */
const signalOf = (values: Values) => be(Math.min(31, (numberOf(values, 'rssi') + 113) / 2), 1)

const leaks = (values: Values) => [
  ...be(numberOf(values, 'leak.count'), 3),
  ...be(Math.floor(numberOf(values, 'leak.last_duration') / 60), 3),
]

/**
 * A Dragino WL03A-NB, which publishes by itself over NB-IoT: `f` and its IMEI, then its state in hex digits as text,
 * then rows of its log, one for each report before.
 */
export const draginoNb: Language = {
  id: 'dragino-nb',
  kinds: ['water_leak'],
  topics: (gateway) => [`${gateway}/dragino/#`],
  identity: (address) => `dragino-nb:${imeiOf(address)}`,
  tells: ['water.leak', 'leak.count', 'leak.last_duration', 'batteryVoltage'],
  speaker(address) {
    const imei = imeiOf(address)
    const topic = `${address.gateway ?? address.site}/dragino/${imei}`
    let rows: number[][] = []
    return {
      say(statement, { atMs, due }) {
        const { levels, levelsBefore } = statement
        const wet = levels['water.leak'] === true
        const switches = levelsBefore !== null && levelsBefore['water.leak'] !== wet
        if (levelsBefore !== null && !due && !switches) return []
        const values = statement.values()
        const time = be(Math.floor(atMs / 1000), 4)
        const millivolts = be(numberOf(values, 'batteryVoltage') * 1000, 2)
        const periodic = switches ? 0 : 1
        const alarms = [1, LEAK_MODE, periodic, wet ? 1 : 0]
        const now = [...MODEL, ...millivolts, ...signalOf(values), ...alarms, ...leaks(values), ...time]
        const payload = `f${imei}${Buffer.from([...now, ...rows.flat()]).toString('hex')}`
        if (due) rows = [...rows, [wet ? 1 : 0, ...leaks(values), ...time]].slice(-ROWS_SENT)
        return [{ device: address.id, topic, payload, once: false }]
      },
    }
  },
}
