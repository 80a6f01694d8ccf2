import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseRule } from '../../rules/alarms/rule-schema.ts'
import { createDueDevices } from '../../rules/due-devices.ts'
import { openStore, transaction } from '../../rules/storage/connect.ts'
import { insertDevice } from '../../rules/storage/devices.ts'
import { EngineBench, METER, MINUTE, saying, SECOND } from '../support/engine.ts'

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open()))
afterEach(() => bench.close())

const TIMEOUT = 15 * MINUTE
const silent = async () => (await bench.alarms()).filter(({ rule }) => rule === 'power_meter.silent')
const edit = (silenceMs: number | null) => bench.command({ type: 'update_device', id: METER, silenceMs })

describe('when a silence is due', () => {
  it('follows the last message, to the millisecond', async () => {
    await bench.say(METER, {})
    await bench.pass(MINUTE)
    await bench.say(METER, {})
    await bench.pass(TIMEOUT)
    expect(await silent()).toEqual([])
    await bench.pass(1)
    expect(await silent()).toEqual([expect.objectContaining({ raisedAt: bench.clock.now() })])
  })

  it('comes forward, and goes back, with an edit of the device', async () => {
    await bench.say(METER, {})
    await edit(MINUTE)
    await edit(null)
    await bench.pass(2 * MINUTE)
    expect(await silent()).toEqual([])
    await edit(MINUTE)
    await bench.engine.tick()
    expect(await silent()).toHaveLength(1)
  })

  it('is past once it is known, also where it has to come again before it is raised', async () => {
    const about = {
      id: 'mute',
      kind: 'power_meter',
      title: { zh: '静', en: 'Mute' },
      priority: 'low',
      category: 'device',
    }
    const rule = parseRule({ ...about, silenceMs: MINUTE, count: { times: 2, withinMs: 10 * MINUTE } })
    await bench.command({ type: 'save_rule', rule, isNew: true })
    const messages = async () =>
      (await bench.store.reader.selectFrom('alarms').select('messages').execute())[0]?.messages
    await bench.say(METER, {})
    for (let tick = 0; tick < 3; tick++) await bench.pass(MINUTE + 1)
    expect(await messages()).toBe(1)
    await bench.say(METER, {})
    await bench.pass(MINUTE + 1)
    expect(await bench.alarms()).toMatchObject([{ rule: 'mute', state: 'unacked', messages: 2 }])
  })

  it('waits until other devices agree, where they must', async () => {
    const about = { id: 'pair', kind: 'power_meter', title: { zh: '静', en: 'Mute' }, category: 'device' }
    const leaking = { kind: 'water_leak', same: 'site', when: 'water.leak' }
    const rule = parseRule({ ...about, priority: 'low', silenceMs: MINUTE, with: leaking })
    await bench.command({ type: 'save_rule', rule, isNew: true })
    await bench.say(METER, {})
    await bench.pass(2 * MINUTE)
    expect(createDueDevices(bench.engine.world()).at(bench.clock.now())).toEqual([])
    await bench.leak()
    await bench.pass(SECOND)
    expect((await bench.alarms()).map(({ rule }) => rule)).toContain('pair')
  })

  it('comes forward where the device tells a shorter interval', async () => {
    await bench.say(METER, {})
    await bench.say(METER, { health: { reportIntervalS: 10 } })
    await bench.pass(30 * SECOND + 1)
    expect(await silent()).toHaveLength(1)
  })

  it('is none for a retired device, and starts anew where it is adopted', async () => {
    await bench.say(METER, {})
    await bench.command({ type: 'retire_device', id: METER })
    await bench.pass(TIMEOUT + 1)
    await bench.command({ type: 'adopt_device', id: METER })
    await bench.pass(TIMEOUT)
    expect(await silent()).toEqual([])
    await bench.pass(1)
    expect(await silent()).toHaveLength(1)
  })

  it('is the same after a restart', async () => {
    await edit(MINUTE)
    await bench.say(METER, {})
    await bench.engine.tick()
    await bench.restart()
    await bench.pass(MINUTE)
    expect(await silent()).toEqual([])
    await bench.pass(1)
    expect(await silent()).toHaveLength(1)
  })
})

describe('devices that fall silent at once, more than one transaction takes', () => {
  const METERS = Array.from({ length: 501 }, (_, index) => `m-${index}`)
  beforeEach(async () => {
    const { device } = bench.engine.device(METER)!
    await bench.stop()
    const store = await openStore(bench.folder)
    await transaction(store.writer, async (db) => {
      for (const id of METERS) await insertDevice(db, { ...device, id })
    })
    await store.close()
    await bench.start()
    await bench.take(...METERS.map((id) => saying(id, bench.clock.now(), {})))
    bench.clock.advance(TIMEOUT + 1)
  })

  it('keep no message waiting until all of them are written', async () => {
    const ticking = bench.engine.tick()
    while ((await bench.count('alarms')) === 0) await new Promise((resolve) => setImmediate(resolve))
    await bench.leak()
    expect((await bench.tickets()).filter(({ origin }) => origin === 'alarm')).toHaveLength(1)
    expect(await bench.count('alarms')).toBeLessThan(METERS.length)
    await ticking
    expect(await bench.count('alarms')).toBe(METERS.length + 1)
  })

  it('are each raised once where the service stops in the middle', async () => {
    const ticking = bench.engine.tick()
    await bench.restart()
    await ticking
    expect(await bench.count('alarms')).toBeLessThan(METERS.length)
    await bench.engine.tick()
    await bench.engine.tick()
    expect(await bench.count('alarms')).toBe(METERS.length)
    // Ten one by one, the flood ticket, and one notice of all the others.
    expect(await bench.count('outbox')).toBe(12)
  })

  it('are not raised where they spoke before their turn came', async () => {
    const ticking = bench.engine.tick()
    await bench.take(...METERS.map((id) => saying(id, bench.clock.now(), {})))
    await ticking
    const open = [...bench.engine.devices()].filter(({ alarms }) => [...alarms.values()].some(({ active }) => active))
    expect(open).toEqual([])
    expect(await bench.count('alarms')).toBeLessThan(METERS.length)
  })
})
