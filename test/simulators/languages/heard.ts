import { decodePacket } from '../../../gateway/decode.ts'
import type { DeviceMessage, PointValue } from '../../../rules/model.ts'
import { FAULTS, startDevice, type DeviceDescription } from '../../../simulators/devices/index.ts'
import type { Edge, Language, Packet } from '../../../simulators/languages/language.ts'
import { seededRandom } from '../../../simulators/random.ts'
import { plainContext } from '../../support/memory.ts'

export const GATEWAY = 'gw-1'
export const SITE = 'north'
export const START_MS = Date.UTC(2026, 2, 2, 0, 0, 0, 250)
const HOUR_MS = 3_600_000

/** Small enough for a plug: what a field cannot hold is no difference of the languages. */
const SPECS = {
  water_leak: { kind: 'water_leak', spec: { roomCelsius: 19, roomHumidity: 60 } },
  power_meter: { kind: 'power_meter', spec: { ratedAmperes: 10, load: 'homes' } },
  elevator: { kind: 'elevator', spec: { lowestFloor: -2, highestFloor: 9, ratedMps: 1.75 } },
  valve: { kind: 'valve', spec: { travelMs: 20_000 } },
} as const
export type SimulatedKind = keyof typeof SPECS

export function describedAs(speaks: string, kind: SimulatedKind, reportEveryMs = 600_000): DeviceDescription {
  const about = { id: 'B2-pumps_7', name: 'Pump room', location: 'B2 pump room', building: 'A' }
  return { ...about, ...SPECS[kind], speaks, gateway: GATEWAY, reportEveryMs }
}

export interface Heard {
  packet: Packet
  atMs: number
  message: DeviceMessage
  /** What the device held at that moment, told in the product's own words. */
  truth: Record<string, PointValue>
}

/** What became of everything that a device of this kind said in a day of reports and faults. */
export interface Listened {
  heard: Heard[]
  packets: Packet[]
  rejections: string[]
  passed: (string | null)[]
  /** Conditions that were the case for some time; in the end none is. */
  began: Set<string>
}

export interface Listening {
  edge?: Edge
  seed?: number
  reportEveryMs?: number
}

/**
 * Lives through some hours of reports and every fault of its kind, and has each packet decoded as from a gateway. A twin
 * of the same seed speaks the product's own JSON: what it tells is the truth.
 */
export function listenTo(language: Language, kind: SimulatedKind, how: Listening = {}): Listened {
  const { seed = 7, reportEveryMs, edge = new Map() } = how
  const start = () => ({ site: SITE, random: seededRandom(seed), startMs: START_MS })
  const device = startDevice(describedAs(language.id, kind, reportEveryMs), { ...start(), edge })
  const twin = startDevice(describedAs('native', kind, reportEveryMs), start())
  const context = plainContext()
  const listened: Listened = { heard: [], packets: [], rejections: [], passed: [], began: new Set() }
  let atMs = START_MS

  const take = (packets: Packet[]) => {
    if (packets.length === 0) return
    const [whole] = twin.whole(atMs)
    const truth = (JSON.parse(whole!.payload as string) as { values: Record<string, PointValue> }).values
    for (const packet of packets) {
      listened.packets.push(packet)
      const payload = Buffer.from(packet.payload as string)
      const { topic } = packet
      const from = { device: null, gateway: GATEWAY, site: SITE, will: false }
      const decoded = decodePacket({ topic, payload, receivedAt: atMs, ...from }, context)
      listened.rejections.push(...decoded.rejections.map(({ reason, detail }) => `${reason}: ${detail}`))
      listened.passed.push(decoded.passed)
      for (const message of decoded.messages) listened.heard.push({ packet, atMs, message, truth })
    }
  }
  const step = () => {
    const moment = { atMs, hourOfDay: ((atMs + 8 * HOUR_MS) % (24 * HOUR_MS)) / HOUR_MS }
    twin.advance(moment)
    for (const code of twin.active()) listened.began.add(code)
    take(device.advance(moment).packets)
  }
  const go = (forMs: number) => {
    const untilMs = atMs + forMs
    while (atMs < untilMs) {
      atMs = Math.min(untilMs, Math.max(atMs + 1, device.nextMs()))
      step()
    }
  }

  step()
  take(device.whole(atMs))
  go(3 * HOUR_MS)
  for (const fault of FAULTS[kind]) {
    device.suffer(fault)
    twin.suffer(fault)
    go(120_000)
    device.repair(fault)
    twin.repair(fault)
    go(240_000)
  }
  go(2 * HOUR_MS)
  return listened
}

/** Every path of keys in a JSON text; elements of arrays are not told apart. */
export function pathsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => pathsOf(each, path))
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([key, each]) => pathsOf(each, path === '' ? key : `${path}.${key}`))
}

/** What a message tells under a name: point, health or the state of a condition. */
export function toldIn(message: DeviceMessage, name: string): PointValue | undefined {
  const measured = message.measurements.find((each) => each.name === name)?.value
  if (measured !== undefined) return measured
  const condition = message.conditions.find(({ code }) => code === name)
  if (condition) return condition.state === 'active' || condition.state === 'pulse'
  return (message.health as Record<string, PointValue | undefined>)[name]
}
