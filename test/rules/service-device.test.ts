import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseRule } from '../../rules/alarms/rule-schema.ts'
import { SERVICE_DEVICE } from '../../rules/service-device.ts'
import { EngineBench, HOUR, METER, SECOND } from '../support/engine.ts'

let bench: EngineBench
beforeEach(async () => void (bench = await EngineBench.open()))
afterEach(() => bench.close())

const faulty = (when: string) =>
  parseRule({
    id: 'faulty',
    kind: 'power_meter',
    title: { zh: '坏规则', en: 'Faulty' },
    priority: 'low',
    category: 'power',
    when,
  })
const save = (when: string, isNew: boolean) => bench.command({ type: 'save_rule', rule: faulty(when), isNew })
const own = async () => (await bench.alarms()).filter(({ device }) => device === SERVICE_DEVICE)

describe('the service itself', () => {
  it('raises one alarm for a rule that fails, and the other rules run on', async () => {
    await save('int(voltage.l1) / (int(voltage.l1) - 230) > 5', true)
    for (const volts of [230, 230, 231]) await bench.say(METER, { values: { 'voltage.l1': volts } })
    await bench.say(METER, { values: { 'voltage.l1': 230 }, levels: { 'meter.fire': true } })
    await bench.pass(SECOND)
    await bench.pass(SECOND)
    expect(await own()).toMatchObject([{ rule: 'service.failing_rules', value: 1, count: 1, state: 'unacked' }])
    // What is told again is not asked again: two messages, and what was known at the start of the service.
    expect(bench.engine.world().faults.get('faulty')).toMatchObject({ count: 3 })
    expect((await bench.alarms()).map(({ rule }) => rule)).toContain('power_meter.fire')
  })

  it('is well again when the rule was corrected, or has not failed for a day', async () => {
    const fail = () => bench.say(METER, { values: { 'voltage.l1': 230 } })
    await save('int(voltage.l1) / (int(voltage.l1) - 230) > 5', true)
    await fail()
    await bench.pass(SECOND)
    await save('voltage.l1 > 300.0', false)
    await bench.pass(SECOND)
    expect(await own()).toMatchObject([{ state: 'rtn_unacked' }])
    await save('int(voltage.l1) / (int(voltage.l1) - 230) > 5', false)
    await bench.pass(SECOND)
    expect(await own()).toMatchObject([{ state: 'unacked' }])
    await bench.pass(24 * HOUR)
    expect(await own()).toMatchObject([{ state: 'rtn_unacked' }])
  })

  it('raises an alarm while the clock of the machine is more than two seconds off', async () => {
    let driftMs = 2_000
    Object.assign(bench.clock, { driftMs: () => driftMs })
    await bench.pass(SECOND)
    expect(await own()).toEqual([])
    driftMs = -3_600_000
    await bench.pass(SECOND)
    expect(await own()).toMatchObject([{ rule: 'service.clock_drift', value: -3_600, state: 'unacked' }])
    driftMs = -1_999
    await bench.pass(SECOND)
    expect(await own()).toMatchObject([{ state: 'rtn_unacked' }])
  })

  it('is no device that anybody can add', async () => {
    await expect(bench.provision(SERVICE_DEVICE, 'unknown')).rejects.toThrow('the service itself')
  })
})
