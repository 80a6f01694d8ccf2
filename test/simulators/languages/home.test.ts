import { describe, expect, it } from 'vitest'
import { carryCommand } from '../../../gateway/commands.ts'
import { decodePacket } from '../../../gateway/decode.ts'
import type { DecodeContext } from '../../../gateway/decode.ts'
import { FAULTS, startDevice } from '../../../simulators/devices/index.ts'
import type { DeviceDescription, Fault, SimulatedDevice } from '../../../simulators/devices/index.ts'
import { languageOf } from '../../../simulators/languages/index.ts'
import type { Address, Packet } from '../../../simulators/languages/language.ts'
import { seededRandom } from '../../../simulators/random.ts'
import type { Device } from '../../../rules/model.ts'
import { corpus, payloadOf } from '../../support/corpus.ts'
import { plainMemory } from '../../support/memory.ts'

const START_MS = Date.UTC(2026, 10, 23)
const MINUTE_MS = 60_000
const address = { site: 'site', id: 'dev-1', name: 'B2 pump room', location: 'B2', gateway: 'gw' }

type Kind = DeviceDescription['kind']

/** What is no word of the device itself: one status for all behind the same reader. */
const SHARED = new Set(['mbmd:status'])
/** Families whose devices never say that it is over. */
const NO_CLEAR: Readonly<Record<string, readonly string[]>> = { rtl_433: ['water.leak'] }
/** Faults that say nothing; the others lead to a level or to none. */
const MUTE: readonly Fault[] = ['battery_dead', 'silent']
/** Zigbee2MQTT's own bridge only says that it is there. */
const TELLS_NO_VALUES: ReadonlySet<Kind> = new Set(['gateway'])
/** Families whose messages have no time. */
const TIMELESS = new Set(['home-assistant', 'tasmota-zigbee', 'shelly-gen1', 'openmqttgateway', 'homie', 'mbmd'])
/** Whole amperes, in families of Dutch meters. */
const COARSE: Readonly<Record<string, RegExp>> = { 'dsmr-reader': /^current\./, 'p1-telegram': /^current\./ }

const LANGUAGES: readonly (readonly [speaks: string, kinds: readonly Kind[]])[] = [
  ['zigbee2mqtt', ['water_leak', 'power_meter', 'valve', 'door', 'rain_gauge', 'gateway']],
  ['home-assistant', ['water_leak', 'power_meter', 'door', 'rain_gauge']],
  ['tasmota', ['power_meter']],
  ['tasmota-zigbee', ['water_leak']],
  ['shelly-gen1', ['water_leak', 'power_meter']],
  ['shelly-gen2', ['water_leak', 'power_meter']],
  ['rtl_433', ['water_leak', 'rain_gauge']],
  ['openmqttgateway', ['water_leak', 'door']],
  ['homie', ['water_leak', 'power_meter']],
  ['mbmd', ['power_meter']],
  ['dsmr-reader', ['power_meter']],
  ['ams-reader', ['power_meter']],
  ['p1-telegram', ['power_meter']],
]
const cases = LANGUAGES.flatMap(([speaks, kinds]) => kinds.map((kind) => [speaks, kind] as const))

/** A service that hears one gateway. */
function hearing() {
  const memory = plainMemory()
  const context: DecodeContext = { memory: () => memory, binding: () => ({ timezone: 'UTC' }) }
  const conditions = new Map<string, string>()
  const points = new Map<string, unknown>()
  const kinds = new Set<string>()
  const keys = new Set<string>()
  const lateMs: number[] = []
  return {
    conditions,
    points,
    kinds,
    keys,
    /** How far the times that messages have of their own lie behind. */
    lateMs,
    hear(packets: readonly Packet[], receivedAt: number) {
      for (const { topic, payload } of packets) {
        const from = { receivedAt, device: null, gateway: 'gw', site: 'site', will: false }
        const { messages, rejections } = decodePacket({ ...from, topic, payload: Buffer.from(payload) }, context)
        if (rejections.length > 0) {
          throw new Error(`${topic} ${String(payload)}: ${rejections[0]!.reason} ${rejections[0]!.detail}`)
        }
        for (const message of messages.filter(({ device }) => !SHARED.has(device))) {
          keys.add(message.device)
          if (message.deviceAt !== null) lateMs.push(receivedAt - message.deviceAt)
          kinds.add(message.discovered!.kind)
          for (const { code, state } of message.conditions) conditions.set(code, state)
          for (const { name, value } of message.measurements) points.set(name, value)
          for (const [name, value] of Object.entries(message.health)) points.set(name, value)
        }
      }
    },
  }
}

/** A device, and a twin that lives the same life and speaks our own JSON: what it says is what is the case. */
function twins(speaks: string, kind: Kind) {
  const described = { ...address, building: 'B', kind }
  const spec = kind === 'power_meter' ? { ratedAmperes: 160, load: 'homes' } : undefined
  const start = (language: string) =>
    startDevice({ ...described, spec, speaks: language } as DeviceDescription, {
      site: 'site',
      random: seededRandom(7),
      startMs: START_MS,
    })
  const device = start(speaks)
  const twin = start('native')
  const heard = hearing()
  let nowMs = START_MS
  const both = (act: (each: SimulatedDevice) => void) => [device, twin].forEach(act)
  const step = (atMs: number) => {
    const moment = { atMs, hourOfDay: (atMs / 3_600_000) % 24 }
    twin.advance(moment)
    heard.hear(device.advance(moment).packets, atMs)
    nowMs = atMs
  }
  step(START_MS)
  heard.hear(device.whole(START_MS), START_MS)
  return {
    device,
    heard,
    both,
    go: (forMs: number) => {
      for (const endMs = nowMs + forMs; nowMs < endMs;) step(Math.min(device.nextMs(), endMs))
    },
    /** Goes on to a moment at which it reports. */
    report: () => {
      step(device.nextMs())
      heard.hear(device.whole(nowMs), nowMs)
    },
    truth: () => (JSON.parse(String(twin.whole(nowMs)[0]!.payload)) as { values: Record<string, unknown> }).values,
  }
}

describe.each(cases)('%s, a %s', (speaks, kind) => {
  const language = languageOf(speaks)!

  it('is understood as the device that it is', () => {
    const { heard, go } = twins(speaks, kind)
    go(3 * 60 * MINUTE_MS)
    expect([...heard.keys]).toEqual([language.identity({ ...address, kind } satisfies Address)])
    expect([...heard.kinds].filter((each) => each !== 'unknown')).toEqual([kind])
  })

  it('tells the time as it is, where it tells one', () => {
    const { heard, go } = twins(speaks, kind)
    go(60 * MINUTE_MS)
    expect(heard.lateMs.filter((late) => late < 0 || late >= 1_000)).toEqual([])
    expect(heard.lateMs.length > 0).toBe(!TIMELESS.has(speaks) && !TELLS_NO_VALUES.has(kind))
  })

  it('tells each value that it claims to tell, as it is', () => {
    const { heard, go, report, truth } = twins(speaks, kind)
    for (let hour = 0; hour < 5; hour += 1) {
      go(60 * MINUTE_MS)
      report()
      for (const [name, value] of Object.entries(truth())) {
        if (typeof value !== 'number' || !language.tells.includes(name) || TELLS_NO_VALUES.has(kind)) continue
        const tolerance = COARSE[speaks]?.test(name) ? 0.5 : Math.max(0.05, Math.abs(value) * 1e-4)
        const told = heard.points.get(name)
        if (!(Math.abs(Number(told) - value) <= tolerance))
          throw new Error(`${name} is ${value}, heard ${String(told)}`)
      }
    }
  })

  it('tells each condition that it claims to tell, when it begins and when it ends', () => {
    const { device, heard, both, go } = twins(speaks, kind)
    const claimed = (code: string) => language.tells.includes(code)
    for (const fault of FAULTS[kind].filter((each) => !MUTE.includes(each))) {
      both((each) => each.suffer(fault))
      go(20 * MINUTE_MS)
      const active = device.active().filter(claimed)
      expect([fault, active.filter((code) => heard.conditions.get(code) !== 'active')]).toEqual([fault, []])
      both((each) => void each.repair())
      go(40 * MINUTE_MS)
      const over = active.filter((code) => !device.active().includes(code) && !NO_CLEAR[speaks]?.includes(code))
      expect([fault, over.filter((code) => heard.conditions.get(code) !== 'cleared')]).toEqual([fault, []])
    }
  })

  it('is heard of as gone by its will, where it has one, and as back', () => {
    const { device, heard } = twins(speaks, kind)
    const will = device.will(START_MS)
    if (will === null) return
    expect(() => heard.hear([will, ...device.whole(START_MS + 60_000)], START_MS + 60_000)).not.toThrow()
    expect(heard.conditions.get('device.offline') ?? 'cleared').toBe('cleared')
  })

  it('publishes within the topics that its login is granted', () => {
    const { device } = twins(speaks, kind)
    const granted = language
      .topics(address.gateway)
      .map((filter) => new RegExp(`^${filter.replace(/\+/g, '[^/]+').replace(/#$/, '.+')}$`))
    const said = [...device.whole(START_MS), ...[device.will(START_MS)].filter((will) => will !== null)]
    expect(said.map(({ topic }) => topic).filter((topic) => !granted.some((filter) => filter.test(topic)))).toEqual([])
  })

  it('says the same words with the same seed', () => {
    const words = () => {
      const { device } = twins(speaks, kind)
      return JSON.stringify(
        [1, 2, 3].flatMap((hour) => device.advance({ atMs: START_MS + hour * 3.6e6, hourOfDay: hour })),
      )
    }
    expect(words()).toBe(words())
  })
})

it('every language of homes is walked with each of its kinds', () => {
  for (const [speaks, kinds] of LANGUAGES) expect([...kinds].sort()).toEqual([...languageOf(speaks)!.kinds].sort())
})

it.each(LANGUAGES)('%s claims nothing but what its devices hold', (speaks, kinds) => {
  const held = new Set(kinds.flatMap((kind) => Object.keys(twins(speaks, kind).truth())))
  expect(languageOf(speaks)!.tells.filter((name) => !held.has(name))).toEqual([])
})

/** Keys, at any depth, of what real devices were seen to publish, by family in the corpus. */
const seenJson = (family: RegExp) =>
  new Set(
    corpus
      .filter((entry) => family.test(entry.family))
      .map((entry) => payloadOf(entry).toString())
      .filter(isJson)
      .flatMap((text) => keysOf(JSON.parse(text))),
  )

function keysOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const own = Array.isArray(value) ? [] : Object.keys(value)
  return [...own, ...Object.values(value).flatMap(keysOf)]
}

const isJson = (text: string) => text.startsWith('{')

/** What the corpus does not show, and its makers document. */
const DOCUMENTED: Readonly<Record<string, { family: RegExp; keys: string }>> = {
  zigbee2mqtt: {
    family: /^zigbee2mqtt/,
    keys: 'humidity contact rain current_device_status leakage_current power_factor',
  },
  tasmota: { family: /^tasmota$/, keys: 'Frequency' },
  'tasmota-zigbee': { family: /^tasmota_zigbee$/, keys: 'Water BatteryVoltage BatteryPercentage Temperature Humidity' },
  'shelly-gen2': { family: /^shelly_gen2$/, keys: 'emdata:0 total_act temperature:0 tC em:0 a_freq b_freq c_freq' },
  rtl_433: { family: /^rtl433_omg$/, keys: 'battery_mV battery_V rain_mm' },
  openmqttgateway: { family: /^rtl433_omg$/, keys: 'rssi brand model_id leak open batt' },
  'ams-reader': { family: /^dsmr_p1$/, keys: '' },
}

it.each(cases.filter(([speaks]) => DOCUMENTED[speaks] !== undefined))(
  '%s, a %s, has words of real ones',
  (speaks, kind) => {
    const { family, keys } = DOCUMENTED[speaks]!
    const known = seenJson(family)
    for (const key of `${keys} state`.split(' ')) known.add(key)
    const said = twins(speaks, kind)
      .device.whole(START_MS)
      .map(({ payload }) => String(payload))
    // A key that is a device's own address or the text of a number is no word.
    const own = said.filter(isJson).flatMap((text) => keysOf(JSON.parse(text)))
    expect(own.filter((key) => !known.has(key) && !/^(0x[0-9A-F]{4}|\d+)$/.test(key))).toEqual([])
  },
)

describe('a valve behind Zigbee2MQTT', () => {
  it('hears what Shifen sends it, and shows that it is closed', () => {
    const { device, heard, go } = twins('zigbee2mqtt', 'valve')
    const identity = languageOf('zigbee2mqtt')!.identity({ ...address, kind: 'valve' })
    const about = { id: 'z2m', site: 'site', identity, family: 'zigbee2mqtt', gateway: 'gw', kind: 'valve' } as Device
    const carried = carryCommand(about, { id: 'c1', command: 'close', args: {} }, () => undefined)
    if (!carried.ok) throw new Error(carried.reason)
    expect(heard.conditions.get('valve.open')).toBe('active')
    const { topic, payload } = carried.sending.message
    expect(device.obey('zigbee2mqtt/another/set', String(payload))).toBe(false)
    expect(device.obey(topic, String(payload))).toBe(true)
    go(10_000)
    expect([device.active(), heard.conditions.get('valve.open')]).toEqual([[], 'cleared'])
    expect(device.obey(topic, 'ON')).toBe(true)
    go(10_000)
    expect(heard.conditions.get('valve.open')).toBe('active')
  })
})
