import { describe, expect, it } from 'vitest'
import { parseRule, type RuleInput } from '../../../rules/alarms/rule-schema.ts'
import { listened } from '../../../rules/alarms/silence.ts'
import { EngineBench, HOUR, METER, MINUTE, SECOND, START } from '../../support/engine.ts'
import { compileRules } from '../../../rules/alarms/ruleset.ts'
import { deviceBench } from '../../support/messages.ts'

const silent: RuleInput = {
  id: 'quiet',
  kind: 'power_meter',
  title: { zh: '无数据', en: 'No data' },
  priority: 'medium',
  category: 'device',
  silenceMs: 15 * MINUTE,
  silenceOf: 'voltage.l1',
}

describe('the silence of one point', () => {
  it('is raised though the device says other things, and ends with the point', () => {
    const meter = deviceBench('power_meter', [silent])
    meter.say({ values: { 'voltage.l1': 230 } })
    meter.pass(15 * MINUTE)
    meter.say({ values: { 'current.l1': 1 } })
    expect(meter.raised).toEqual([])
    meter.pass(1)
    expect(meter.raised).toEqual(['quiet'])
    meter.say({ values: { 'current.l1': 1 } })
    expect(meter.alarms.get('quiet')).toMatchObject({ active: true })
    meter.say({ values: { 'voltage.l1': 230 } })
    expect(meter.alarms.get('quiet')).toMatchObject({ state: 'rtn_unacked', active: false })
  })

  it('counts from when the device was placed, where the point never came', () => {
    const meter = deviceBench('power_meter', [silent], { placedAt: START + MINUTE })
    meter.pass(16 * MINUTE)
    expect(meter.raised).toEqual([])
    meter.pass(1)
    expect(meter.raised).toEqual(['quiet'])
  })

  it('is that of a condition too', () => {
    const meter = deviceBench('power_meter', [{ ...silent, silenceOf: 'meter.fire' }])
    meter.say({ levels: { 'meter.fire': false } })
    meter.pass(10 * MINUTE)
    meter.say({ levels: { 'meter.fire': false } })
    meter.pass(15 * MINUTE)
    expect(meter.raised).toEqual([])
    meter.pass(1)
    expect(meter.raised).toEqual(['quiet'])
  })

  it('is not what a point has while the service itself was down', async () => {
    const bench = await EngineBench.open()
    const rules = compileRules([parseRule(silent)])
    await bench.say(METER, { values: { 'voltage.l1': 230 } })
    await bench.pass(MINUTE)
    await bench.restart(10 * HOUR)
    Object.assign(bench.engine.world(), { rules })
    await bench.pass(13 * MINUTE)
    expect(await bench.alarms()).toEqual([])
    await bench.pass(MINUTE + 31 * SECOND)
    expect(await bench.alarms()).toEqual([expect.objectContaining({ rule: 'quiet', device: METER })])
    await bench.close()
  })
})

describe('so long a time of listening', () => {
  it('leaves out when the service was down', () => {
    const downtimes = [
      { from: 0, to: 50 },
      { from: 105, to: 115 },
      { from: 140, to: 1_000 },
    ]
    expect(listened(100, 20, downtimes)).toBe(130)
    expect(listened(100, 30, downtimes)).toBe(1_000)
    expect(listened(20, 5, downtimes)).toBe(55)
  })
})

it('a device is excused for each time that the service was down, however soon the next one follows', async () => {
  const bench = await EngineBench.open()
  await bench.say(METER, { values: { 'voltage.l1': 230 } })
  await bench.pass(SECOND)
  await bench.restart(24 * HOUR)
  await bench.pass(SECOND)
  await bench.restart(24 * HOUR)
  await bench.pass(14 * MINUTE)
  expect(await bench.alarms()).toEqual([])
  await bench.pass(2 * MINUTE)
  expect(await bench.alarm()).toMatchObject({ rule: 'power_meter.silent', state: 'unacked' })
  await bench.close()
})
