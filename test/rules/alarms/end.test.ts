import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseRule } from '../../../rules/alarms/rule-schema.ts'
import { EngineBench, LEAK, METER, MINUTE, SECOND } from '../../support/engine.ts'

let bench: EngineBench
beforeEach(async () => void (bench = await EngineBench.open()))
afterEach(() => bench.close())

const about = { id: 'power.high', kind: 'power_meter', title: { zh: '功率', en: 'Power' }, category: 'power' }
const save = (rule: object, isNew = true) =>
  bench.command({ type: 'save_rule', rule: parseRule({ ...about, ...rule }), isNew })
const alarmOf = async (rule: string) => (await bench.alarms()).find((alarm) => alarm.rule === rule)!

describe('a device that is retired', () => {
  it('has no alarms any more, and its ticket stays', async () => {
    await bench.leak()
    await bench.command({ type: 'retire_device', id: LEAK })
    expect(await bench.alarm()).toMatchObject({ state: 'normal', active: false, endedAt: bench.clock.now() })
    expect((await bench.ticket()).state).toBe('pending_dispatch')
  })

  it('mutes nobody any more', async () => {
    const suppresses = { same: 'site', rules: ['water_leak.wet'] }
    await save({ priority: 'high', when: 'meter.power_outage', suppresses })
    await bench.say(METER, { levels: { 'meter.power_outage': true } })
    await bench.leak()
    expect((await alarmOf('water_leak.wet')).muted).toMatchObject({ kind: 'suppressed' })
    await bench.command({ type: 'retire_device', id: METER })
    await bench.pass(MINUTE + SECOND)
    expect(await alarmOf('water_leak.wet')).toMatchObject({ state: 'unacked', muted: null })
  })

  it('alarms again when it is taken back and its condition is still true', async () => {
    await bench.leak()
    await bench.command({ type: 'retire_device', id: LEAK })
    await bench.command({ type: 'adopt_device', id: LEAK })
    expect((await bench.alarms())[0]).toMatchObject({ state: 'unacked', active: true, endedAt: null })
    expect(await bench.tickets()).toHaveLength(1)
  })
})

it('a device that a rule speaks of since it was tagged alarms where the condition is true already', async () => {
  await save({ priority: 'high', when: 'power.active > 5.0', scope: { tags: ['pump'] } })
  await bench.say(METER, { values: { 'power.active': 10 } })
  expect(await bench.alarms()).toEqual([])
  await bench.command({ type: 'update_device', id: METER, tags: ['pump'] })
  expect(await bench.alarm()).toMatchObject({ rule: 'power.high', state: 'unacked' })
})
