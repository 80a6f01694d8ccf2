import { describe, expect, it } from 'vitest'
import { decodePacket } from '../../../gateway/decode.ts'
import type { DecodeContext } from '../../../gateway/decode.ts'
import type { DeviceMessage } from '../../../rules/model.ts'
import { startDevice } from '../../../simulators/devices/index.ts'
import type { Fault, SimulatedDevice } from '../../../simulators/devices/index.ts'
import { languageOf } from '../../../simulators/languages/index.ts'
import type { Language, Packet } from '../../../simulators/languages/language.ts'
import { seededRandom } from '../../../simulators/random.ts'
import { corpus, type CorpusMessage } from '../../support/corpus.ts'
import { plainMemory } from '../../support/memory.ts'

const START_MS = Date.UTC(2026, 10, 23, 1)
const MINUTE_MS = 60_000
const address = {
  ...{ site: 'riverside', id: 'lift-3a', kind: 'elevator' as const },
  ...{ name: '1号客梯', location: '3号楼', gateway: 'g1' },
}

/** What brings each level about. */
const FAULT_OF: Readonly<Record<string, Fault>> = {
  'elevator.safety_gear': 'overspeed',
  'elevator.emergency_power': 'power_loss',
  'elevator.predictive_maintenance': 'worn_part',
  'device.controller_link': 'controller_link',
}
const faultOf = (code: string) => FAULT_OF[code] ?? (code.split('.')[1] as Fault)
const isLevel = (tells: string) => /^(elevator|device)\./.test(tells) && tells !== 'elevator.alarm_button'

/** How far a family keeps a number. */
const RESOLUTION: Readonly<Record<string, number>> = { 'lift.speed': 0.005 }

/** Families whose messages have no time. */
const TIMELESS = new Set(['elevator-cloud', 'bacnet-lift'])

/** A notice that nothing takes back. */
const NEVER_CLEARED = new Set(['elevator-co elevator.predictive_maintenance'])

/** Each language's family in the corpus, and keys that its few files there lack. */
const CORPUS: Readonly<Record<string, string>> = {
  'elevator-cloud': 'elevator_cloud_info',
  'bacnet-lift': 'elevator_bacnet_gw',
  jtc340: 'elevator_jtc340',
  es1000: 'elevator_es1000',
  eleon: 'elevator_eleon',
  gbt24476: 'elevator_gbt24476',
  flexypage: 'elevator_flexypage',
  kone: 'elevator_vendor_cloud',
  'elevator-co': 'elevator_vendor_cloud',
}
const ADDED: Readonly<Record<string, string[]>> = {
  // Live data: devices/SPEC.md names the message, not its fields.
  jtc340: ['CurrentFloor', 'DoorState', 'RunState'],
  // Entrapment of KONE's Equipment Status API 2.0 (konecorp/kone-api-examples, src/common/types.ts).
  kone: ['entrapment', 'maintenance', 'technicianComment'],
}

const contentOf = ({ payload, payloadText }: CorpusMessage): unknown => payload ?? JSON.parse(payloadText ?? 'null')

function keysOf(content: unknown): string[] {
  if (typeof content !== 'object' || content === null) return []
  if (Array.isArray(content)) return content.flatMap(keysOf)
  return Object.entries(content).flatMap(([key, value]) => [key, ...keysOf(value)])
}

const matches = (filter: string, topic: string) =>
  new RegExp(`^${filter.replace(/\+/g, '[^/]+').replace(/#$/, '.*')}$`).test(topic)

interface Heard {
  packet: Packet
  /** What the lift would say of itself at that moment in the product's own words. */
  truth: Record<string, unknown>
  messages: DeviceMessage[]
}

/** A lift that speaks a language, and the real decoder listening. */
function talk(language: Language) {
  const memory = plainMemory()
  const context: DecodeContext = { memory: () => memory, binding: () => ({ timezone: 'Asia/Shanghai' }) }
  const native = lift('native')
  const spoken = lift(language.id)
  let atMs = START_MS
  const heard: Heard[] = []

  function lift(speaks: string): SimulatedDevice {
    const { id, name, location, gateway } = address
    return startDevice(
      { id, name, location, building: '3号楼', gateway, kind: 'elevator', spec: { emergencyPower: true }, speaks },
      { site: address.site, random: seededRandom(`lifts ${language.id}`), startMs: START_MS },
    )
  }
  const hear = (packets: Packet[]) => {
    if (packets.length === 0) return
    const truth = valuesOf(native.whole(atMs))
    for (const packet of packets) {
      const { topic, payload } = packet
      const publish = { topic, payload: Buffer.from(payload as string), receivedAt: atMs, will: false }
      const decoded = decodePacket({ ...publish, device: null, gateway: 'g1', site: address.site }, context)
      expect(decoded.rejections, `${topic} ${String(payload)}`).toEqual([])
      heard.push({ packet, truth, messages: decoded.messages })
    }
  }
  return {
    heard,
    spoken,
    atMs: () => atMs,
    connect: () => hear(spoken.whole(atMs)),
    go: (forMs: number, stepMs = 1_000) => {
      for (const untilMs = atMs + forMs; atMs < untilMs;) {
        atMs += stepMs
        const moment = { atMs, hourOfDay: (atMs / 3_600_000 + 8) % 24 }
        native.advance(moment)
        hear(spoken.advance(moment).packets)
      }
    },
    suffer: (fault: Fault) => {
      native.suffer(fault)
      spoken.suffer(fault)
    },
    repair: () => {
      native.repair()
      spoken.repair()
    },
    /** What the listener holds to be the case: the last word on each condition. */
    held: () => {
      const last = new Map<string, string>()
      const said = heard.flatMap(({ messages }) => messages.flatMap(({ conditions }) => conditions))
      for (const { code, state } of said) last.set(code, state)
      return last
    },
  }
}

function valuesOf(packets: Packet[]): Record<string, unknown> {
  const bodies = packets.map(({ payload }) => JSON.parse(String(payload)) as { values?: Record<string, unknown> })
  return Object.assign({}, ...bodies.map(({ values }) => values ?? {})) as Record<string, unknown>
}

const LIFT_LANGUAGES = 'jtc340 es1000 elevator-cloud eleon gbt24476 bacnet-lift flexypage kone elevator-co'
const languages = LIFT_LANGUAGES.split(' ').map((id) => languageOf(id)!)

describe.each(languages.map((language) => [language.id, language] as const))('a lift that speaks %s', (_, language) => {
  it('is understood, as the device that it is, from its first words through hours of reports', () => {
    const { connect, go, heard, spoken } = talk(language)
    connect()
    go(MINUTE_MS)
    go(3 * 60 * MINUTE_MS, MINUTE_MS)
    spoken.suffer('worn_part')
    go(MINUTE_MS)
    const messages = heard.flatMap((each) => each.messages)
    expect(messages.length).toBeGreaterThan(0)
    for (const { discovered, deviceAt, receivedAt } of messages) {
      expect(discovered?.key).toBe(language.identity(address))
      expect(discovered?.kind).toBe('elevator')
      if (TIMELESS.has(language.id)) expect(deviceAt).toBe(null)
      // Whole seconds at the coarsest; a terminal that writes local time is eight hours ahead of UTC.
      else expect(Math.floor(receivedAt / 1000)).toBe(Math.floor(deviceAt! / 1000))
    }
    if (language.tells.includes('online')) expect(messages.at(-1)?.health.online).toBe(true)
  })

  it.each(language.tells.filter(isLevel))('tells that %s begins and ends', (code) => {
    const { connect, go, suffer, repair, held } = talk(language)
    connect()
    go(MINUTE_MS)
    expect(held().get(code)).not.toBe('active')
    suffer(faultOf(code))
    go(2 * MINUTE_MS)
    expect(held().get(code)).toBe('active')
    repair()
    go(MINUTE_MS)
    expect(held().get(code)).toBe(NEVER_CLEARED.has(`${language.id} ${code}`) ? 'active' : 'cleared')
  })

  if (language.tells.includes('elevator.alarm_button')) {
    it('tells each press of the alarm button', () => {
      const { connect, go, suffer, heard } = talk(language)
      connect()
      go(MINUTE_MS)
      const before = heard.length
      suffer('alarm_button')
      go(1_000)
      const pressed = heard
        .slice(before)
        .filter(({ messages }) =>
          messages.some(({ conditions }) =>
            conditions.some(({ code, state }) => code === 'elevator.alarm_button' && state !== 'cleared'),
          ),
        )
      expect(pressed).toHaveLength(1)
      expect(pressed[0]!.packet.once).toBe(true)
    })
  }

  const points = language.tells.filter((each) => each.startsWith('lift.'))
  it.each(points)('tells %s as it is', (point) => {
    const { connect, go, heard } = talk(language)
    connect()
    go(20 * MINUTE_MS)
    const told = heard.flatMap(({ messages, truth }) =>
      messages.flatMap(({ measurements }) => measurements.map((each) => ({ ...each, truth: truth[each.name] }))),
    )
    const values = told.filter(({ name }) => name === point)
    expect(new Set(values.map(({ value }) => value)).size).toBeGreaterThan(3)
    for (const { value, truth } of values) {
      if (typeof truth === 'number') expect(Math.abs(Number(value) - truth)).toBeLessThanOrEqual(RESOLUTION[point] ?? 0)
      else expect(value).toBe(truth)
    }
  })

  it('writes keys that real messages have, and topics that its gateway may publish to', () => {
    const { connect, go, suffer, repair, heard } = talk(language)
    connect()
    for (const fault of [...language.tells.filter(isLevel).map(faultOf), 'alarm_button' as const]) {
      suffer(fault)
      go(2 * MINUTE_MS)
      repair()
      go(MINUTE_MS)
    }
    const written = corpus.filter(({ family }) => family === CORPUS[language.id])
    const known = new Set([...(ADDED[language.id] ?? []), ...written.flatMap((each) => keysOf(contentOf(each)))])
    for (const { packet } of heard) {
      const { topic, payload } = packet
      expect(
        keysOf(JSON.parse(String(payload))).filter((key) => !known.has(key)),
        topic,
      ).toEqual([])
      expect(
        language.topics('g1').some((filter) => matches(filter, topic)),
        topic,
      ).toBe(true)
    }
  })
})
