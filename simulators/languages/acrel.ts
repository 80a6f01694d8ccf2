/**
 * Acrel's meters (安科瑞) in their three forms: behind an AWT100 gateway with flat fields, the ADW300 with numbered
 * points, and the form of Acrel's platform. Alarm frames were not seen in public; theirs are put together from the
 * flat form.
 */
import { round } from '../devices/family.ts'
import type { Address, Edge, Language, Occasion, Packet, Speaker, Statement, Values } from './language.ts'
import { isWorthTelling, METER, newsOf, numberOf, serialOf } from './meters.ts'

const METER_DIGITS = 14
const HEARTBEAT = Uint8Array.of(0x7b, 0x7b, 0x94, 0xbe, 0xef, 0x7d, 0x7d)
const HEARTBEAT_EVERY_MS = 60_000
/** Larger loads are measured behind current transformers with 5 A on their other side. */
const DIRECT_AMPERES_MAX = 80
const TRANSFORMER_AMPERES = 5
/** Acrel's clocks run by Chinese time, and their 14 digits tell no zone. */
const CHINA_OFFSET_MS = 8 * 3_600_000

const ALARMS: Readonly<Record<string, string>> = {
  'meter.over_voltage': 'overVoltage',
  'meter.under_voltage': 'underVoltage',
  'meter.over_current': 'overCurrent',
  'meter.phase_loss': 'phaseLoss',
  'meter.phase_imbalance': 'unbalance',
  'meter.power_outage': 'powerOff',
  'meter.short_circuit': 'shortCircuit',
}

interface Field {
  point: string
  /** In the flat form. */
  flat: string
  /** In the numbered form, where it has one. */
  id?: number
  /** In the platform's form. */
  platform: string
  /** One of its units in the point's unit. */
  unit: number
  decimals: number
  /** It is measured behind the current transformer. */
  transformed: boolean
}

const field = (point: string, flat: string, platform: string, rest: Partial<Field> = {}): Field => ({
  ...{ point, flat, platform, unit: 1, decimals: 1, transformed: false },
  ...rest,
})
const AMPERES = { decimals: 3, transformed: true }
const KILOWATTS = { unit: 1_000, decimals: 4, transformed: true }

const FIELDS: readonly Field[] = [
  field('voltage.l1', 'ua', 'Ua', { id: 1 }),
  field('voltage.l2', 'ub', 'Ub', { id: 2 }),
  field('voltage.l3', 'uc', 'Uc', { id: 3 }),
  field('current.l1', 'ia', 'Ia', { id: 7, ...AMPERES }),
  field('current.l2', 'ib', 'Ib', { id: 8, ...AMPERES }),
  field('current.l3', 'ic', 'Ic', { id: 9, ...AMPERES }),
  field('power.active.l1', 'pa', 'Pa', KILOWATTS),
  field('power.active.l2', 'pb', 'Pb', KILOWATTS),
  field('power.active.l3', 'pc', 'Pc', KILOWATTS),
  field('power.active', 'p', 'P', { id: 13, ...KILOWATTS }),
  field('power.reactive', 'q', 'Q', KILOWATTS),
  field('power_factor', 'pf', 'Pf', { decimals: 3 }),
  field('energy.active.import', 'wh', 'EPI', { id: 42, unit: 1_000, decimals: 4, transformed: true }),
]
const FREQUENCY_ID = 26
const PT_ID = 34
const CT_ID = 35

const points = FIELDS.map(({ point }) => point)
const numbered = FIELDS.filter(({ id }) => id !== undefined)

/** How many amperes of the load are one ampere of the meter. */
function ratioOf(values: Values): number {
  const rated = numberOf(values, 'current.rated') ?? 0
  return rated > DIRECT_AMPERES_MAX ? Math.round(rated / TRANSFORMER_AMPERES) : 1
}

/** What the meter itself shows; what it has no value for, as the factor without a load, is 0. */
const shown = (values: Values, { point, unit, decimals, transformed }: Field, ratio: number) =>
  round((numberOf(values, point) ?? 0) / unit / (transformed ? ratio : 1), decimals)

const digits = (atMs: number) => new Date(atMs + CHINA_OFFSET_MS).toISOString().replace(/\D/g, '').slice(0, 14)
const meterOf = ({ site, id }: Address) => serialOf(`${site}/${id}`, METER_DIGITS)

/** Words of one serial number in the JSON of the devices. */
const said = (device: string, topic: string, body: Values | object): Packet => ({
  ...{ device, topic, once: false },
  payload: JSON.stringify(body),
})

export const acrelAwt100: Language = {
  id: 'acrel-awt100',
  kinds: METER,
  topics: () => ['/gw/acrelHW/#'],
  identity: (address) => `acrel:${meterOf(address)}`,
  tells: [...points, ...Object.keys(ALARMS)],
  speaker: (address, _random, edge) => {
    const gwSN = serialOf(`${address.site}/${address.gateway ?? address.id}/gateway`, METER_DIGITS)
    const meter = { gwSN, meterSN: meterOf(address), meterName: 'adl400' }
    const packet = (command: string, body: object) =>
      said(address.id, `/gw/acrelHW/AWT100/${command}/${gwSN}`, { type: command, ...body })
    const reading = (values: Values, time: string) => {
      const ratio = ratioOf(values)
      const fields = FIELDS.map((each) => [each.flat, shown(values, each, ratio)] as const)
      const body = { time, ...meter, meterStatus: 'normal', ch: 0, ...Object.fromEntries(fields), pt: 1, ct: ratio }
      return packet('data', body)
    }
    return {
      say(statement, occasion) {
        if (!isWorthTelling(statement, occasion)) return []
        const time = digits(occasion.atMs)
        const flags = newsOf(statement).flatMap(([code, active]) =>
          ALARMS[code] === undefined ? [] : [[ALARMS[code], Number(active)] as const],
        )
        const alarm = { time, ...meter, ch: 0, ...Object.fromEntries(flags) }
        const alarms = flags.length === 0 ? [] : [packet('alarm', alarm)]
        return [...ofGateway(packet, gwSN, statement, occasion, edge), ...alarms, reading(statement.values(), time)]
      },
    }
  },
}

/** What the gateway says for itself: once after each connect, and its heartbeat, whichever meter speaks first. */
function ofGateway(
  packet: (command: string, body: object) => Packet,
  gwSN: string,
  { levelsBefore }: Statement,
  { atMs }: Occasion,
  edge: Edge,
): Packet[] {
  const since = (word: string) => atMs - Number(edge.get(`acrel ${gwSN} ${word}`) ?? -Infinity)
  const packets: Packet[] = []
  if (levelsBefore === null && since('login') !== 0) {
    edge.set(`acrel ${gwSN} login`, atMs)
    packets.push(packet('login', { gwSN, time: digits(atMs), ver: '1000', ccid: serialOf(gwSN, 20) }))
  }
  if (since('heart') < 0 || since('heart') >= HEARTBEAT_EVERY_MS) {
    edge.set(`acrel ${gwSN} heart`, atMs)
    packets.push({ ...packet('heart', {}), payload: HEARTBEAT })
  }
  return packets
}

export const acrelAdw300: Language = {
  id: 'acrel-adw300',
  kinds: METER,
  topics: () => ['/gw/acrelHW/#'],
  identity: (address) => `acrel:${meterOf(address)}`,
  tells: [...numbered.map(({ point }) => point), 'frequency'],
  speaker: (address) => {
    const gwSN = meterOf(address)
    const packet = (command: string, atMs: number, body: object) =>
      // The product is not known to it: it writes the word null.
      said(address.id, `/gw/acrelHW/null/${command}/${gwSN}`, { type: command, gwSN, time: digits(atMs), ...body })
    return {
      say(statement, occasion) {
        if (!isWorthTelling(statement, occasion)) return []
        const { atMs } = occasion
        const values = statement.values()
        const ratio = ratioOf(values)
        const point = [
          ...numbered.map((each) => ({ id: String(each.id), val: String(shown(values, each, ratio)) })),
          { id: String(FREQUENCY_ID), val: String(numberOf(values, 'frequency') ?? 0) },
          { id: String(PT_ID), val: '1' },
          { id: String(CT_ID), val: String(ratio) },
        ]
        const login = packet('login', atMs, { ver: '1000', ccid: serialOf(gwSN, 20) })
        const data = packet('data', atMs, { data: [{ tp: Math.floor(atMs / 1_000), point }] })
        return statement.levelsBefore === null ? [login, data] : [data]
      },
    }
  },
}

export const acrelPlatform: Language = {
  id: 'acrel-platform',
  kinds: METER,
  topics: () => ['sys/dev/#'],
  identity: (address) => `acrel:${meterOf(address)}`,
  tells: [...points, 'meter.power_outage'],
  speaker: platformSpeaker,
}

/** Its values are those of the load. The end of an outage is told by the voltage that is back. */
function platformSpeaker(address: Address): Speaker {
  const sn = meterOf(address)
  let msgid = 0
  const packet = (method: string, atMs: number, payload: object) => {
    msgid += 1
    const body = { msgid, method, timestamp: Math.floor(atMs / 1_000), sn, payload }
    return said(address.id, `sys/dev/ADW300/${sn}`, body)
  }
  return {
    say(statement, occasion) {
      if (!isWorthTelling(statement, occasion)) return []
      const { atMs } = occasion
      const packets = statement.levelsBefore === null ? [packet('login', atMs, {})] : []
      if (newsOf(statement).some(([code, active]) => code === 'meter.power_outage' && active)) {
        packets.push(packet('notice', atMs, { sn, noticeType: ['GW_PWROFF'], GW_PWROFF: {} }))
      }
      const values = statement.values()
      const fields = Object.fromEntries(FIELDS.map((each) => [each.platform, String(shown(values, each, 1))] as const))
      return [...packets, packet('run', atMs, { data: [{ sn, ...fields }] })]
    },
  }
}

export const acrel: readonly Language[] = [acrelAwt100, acrelAdw300, acrelPlatform]
