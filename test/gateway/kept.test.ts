import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodePacket, type Packet } from '../../gateway/decode.ts'
import { plainContext } from '../support/memory.ts'
import { startService, type TestService } from '../support/service.ts'

const RECEIVED_MS = 1_795_000_000_000
const kept = (payload: string, more: Partial<Packet> = {}): Packet => ({
  topic: 'shifen/default/leak-1/event',
  payload: Buffer.from(payload),
  receivedAt: RECEIVED_MS,
  device: null,
  gateway: 'broker:main',
  site: 'default',
  will: false,
  retained: true,
  ...more,
})
const WET = '{"event":"water.leak","active":true}'
const DRY = '{"event":"water.leak","active":false}'

describe('what an outside broker kept', () => {
  it('is news once; delivered again it says nothing, whatever was said live since', () => {
    const context = plainContext()
    const says = (packet: Packet) => decodePacket(packet, context).messages.length
    expect(says(kept(WET))).toBe(1)
    expect(says(kept(DRY, { retained: false }))).toBe(1)
    expect(says(kept(WET, { receivedAt: RECEIVED_MS + 60_000 }))).toBe(0)
    expect(decodePacket(kept(WET), context)).toMatchObject({ passed: 'ignored', rejections: [] })
    expect(says(kept(DRY))).toBe(1)
    expect(says(kept(WET))).toBe(1)
  })

  it('is of its topic and its broker', () => {
    const context = plainContext()
    const says = (more: Partial<Packet>) => decodePacket(kept(WET, more), context).messages.length
    expect(says({})).toBe(1)
    expect(says({ topic: 'shifen/default/leak-2/event' })).toBe(1)
    expect(says({})).toBe(0)
  })

  it('is judged by the recorded state where messages may have been missed', () => {
    const context = plainContext()
    for (let time = 1; time <= 2; time++) {
      const { messages } = decodePacket(kept(WET, { missed: true }), context)
      expect(messages).toMatchObject([{ retained: true, heard: false, retainedKey: `retained:${kept(WET).topic}` }])
    }
    expect(decodePacket(kept(WET), context).messages).toEqual([])
  })

  it('that could not be used is a rejection each time, and is not remembered', () => {
    const context = plainContext()
    for (let time = 1; time <= 2; time++) {
      expect(decodePacket(kept('{"event":'), context).rejections).toMatchObject([{ reason: 'invalid_json' }])
    }
  })

  it('does not hide the first live message with the same words', () => {
    const context = plainContext()
    const says = (packet: Packet) => decodePacket({ ...packet, topic: 'zigbee2mqtt/leak' }, context)
    const later = (afterMs: number, more: Partial<Packet> = {}) => ({ receivedAt: RECEIVED_MS + afterMs, ...more })
    says(kept('{"water_leak":true}'))
    says(kept('{"water_leak":false}', later(60_000, { retained: false })))
    expect(says(kept('{"water_leak":true}', later(90_000)))).toMatchObject({ messages: [], passed: 'ignored' })
    const { messages } = says(kept('{"water_leak":true}', later(91_000, { retained: false })))
    expect(messages).toMatchObject([{ conditions: [{ code: 'water.leak', state: 'active' }] }])
  })

  it('and is nested deeper than the stack says nothing that is known, and ends nothing', () => {
    const deep = `{"water_leak":${'['.repeat(200_000)}${']'.repeat(200_000)}}`
    const { messages } = decodePacket(kept(deep, { topic: 'zigbee2mqtt/leak' }), plainContext())
    expect(messages).toMatchObject([{ conditions: [{ code: 'water.leak', state: 'unknown' }] }])
  })

  it('and breaks what decodes it is a rejection', () => {
    const broken = (): never => {
      throw new RangeError('broken')
    }
    const { rejections } = decodePacket(kept(WET), { memory: broken, binding: () => ({}) })
    expect(rejections).toMatchObject([{ reason: 'internal_error', detail: 'broken' }])
  })

  it('and was removed says nothing', () => {
    expect(decodePacket(kept(''), plainContext())).toMatchObject({ messages: [], rejections: [], passed: 'ignored' })
  })
})

describe('the alarm of a level that an outside broker kept', () => {
  let running: TestService
  beforeAll(async () => {
    running = await startService({ mqtt: false })
  })
  afterAll(() => running.stop())

  const receive = (device: string, payload: string, more: Partial<Packet> = {}) =>
    running.service.receive(kept(payload, { topic: `shifen/default/${device}/event`, ...more }))
  const raised = async (device: string) => {
    const alarms = await running.api<{ items: { count: number; active: boolean; ageUnknown: boolean }[] }>(
      'GET',
      `/alarms?device=${device}`,
    )
    return alarms.body.items.map(({ count, active, ageUnknown }) => ({ count, active, ageUnknown }))
  }

  it('is raised once, however often the level is delivered again', async () => {
    for (let time = 1; time <= 3; time++) await receive('leak-1', WET)
    await receive('leak-1', DRY, { retained: false })
    for (let time = 1; time <= 3; time++) await receive('leak-1', WET)
    expect(await raised('leak-1')).toEqual([{ count: 1, active: false, ageUnknown: true }])
  })

  it('holds again where the broker kept no session: the device may have got wet anew unheard', async () => {
    await receive('leak-2', WET, { missed: true })
    await receive('leak-2', DRY, { retained: false })
    await receive('leak-2', WET, { missed: true })
    expect(await raised('leak-2')).toMatchObject([{ active: true, ageUnknown: true }])
  })

  it('is none where the level is recorded already, or was cleared', async () => {
    await receive('leak-3', WET, { retained: false })
    await receive('leak-3', WET)
    await receive('leak-4', DRY)
    expect(await raised('leak-3')).toEqual([{ count: 1, active: true, ageUnknown: false }])
    expect(await raised('leak-4')).toEqual([])
  })
})
