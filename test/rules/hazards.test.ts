import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseRule, type RuleInput } from '../../rules/alarms/rule-schema.ts'
import { systemClock } from '../../rules/clock.ts'
import { EngineBench, HOUR, LEAK, LIFT, METER, MINUTE, saying, SECOND, START } from '../support/engine.ts'

/** What was found broken in other systems, and faults, as far as no test of one part shows them. */

let bench: EngineBench
beforeEach(async () => void (bench = await EngineBench.open()))
afterEach(async () => {
  vi.unstubAllEnvs()
  await bench.close()
})

const outage: RuleInput = {
  id: 'power_meter.supply_lost',
  kind: 'power_meter',
  title: { zh: '停电', en: 'Supply lost' },
  priority: 'critical',
  category: 'power',
  opensTicket: true,
  when: 'meter.power_outage',
}
const save = (rule: RuleInput) => bench.command({ type: 'save_rule', rule: parseRule(rule), isNew: false })
const supply = (lost: boolean) => bench.say(METER, { levels: { 'meter.power_outage': lost } })
const lost = async () => (await bench.alarms()).find(({ rule }) => rule === outage.id)
const notices = async () => (await bench.store.reader.selectFrom('outbox').select(['kind', 'state']).execute()).length
const rows = (table: 'alarms' | 'outbox' | 'clocks' | 'mutes') =>
  bench.store.reader.selectFrom(table).selectAll().execute()

describe('an overnight window belongs to the day on which it starts', () => {
  it.each(['UTC', 'America/New_York', 'Asia/Kathmandu'])(
    'Mon 22:00–06:00 covers Tue 03:00 of the site and no other night, also where the machine’s TZ is %s',
    async (zone) => {
      vi.stubEnv('TZ', zone)
      await save({ ...outage, calendar: [{ days: ['mon'], from: '22:00', to: '06:00' }] })
      await bench.pass(17 * HOUR)
      await supply(true)
      expect(await lost()).toMatchObject({ state: 'unacked', raisedAt: START + 17 * HOUR })
      await supply(false)
      await bench.pass(24 * HOUR)
      await supply(true)
      expect(await lost()).toMatchObject({ active: false, count: 1 })
    },
  )
})

it('an offline timeout of 600 s is found at 600 s and one check, not at 19,123 s', async () => {
  await bench.command({ type: 'update_device', id: METER, silenceMs: 600 * SECOND })
  await bench.say(METER, {})
  for (let second = 0; second < 600; second++) await bench.pass(SECOND)
  expect(await bench.alarms()).toEqual([])
  await bench.pass(SECOND)
  expect(await bench.alarm()).toMatchObject({ rule: 'power_meter.silent', raisedAt: START + 601 * SECOND })
})

it('maintenance silences every step, not only the first notice', async () => {
  await save({ ...outage, reAlarmMs: MINUTE, acknowledgementExpiresMs: 2 * MINUTE })
  const until = bench.clock.now() + HOUR
  await bench.command({ type: 'plan_mute', site: 'default', over: { device: METER }, reason: 'x', from: null, until })
  await supply(true)
  const { id } = (await lost())!
  await bench.command({ type: 'acknowledge_alarm', alarm: id })
  for (let step = 0; step < 20; step++) await bench.pass(MINUTE)
  expect(await lost()).toMatchObject({ state: 'unacked', muted: { kind: 'out_of_service' } })
  await supply(false)
  await supply(true)
  await bench.restart(MINUTE)
  await bench.engine.tick()
  expect(await lost()).toMatchObject({ count: 2 })
  expect(await notices()).toBe(0)
  expect(await bench.tickets()).toEqual([])
})

it('no alarm is lost at a restart, and none is told again: all are the same rows', async () => {
  await bench.leak()
  await bench.say(LIFT, { levels: { 'elevator.entrapment': true, 'elevator.door_fault': true } })
  await supply(true)
  for (const { id, device } of await bench.alarms()) {
    if (device === LIFT) await bench.command({ type: 'acknowledge_alarm', alarm: id })
    const until = bench.clock.now() + HOUR
    const shelving = { alarm: id, reason: 'known', until, oneShot: false }
    if (device === METER) await bench.command({ type: 'shelve_alarm', ...shelving })
  }
  const all = async () => [await rows('alarms'), await rows('outbox'), await rows('clocks'), await rows('mutes')]
  const before = await all()
  await bench.restart()
  await bench.engine.tick()
  expect(await all()).toEqual(before)
  expect(before[0]).toHaveLength(4)
  await bench.leak()
  expect(await bench.alarms()).toHaveLength(3)
})

describe('the machine’s clock', () => {
  it.each([
    ['an hour on', HOUR],
    ['half an hour back', -30 * MINUTE],
  ])('set %s lets nothing fall due at once, and moves no due time', async (_how, stepMs) => {
    let monotonic = 0
    let wall = START
    const clock = systemClock({ wall: () => wall, monotonic: () => monotonic })
    const passes = async (ms: number) => {
      for (let at = 0; at < ms; at += 10 * SECOND) {
        monotonic += 10 * SECOND
        wall += 10 * SECOND
        bench.clock.set(clock.now())
        await bench.engine.tick()
      }
    }
    await bench.say(LIFT, { values: { 'lift.floor': 3 } })
    await bench.leak()
    const due = (await rows('clocks')).map(({ due_at }) => due_at)
    await passes(MINUTE)
    wall += stepMs
    await passes(MINUTE)
    const states = (await rows('clocks')).map(({ state }) => state)
    expect(states).toEqual(states.map(() => 'running'))
    expect(await bench.alarms()).toHaveLength(1)
    expect((await rows('clocks')).map(({ due_at }) => due_at)).toEqual(due)
    // 1 % of ten minutes sooner or later.
    await passes(7 * MINUTE + 50 * SECOND)
    const arrives = async () => (await rows('clocks')).find(({ milestone }) => milestone === 'arrive')!.state
    expect(await arrives()).toBe('running')
    await passes(20 * SECOND)
    expect(await arrives()).toBe('breached')
  })
})

it('devices that reconnect within the grace time raise no offline alarm', async () => {
  const ids = Array.from({ length: 200 }, (_, index) => `sensor-${index}`)
  for (const id of ids) await bench.provision(id, 'water_leak')
  const offline = (is: boolean) => ids.map((id) => saying(id, bench.clock.now(), { levels: { 'device.offline': is } }))
  await bench.take(...offline(true))
  await bench.pass(MINUTE - 1)
  await bench.take(...offline(false))
  await bench.pass(10 * MINUTE)
  expect(await bench.alarms()).toEqual([])
  expect(await notices()).toBe(0)
})

it('what is already true when a device is first heard alarms, whatever was missed before', async () => {
  await bench.take(saying(LEAK, START, { levels: { 'water.leak': true }, seq: 4_711 }))
  expect(await bench.ticket()).toMatchObject({ device: LEAK })
})
