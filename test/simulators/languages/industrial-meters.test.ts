import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodePacket } from '../../../gateway/decode.ts'
import type { DeviceMessage } from '../../../rules/model.ts'
import { CONDITION_CODES } from '../../../rules/model.ts'
import { startDevice } from '../../../simulators/devices/index.ts'
import { POWER_METER_FAULTS } from '../../../simulators/devices/power-meter.ts'
import { languageOf } from '../../../simulators/languages/index.ts'
import type { Packet } from '../../../simulators/languages/language.ts'
import { seededRandom } from '../../../simulators/random.ts'
import { plainMemory } from '../../support/memory.ts'

const MINUTE_MS = 60_000
const START_MS = Date.UTC(2026, 10, 23, 2)

const INDUSTRIAL = [
  ...['acrel-awt100', 'acrel-adw300', 'acrel-platform', 'edgelogger', 'cet', 'alibaba', 'dlt645', 'dlt645-hex'],
]

/** What is lost at most in these forms, by the beginning of a point's name; the meter is behind 160 A transformers. */
const RESOLUTION: readonly [name: string, within: number][] = [
  ['voltage', 0.051],
  ['current.residual', 0.001],
  ['current', 0.02],
  ['power.', 2],
  ['power_factor', 0.001],
  ['frequency', 0.011],
  ['energy', 10],
  ['temperature', 0.051],
]

/** The power registers of DL/T 645 end at 79.9999 kW. */
const usualAmperes = (speaks: string) => (speaks.startsWith('dlt645') ? 63 : 160)

/** One meter that speaks a language, heard through the service's decoder, beside its twin that speaks the native one. */
function heard(speaks: string, ratedAmperes = usualAmperes(speaks), seed = 1) {
  const language = languageOf(speaks)!
  const address = {
    ...{ site: 'riverside', id: 'meter-1', kind: 'power_meter' as const },
    ...{ name: '总表', location: 'B1', gateway: 'gw-1' },
  }
  const described = {
    ...{ id: address.id, name: address.name, location: address.location, building: '1', gateway: address.gateway },
    ...{ kind: 'power_meter' as const, spec: { ratedAmperes, sagsPerYear: 2_000 }, reportEveryMs: MINUTE_MS },
  }
  const start = () => ({ site: address.site, random: seededRandom(seed), startMs: START_MS })
  const device = startDevice({ ...described, speaks }, start())
  const twin = startDevice(described, start())
  const memory = plainMemory()
  const context = { memory: () => memory, binding: () => ({ timezone: 'Asia/Shanghai' }) }
  const identity = language.identity(address)
  const states = new Map<string, string>()
  const points = new Map<string, unknown>()
  const packets: Packet[] = []
  const messages: DeviceMessage[] = []
  let truth: Record<string, unknown> = {}
  let atMs = START_MS

  const hear = (said: readonly Packet[]) => {
    for (const packet of said) {
      packets.push(packet)
      const { topic } = packet
      const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
      const origin = { device: null, gateway: 'gw-1', site: address.site, will: false }
      const {
        messages: told,
        rejections,
        passed,
      } = decodePacket({ topic, payload, receivedAt: atMs, ...origin }, context)
      if (rejections.length > 0 || passed !== null) {
        throw new Error(`${topic} ${String(packet.payload)}: ${passed ?? rejections[0]!.detail}`)
      }
      for (const message of told) {
        messages.push(message)
        if (message.device !== identity) continue
        expect(message.discovered?.kind).toBe('power_meter')
        for (const { code, state } of message.conditions) states.set(code, state)
        for (const { name, value } of message.measurements) points.set(name, value)
      }
    }
  }
  const learn = (said: readonly Packet[]) => {
    for (const { topic, payload } of said) {
      if (topic.endsWith('/telemetry')) truth = (JSON.parse(String(payload)) as { values: typeof truth }).values
    }
  }
  const go = (forMs: number, eachMs = 1_000) => {
    for (const endMs = atMs + forMs; atMs < endMs;) {
      atMs += eachMs
      const moment = { atMs, hourOfDay: (atMs / 3_600_000) % 24 }
      hear(device.advance(moment).packets)
      learn(twin.advance(moment).packets)
    }
  }
  go(1_000)
  hear(device.whole(atMs))
  learn(twin.whole(atMs))
  return {
    ...{ language, identity, device, twin, states, points, packets, messages, go, hear },
    truth: () => truth,
    atMs: () => atMs,
  }
}

function expectPoints({ language, points, truth }: ReturnType<typeof heard>) {
  const told = language.tells.filter((name) => !CONDITION_CODES.has(name))
  for (const name of told) {
    const value = truth()[name]
    if (value === undefined) continue
    const [, within] = RESOLUTION.find(([start]) => name.startsWith(start))!
    expect(
      Math.abs(Number(points.get(name)) - Number(value)),
      `${name}: ${String(points.get(name))}`,
    ).toBeLessThanOrEqual(within)
  }
}

describe.each(INDUSTRIAL)('a meter that speaks %s', (speaks) => {
  it('is found under its identity, and its points get through', () => {
    const meter = heard(speaks)
    expectPoints(meter)
    for (let hour = 0; hour < 3; hour += 1) {
      meter.go(60 * MINUTE_MS, MINUTE_MS)
      expectPoints(meter)
    }
    const own = meter.messages.filter(({ device }) => device === meter.identity)
    expect(own.length).toBeGreaterThan(180)
    const others = new Set(meter.messages.map(({ device }) => device))
    // Only the gateway of Acrel speaks for itself.
    expect(others.size).toBe(speaks === 'acrel-awt100' ? 2 : 1)
  })

  it('tells only points and conditions that the service knows', () => {
    const meter = heard(speaks)
    const codes = meter.language.tells.filter((name) => CONDITION_CODES.has(name))
    for (const name of meter.language.tells) expect(codes.includes(name) || meter.points.has(name), name).toBe(true)
    for (const [code, state] of meter.states) {
      if (code.startsWith('meter.')) expect([code, state]).toEqual([code, 'cleared'])
    }
  })

  it.each(POWER_METER_FAULTS)('says what begins and ends with %s', (fault) => {
    const meter = heard(speaks)
    const codes = meter.language.tells.filter((name) => CONDITION_CODES.has(name))
    const active = () => codes.filter((code) => meter.states.get(code) === 'active')
    const expected = () => codes.filter((code) => meter.device.active().includes(code))
    meter.go(2 * MINUTE_MS)
    meter.device.suffer(fault)
    meter.twin.suffer(fault)
    let began = 0
    for (let second = 0; second < 120; second += 1) {
      meter.go(1_000)
      expect(active()).toEqual(expected())
      began += active().length
    }
    const lasting = meter.device.active().some((code) => codes.includes(code))
    if (lasting) expect(began).toBeGreaterThan(45)
    expectPoints(meter)
    meter.device.repair()
    meter.twin.repair()
    meter.go(4 * MINUTE_MS)
    expect(active()).toEqual([])
    expectPoints(meter)
  })

  it('tells its own time where its form has one', () => {
    const meter = heard(speaks)
    meter.go(5 * MINUTE_MS)
    const times = meter.messages.filter(({ device }) => device === meter.identity).map(({ deviceAt }) => deviceAt)
    if (speaks.startsWith('dlt645')) expect(new Set(times)).toEqual(new Set([null]))
    else for (const time of times) expect(Math.abs(time! - meter.atMs())).toBeLessThan(6 * MINUTE_MS)
  })

  it('says the same again from the same seed', () => {
    const [one, other] = [heard(speaks, 160, 7), heard(speaks, 160, 7)]
    for (const meter of [one, other]) meter.go(10 * MINUTE_MS)
    expect(one.packets).toEqual(other.packets)
  })

  it('stays within the topics that its gateway may use', () => {
    const meter = heard(speaks)
    const starts = meter.language.topics('gw-1').map((filter) => filter.replace(/#$/, ''))
    for (const { topic } of meter.packets)
      expect(
        starts.some((start) => topic.startsWith(start)),
        topic,
      ).toBe(true)
  })
})

describe('what is particular', () => {
  it.each([40, 63, 630])('the points of an Acrel meter of %i A are those of its load', (amperes) => {
    for (const speaks of ['acrel-awt100', 'acrel-adw300', 'acrel-platform']) {
      const { points, truth } = heard(speaks, amperes)
      expect(Number(points.get('current.l1')) / Number(truth()['current.l1'])).toBeCloseTo(1, 2)
      expect(Number(points.get('power.active')) / Number(truth()['power.active'])).toBeCloseTo(1, 2)
    }
  })

  it('a meter whose power has more digits than DL/T 645 leaves it out', () => {
    const { points } = heard('dlt645', 1_000)
    expect(points.has('power.active')).toBe(false)
    expect(points.has('current.l1')).toBe(true)
  })

  it('meters behind one Acrel gateway log in once, and one heartbeat a minute is theirs', () => {
    const edge = new Map<string, unknown>()
    const meters = ['a', 'b', 'c'].map((id) =>
      startDevice(
        { id, name: id, location: '', building: '1', kind: 'power_meter', speaks: 'acrel-awt100', gateway: 'g' },
        { site: 's', random: seededRandom(1), startMs: START_MS, edge },
      ),
    )
    const of = (command: string, packets: Packet[]) => packets.filter(({ topic }) => topic.includes(`/${command}/`))
    const first = meters.flatMap((meter) => meter.whole(START_MS))
    expect([of('login', first).length, of('heart', first).length, of('data', first).length]).toEqual([1, 1, 3])
    const later: Packet[] = []
    for (let atMs = START_MS; atMs < START_MS + 10 * MINUTE_MS; atMs += 1_000) {
      for (const meter of meters) later.push(...meter.advance({ atMs, hourOfDay: 9 }).packets)
    }
    expect(of('heart', later).length).toBeGreaterThanOrEqual(9)
    expect(of('heart', later).length).toBeLessThanOrEqual(10)
    expect(new Set(of('data', later).map(({ topic }) => topic)).size).toBe(1)
  })
})

type Json = Record<string, unknown>

/** The names of every field, as paths; the entries of a list are one. */
function pathsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((each) => pathsOf(each, `${path}[]`)))]
  if (typeof value !== 'object' || value === null) return [path]
  return [...new Set(Object.entries(value).flatMap(([name, each]) => pathsOf(each, `${path}.${name}`)))]
}

function corpus(name: string): unknown {
  const file = new URL(`../../fixtures/devices/${name}.json`, import.meta.url)
  const { payload, payloadText } = JSON.parse(readFileSync(file, 'utf8')) as Json & { payloadText?: string }
  return payload ?? JSON.parse(payloadText!)
}

describe('the shape of real messages', () => {
  it.each([
    ['acrel-awt100', '/data/', 'acrel--data-adl400', []],
    ['acrel-awt100', '/login/', 'acrel--login-sn', []],
    ['acrel-adw300', '/login/', 'acrel--login-sn', []],
    ['acrel-platform', 'GW_PWROFF', 'acrel--iot-notice-pwroff', []],
    ['edgelogger', '/up/', 'modbus_gateway--edgelogger-batch-duplicate', []],
  ])('%s %s has no field that %s has not', (speaks, mark, name, additions) => {
    const meter = heard(speaks)
    meter.device.suffer('supply_lost')
    meter.go(2_000)
    const known = new Set([...pathsOf(corpus(name)), ...additions])
    const ours = meter.packets.filter(({ topic, payload }) => `${topic} ${String(payload)}`.includes(mark))
    expect(ours.length).toBeGreaterThan(0)
    for (const { payload } of ours) {
      expect(pathsOf(JSON.parse(String(payload))).filter((path) => !known.has(path))).toEqual([])
    }
  })

  it('the envelope of Alibaba, the frames of DL/T 645 and the heartbeat of Acrel are theirs', () => {
    const [property] = heard('alibaba').packets
    const names = Object.keys(corpus('modbus_gateway--breaker-4g-alink') as Json)
    expect(Object.keys(JSON.parse(String(property!.payload)) as Json).sort()).toEqual(names.sort())
    for (const { payload } of heard('dlt645').packets) {
      expect(Buffer.from(payload as Uint8Array).toString('hex')).toMatch(/^68[0-9a-f]{12}6891([0-9a-f]{2})+16$/)
    }
    for (const { payload } of heard('dlt645-hex').packets) {
      expect(payload).toMatch(/^68( [0-9A-F]{2}){6} 68 91( [0-9A-F]{2})+ 16$/)
    }
    const heart = heard('acrel-awt100').packets.find(({ topic }) => topic.includes('/heart/'))
    expect(Buffer.from(heart!.payload as Uint8Array).toString('hex')).toBe('7b7b94beef7d7d')
  })
})
