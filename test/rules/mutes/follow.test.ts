import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseRule } from '../../../rules/alarms/rule-schema.ts'
import type { MuteScope } from '../../../rules/model.ts'
import { EngineBench, HOUR, LEAK, METER, MINUTE, SECOND } from '../../support/engine.ts'

let bench: EngineBench
beforeEach(async () => void (bench = await EngineBench.open()))
afterEach(() => bench.close())

const outOfService = (over: MuteScope) =>
  bench.command({
    type: 'plan_mute',
    site: 'default',
    over,
    reason: 'works',
    from: null,
    until: bench.clock.now() + HOUR,
  })
const building = (id: string, name: string) => bench.command({ type: 'update_device', id, building: name })
const alarmOf = async (rule: string) => (await bench.alarms()).find((alarm) => alarm.rule === rule)!
const wet = () => alarmOf('water_leak.wet')

const parent = {
  id: 'building.dark',
  kind: 'power_meter',
  title: { zh: '楼栋停电', en: 'Building without power' },
  priority: 'high',
  category: 'power',
  when: 'meter.power_outage',
  suppresses: { same: 'building', rules: ['water_leak.*'], holdMs: 0 },
}

async function darkness(): Promise<void> {
  await building(METER, 'A')
  await bench.command({ type: 'save_rule', rule: parseRule(parent), isNew: true })
  await bench.say(METER, { levels: { 'meter.power_outage': true } })
  await bench.pass(SECOND)
}

describe('a device that is moved', () => {
  it('out of a building that is out of service alarms then', async () => {
    await building(LEAK, 'A')
    await outOfService({ building: 'A' })
    await bench.leak()
    expect((await wet()).muted).not.toBeNull()
    await building(LEAK, 'B')
    expect(await wet()).toMatchObject({ state: 'unacked', muted: null, ticket: (await bench.ticket()).id })
  })

  it('into one is muted', async () => {
    await building(METER, 'A')
    await outOfService({ building: 'A' })
    await bench.leak()
    await building(LEAK, 'A')
    expect((await wet()).muted).toMatchObject({ kind: 'out_of_service' })
  })

  it('takes along what its alarms mute', async () => {
    await building(LEAK, 'A')
    await bench.provision('leak-2', 'water_leak')
    await building('leak-2', 'B')
    await darkness()
    await bench.leak()
    await building(METER, 'B')
    expect((await wet()).muted).toBeNull()
    await bench.say('leak-2', { levels: { 'water.leak': true } })
    expect(await wet()).toMatchObject({ device: 'leak-2', muted: { kind: 'suppressed' } })
  })
})

describe('a device that is merged', () => {
  it('stays shelved under its other name until somebody unshelves it', async () => {
    await bench.provision('leak-2', 'water_leak')
    await bench.leak()
    const { id } = await wet()
    await bench.command({ type: 'shelve_alarm', alarm: id, reason: 'known', until: null, oneShot: false })
    await bench.command({ type: 'merge_device', id: LEAK, into: 'leak-2' })
    expect(await wet()).toMatchObject({ id, device: 'leak-2', muted: { kind: 'shelved' } })
    await bench.command({ type: 'unshelve_alarm', alarm: id })
    expect(await wet()).toMatchObject({ state: 'unacked', muted: null })
  })

  it('mutes nobody any more by an alarm that the other one has too', async () => {
    await building(LEAK, 'A')
    await darkness()
    await bench.provision('meter-2', 'power_meter')
    await building('meter-2', 'A')
    await bench.say('meter-2', { levels: { 'meter.power_outage': true } })
    await bench.command({ type: 'merge_device', id: METER, into: 'meter-2' })
    await bench.say('meter-2', { levels: { 'meter.power_outage': false } })
    await bench.pass(MINUTE)
    await bench.leak()
    expect((await wet()).muted).toBeNull()
  })
})
