import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseRule } from '../../../rules/alarms/rule-schema.ts'
import { noticesOf } from '../../../rules/storage/outbox.ts'
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

describe('a rule that is edited while its alarm is open', () => {
  const when = 'power.active > 5.0'

  it('opens the ticket that it had not asked for before', async () => {
    await save({ priority: 'high', when })
    await bench.say(METER, { values: { 'power.active': 10 } })
    await save({ priority: 'high', opensTicket: true, when }, false)
    expect((await bench.ticket()).alarms).toEqual([(await bench.alarm()).id])
  })

  it('tells it with its priority of now, and opens the ticket that this one has', async () => {
    await save({ priority: 'low', when })
    await bench.say(METER, { values: { 'power.active': 10 } })
    await save({ priority: 'critical', opensTicket: true, when }, false)
    expect(await bench.alarm()).toMatchObject({
      priority: 'critical',
      state: 'unacked',
      ticket: (await bench.ticket()).id,
    })
    expect(await noticesOf(bench.store.reader, { alarm: (await bench.alarm()).id })).toHaveLength(2)
  })

  it('tells nothing where it is less urgent, or the same', async () => {
    await save({ priority: 'high', when })
    await bench.say(METER, { values: { 'power.active': 10 } })
    await save({ priority: 'high', when, offDelayMs: SECOND }, false)
    await save({ priority: 'low', when }, false)
    expect(await bench.alarm()).toMatchObject({ priority: 'low', state: 'unacked', count: 1, transitions: 1 })
    expect(await noticesOf(bench.store.reader, { alarm: (await bench.alarm()).id })).toHaveLength(1)
  })

  it('returns it where the priority that it had is gone', async () => {
    const others = [{ priority: 'medium', when: 'voltage.l1 > 240.0' }]
    await save({ priority: 'high', when: 'voltage.l1 > 250.0', levels: [{ priority: 'critical', when }, ...others] })
    await bench.say(METER, { values: { 'power.active': 10 } })
    await save({ priority: 'high', when: 'voltage.l1 > 250.0', levels: others }, false)
    expect(await bench.alarm()).toMatchObject({ state: 'rtn_unacked', active: false, returnedAt: bench.clock.now() })
  })
})
