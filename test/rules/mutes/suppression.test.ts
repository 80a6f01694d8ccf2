import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { noticesOf } from '../../../rules/storage/outbox.ts'
import { EngineBench, HOUR, LEAK, LIFT, METER, MINUTE, saying, SECOND } from '../../support/engine.ts'

const MAIN = 'main-meter'

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
  await bench.provision(MAIN, 'power_meter')
  await bench.command({ type: 'update_device', id: MAIN, building: 'B1', tags: ['main'] })
  for (const id of [LEAK, LIFT, METER]) await bench.command({ type: 'update_device', id, building: 'B1' })
})
afterEach(() => bench.close())

const dead = (id: string) => saying(id, bench.clock.now(), { levels: { 'meter.power_outage': true } })
const alive = (id: string) => saying(id, bench.clock.now(), { levels: { 'meter.power_outage': false } })
const offline = (id: string) => saying(id, bench.clock.now(), { levels: { 'device.offline': true } })
const alarmOf = async (rule: string, device: string) =>
  (await bench.alarms()).find((alarm) => alarm.rule === rule && alarm.device === device)
const told = async (alarm: string) => (await noticesOf(bench.store.reader, { alarm })).length

describe('a building without power', () => {
  it('mutes its meters and what its lifts miss, and tells of itself', async () => {
    await bench.take(dead(MAIN), dead(METER), offline(LIFT))
    await bench.pass(2 * MINUTE)
    const parent = (await alarmOf('power_meter.main_supply_lost', MAIN))!
    expect(parent).toMatchObject({ state: 'unacked', muted: null, priority: 'critical' })
    for (const [rule, device] of [
      ['power_meter.supply_lost', METER],
      ['power_meter.supply_lost', MAIN],
      ['elevator.offline', LIFT],
    ] as const) {
      const child = (await alarmOf(rule, device))!
      expect([rule, child.muted?.kind, child.state]).toEqual([rule, 'suppressed', 'unacked'])
      expect(await told(child.id)).toBe(0)
    }
    expect(await bench.tickets()).toMatchObject([{ device: MAIN, alarms: [parent.id] }])
  })

  it('keeps no emergency silent, nor other buildings', async () => {
    await bench.provision('meter-2', 'power_meter')
    await bench.command({ type: 'update_device', id: 'meter-2', building: 'B2' })
    await bench.take(dead(MAIN), dead('meter-2'))
    await bench.say(LIFT, { levels: { 'elevator.entrapment': true } })
    await bench.leak()
    const muted = (await bench.alarms()).filter((alarm) => alarm.muted !== null)
    expect(muted.map(({ rule, device }) => [rule, device])).toEqual([['power_meter.supply_lost', MAIN]])
    expect(await bench.tickets()).toHaveLength(4)
  })

  it('lets go five minutes after power is back: what is still so alarms then', async () => {
    await bench.take(dead(MAIN), dead(METER), offline(LIFT))
    await bench.pass(2 * MINUTE)
    await bench.take(alive(MAIN), alive(METER))
    await bench.pass(5 * MINUTE - 1)
    expect(await alarmOf('elevator.offline', LIFT)).toMatchObject({ muted: { kind: 'suppressed' } })
    await bench.pass(1)
    const lift = (await alarmOf('elevator.offline', LIFT))!
    expect(lift).toMatchObject({ state: 'unacked', muted: null })
    expect(await told(lift.id)).toBe(1)
    expect(await alarmOf('power_meter.supply_lost', METER)).toMatchObject({ muted: null, active: false })
    expect(await told((await alarmOf('power_meter.supply_lost', METER))!.id)).toBe(0)
  })

  it('holds on where power fails again meanwhile', async () => {
    await bench.take(dead(MAIN), dead(METER))
    await bench.take(alive(MAIN))
    await bench.pass(4 * MINUTE)
    await bench.take(dead(MAIN))
    await bench.pass(HOUR)
    expect(await alarmOf('power_meter.supply_lost', METER)).toMatchObject({ muted: { kind: 'suppressed' } })
  })

  it('mutes what was told before, and goes on over a restart', async () => {
    await bench.take(dead(METER))
    await bench.take(dead(MAIN))
    await bench.pass(SECOND)
    expect(await alarmOf('power_meter.supply_lost', METER)).toMatchObject({ muted: { kind: 'suppressed' } })
    await bench.restart(HOUR)
    await bench.engine.tick()
    expect(await alarmOf('power_meter.supply_lost', METER)).toMatchObject({ muted: { kind: 'suppressed' } })
  })

  it('mutes on while its own alarm is shelved', async () => {
    await bench.take(dead(MAIN))
    const parent = (await alarmOf('power_meter.main_supply_lost', MAIN))!
    await bench.command({ type: 'shelve_alarm', alarm: parent.id, reason: 'known', until: null, oneShot: false })
    await bench.take(dead(METER))
    expect(await alarmOf('power_meter.supply_lost', METER)).toMatchObject({ muted: { kind: 'suppressed' } })
  })
})

describe('a gateway that is offline', () => {
  const behind = (key: string, gateway: string, kind: 'gateway' | 'water_leak', family = 'zigbee2mqtt') => ({
    discovered: { gateway, key, kind, family, site: 'default', vendor: null, model: null, silenceMs: null },
  })
  const say = (key: string, kind: 'gateway' | 'water_leak', code: string, active = true) => {
    const message = saying('', bench.clock.now(), { levels: { [code]: active } })
    return bench.take({ ...message, ...behind(key, 'gw', kind) })
  }

  it('mutes what its devices miss, and not what they say', async () => {
    await say('z:bridge', 'gateway', 'gateway.offline')
    await say('z:1', 'water_leak', 'device.offline')
    await bench.pass(2 * MINUTE)
    await say('z:2', 'water_leak', 'water.leak')
    const states = (await bench.alarms()).map(({ rule, muted }) => [rule, muted?.kind ?? null])
    expect(states.sort()).toEqual([
      ['gateway.offline', null],
      ['water_leak.offline', 'suppressed'],
      ['water_leak.wet', null],
    ])
    await say('z:bridge', 'gateway', 'gateway.offline', false)
    await bench.pass(10 * MINUTE)
    expect((await bench.alarms()).find(({ rule }) => rule === 'water_leak.offline')).toMatchObject({ muted: null })
  })

  it('mutes of the devices that two gateways hear only those that were lost with it', async () => {
    await say('z:bridge-2', 'gateway', 'gateway.offline', false)
    await say('z:bridge', 'gateway', 'gateway.offline')
    await say('z:1', 'water_leak', 'device.offline')
    await bench.pass(2 * MINUTE)
    expect((await bench.alarms()).find(({ rule }) => rule === 'water_leak.offline')).toMatchObject({ muted: null })
  })
})
