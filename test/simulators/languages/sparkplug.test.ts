import { describe, expect, it } from 'vitest'
import { decodePacket } from '../../../gateway/decode.ts'
import { startDevice } from '../../../simulators/devices/index.ts'
import type { Edge, Packet } from '../../../simulators/languages/language.ts'
import { sparkplug } from '../../../simulators/languages/sparkplug/index.ts'
import { encodePayload } from '../../../simulators/languages/sparkplug/payload.ts'
import { seededRandom } from '../../../simulators/random.ts'
import { corpus } from '../../support/corpus.ts'
import { plainContext } from '../../support/memory.ts'
import { describedAs, GATEWAY, listenTo, SITE, START_MS, toldIn, type SimulatedKind } from './heard.ts'

const KEY = `sparkplug:${SITE}/${GATEWAY}/B2-pumps_7`
const REPORT_MS = 60_000

describe.each(sparkplug.kinds as SimulatedKind[])('a %s that speaks Sparkplug', (kind) => {
  const { heard, rejections, passed, began } = listenTo(sparkplug, kind, { reportEveryMs: REPORT_MS })
  const own = heard.filter(({ message }) => message.discovered?.key !== `sparkplug:${SITE}/${GATEWAY}`)

  it('is understood without a mapping', () => {
    expect(rejections).toEqual([])
    expect(passed.filter((each) => each !== null)).toEqual([])
    expect(new Set(own.map(({ message }) => message.discovered?.key))).toEqual(new Set([KEY]))
    expect(sparkplug.identity({ ...describedAs('sparkplug-b', kind), site: SITE, gateway: GATEWAY })).toBe(KEY)
    expect(new Set(own.map(({ message }) => message.discovered?.kind))).toEqual(new Set([kind]))
    for (const { message, atMs } of own) expect(message.deviceAt).toBe(atMs)
  })

  it('tells everything that it holds, by exception', () => {
    const told = new Set<string>()
    for (const { message, truth } of own) {
      for (const [name, value] of Object.entries(truth)) {
        const said = toldIn(message, name)
        if (said === undefined) continue
        told.add(name)
        if (typeof value === 'number') expect(said, name).toBeCloseTo(value, 2)
        else expect(said, name).toBe(value)
      }
    }
    expect([...told].sort()).toEqual(Object.keys(own[0]!.truth).sort())
  })

  it('tells that a condition began and that it ended', () => {
    expect(began.size).toBeGreaterThan(0)
    for (const code of began) {
      const states = own.map(({ message }) => toldIn(message, code)).filter((state) => state !== undefined)
      expect(states, code).toContain(true)
      expect(states.at(-1), code).toBe(false)
    }
  })
})

describe('a lift’s alarm button', () => {
  it('is held until the next report, then let go', () => {
    const { heard } = listenTo(sparkplug, 'elevator', { reportEveryMs: REPORT_MS })
    const told = heard.flatMap(({ message, atMs }) => {
      const state = toldIn(message, 'elevator.alarm_button')
      return state === undefined ? [] : [{ state, atMs }]
    })
    const pressed = told.findIndex(({ state }) => state === true)
    const released = told.find(({ state }, index) => index > pressed && state === false)!
    expect(pressed).toBeGreaterThanOrEqual(0)
    expect(released.atMs - told[pressed]!.atMs).toBeLessThanOrEqual(REPORT_MS)
  })
})

/** An edge node with two meters and a lift. */
function edgeNode() {
  const edge: Edge = new Map()
  const context = plainContext()
  const start = (id: string, kind: SimulatedKind) =>
    startDevice(
      { ...describedAs('sparkplug-b', kind, REPORT_MS), id },
      { site: SITE, random: seededRandom(3), startMs: START_MS, edge },
    )
  const devices = [start('meter-1', 'power_meter'), start('meter-2', 'power_meter'), start('lift-1', 'elevator')]
  let atMs = START_MS
  const hear = (packets: readonly Packet[], will = false) =>
    packets.map((packet) =>
      decodePacket(
        {
          topic: packet.topic,
          payload: packet.payload as Uint8Array,
          receivedAt: atMs,
          device: null,
          gateway: GATEWAY,
          site: SITE,
          will,
        },
        context,
      ),
    )
  const go = (forMs: number) => {
    const packets: Packet[] = []
    for (const untilMs = atMs + forMs; atMs < untilMs;) {
      atMs += 1_000
      for (const device of devices) packets.push(...device.advance({ atMs, hourOfDay: 9 }).packets)
    }
    return packets
  }
  // Each measures once before it connects.
  go(1_000)
  return { devices, go, hear, connect: () => devices.flatMap((device) => device.whole(atMs)), atMs: () => atMs }
}

const types = (packets: readonly Packet[]) => packets.map(({ topic }) => topic.split('/')[2])
const BORN = ['NBIRTH', 'DBIRTH', 'DBIRTH', 'DBIRTH']

describe('an edge node', () => {
  it('is born once, then its devices; then aliases stand for names', () => {
    const { connect, go } = edgeNode()
    const births = connect()
    expect(types(births)).toEqual(BORN)
    const later = go(120_000)
    expect(new Set(types(later))).toEqual(new Set(['DDATA']))
    expect(Buffer.from(births[1]!.payload as Uint8Array).toString()).toContain('voltage.l1')
    const named = later.filter(({ payload }) => Buffer.from(payload as Uint8Array).includes('voltage.l1'))
    expect(named).toEqual([])
  })

  it('counts from 0 to 255 and on over all its devices: nobody misses a message', () => {
    const { connect, go, hear } = edgeNode()
    const packets = [...connect(), ...go(40 * 60_000)]
    expect(packets.length).toBeGreaterThan(300)
    const decoded = hear(packets)
    expect(decoded.flatMap(({ requests, rejections }) => [...requests, ...rejections])).toEqual([])
    const lost = hear(go(120_000).slice(1))
    expect(lost.flatMap(({ requests }) => requests)).toHaveLength(1)
  })

  it('dies with the number that it was born with, and not with an earlier one', () => {
    const { connect, devices, hear, atMs } = edgeNode()
    hear(connect())
    const first = devices[0]!.will(atMs())!
    expect(first.topic).toBe(`spBv1.0/${SITE}/NDEATH/${GATEWAY}`)
    expect(hear([first], true)[0]!.messages[0]!.conditions).toMatchObject([
      { code: 'gateway.offline', state: 'active' },
    ])
    const again = connect()
    expect(types(again)).toEqual(BORN)
    hear(again)
    expect(hear([first], true)).toMatchObject([{ passed: 'stale' }])
    const [death] = hear([devices[2]!.will(atMs())!], true)
    expect(death!.messages[0]!.unreachable).toEqual([`sparkplug:${SITE}/${GATEWAY}/*`])
  })

  it('tells everything anew when it is asked to, in the same session', () => {
    const { connect, devices, go, hear, atMs } = edgeNode()
    hear(connect())
    const before = devices[0]!.will(atMs())!
    const asked = encodePayload({
      atMs: atMs(),
      metrics: [{ name: 'Node Control/Rebirth', type: 'Boolean', value: true }],
    })
    expect(devices[1]!.obey(`spBv1.0/${SITE}/NCMD/other`, Buffer.from(asked).toString())).toBe(false)
    expect(types(go(1_000))).not.toContain('NBIRTH')
    devices[1]!.obey(`spBv1.0/${SITE}/NCMD/${GATEWAY}`, Buffer.from(asked).toString())
    const births = go(1_000)
    expect(types(births)).toEqual(BORN)
    expect(hear(births).flatMap(({ requests }) => requests)).toEqual([])
    expect(hear([before], true)[0]!.passed).toBeNull()
  })

  it('publishes within the topics that its login is granted', () => {
    const { connect, go } = edgeNode()
    expect(sparkplug.topics(GATEWAY)).toEqual([`spBv1.0/+/+/${GATEWAY}/#`])
    const granted = new RegExp(`^spBv1\\.0/[^/]+/[^/]+/${GATEWAY}(/.*)?$`)
    for (const { topic } of [...connect(), ...go(60_000)]) expect(topic).toMatch(granted)
  })
})

describe('the bytes', () => {
  const hexOf = (id: string) => corpus.find((entry) => entry.id === id)!.payloadHex

  it('of a death are those of the specification’s encoder', () => {
    const bytes = encodePayload({ atMs: 1_767_225_600_000, metrics: [{ name: 'bdSeq', type: 'Int64', value: 1 }] })
    expect(Buffer.from(bytes).toString('hex')).toBe(hexOf('sparkplug_b--ndeath-matching'))
  })
})
