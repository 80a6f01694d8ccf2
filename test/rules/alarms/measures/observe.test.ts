import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseRule } from '../../../../rules/alarms/rule-schema.ts'
import { measureKeys, withDerived } from '../../../../rules/alarms/measures/observe.ts'
import { NEW_DEVICE } from '../../../../rules/alarms/device-state.ts'
import { followMessage } from '../../../../rules/alarms/follow.ts'
import { compileRules } from '../../../../rules/alarms/ruleset.ts'
import { fingerprint } from '../../../../rules/alarms/fingerprint.ts'
import { journalAfter, messageOfRow } from '../../../../rules/storage/journal.ts'
import { EngineBench, LIFT, METER, MINUTE, saying, START } from '../../../support/engine.ts'
import { aDevice, TIMEZONE } from '../../../support/messages.ts'

const phases = (l1: number, l2: number, l3: number) => ({ 'voltage.l1': l1, 'voltage.l2': l2, 'voltage.l3': l3 })
const meter = aDevice('power_meter')
const derived = (values: Record<string, number>, state = NEW_DEVICE) =>
  withDerived(state, meter, saying('d', START, { values }), TIMEZONE).message.measurements.filter(
    (each) => each.derived,
  )

describe('derived points', () => {
  it('ride with the message that moves them', () => {
    expect(derived(phases(230, 230, 230))).toEqual([{ name: 'voltage.unbalance', value: 0, unit: '%', derived: true }])
    expect(derived({ 'voltage.l1': 230 })).toEqual([])
  })

  it('are not computed where the device tells them itself', () => {
    expect(derived({ ...phases(230, 230, 230), 'voltage.unbalance': 3 })).toEqual([])
  })

  it('are not told again while they are as they were', () => {
    const rules = compileRules([])
    const { message: first } = withDerived(
      NEW_DEVICE,
      meter,
      saying('d', START, { values: phases(230, 230, 230) }),
      TIMEZONE,
    )
    const state = followMessage(NEW_DEVICE, meter, first, null, rules, TIMEZONE)
    expect(derived({ 'voltage.l1': 230 }, state)).toEqual([])
    expect(derived({ 'voltage.l1': 200 }, state)).toHaveLength(1)
  })
})

describe('what measures remember', () => {
  let bench: EngineBench
  beforeEach(async () => (bench = await EngineBench.open()))
  afterEach(() => bench.close())
  const known = (id: string) => bench.engine.device(id)!.state

  it('is what a meter used from midnight to five at its site', async () => {
    const night = () => known(METER).points.get('energy.active.night')?.value
    // From 22:00 on, a kilowatt-hour an hour.
    bench.clock.advance(12 * 60 * MINUTE)
    for (let hour = 22; hour <= 29; hour++) {
      await bench.say(METER, { values: { 'energy.active.import': 1_000 * hour } })
      if (hour < 24) expect(night()).toBeUndefined()
      bench.clock.advance(60 * MINUTE)
    }
    await bench.say(METER, { values: { 'energy.active.import': 30_000 } })
    expect(night()).toBe(5_000)
  })

  it('is after a restart what it was, from the journal and from the checkpoint', async () => {
    for (let hour = 0; hour < 4; hour++) {
      await bench.say(METER, { values: { ...phases(230, 220, 231), 'current.residual': 0.01 * hour } })
      bench.clock.advance(60 * MINUTE)
    }
    const before = known(METER)
    expect(before.points.get('current.residual.trend')?.value).toBeCloseTo(0.24)
    expect(before.points.get('voltage.unbalance')?.value).toBeGreaterThan(1)
    await bench.restart()
    expect(known(METER)).toMatchObject({ points: before.points, measures: before.measures })
    await bench.engine.tick()
    bench.store.sqlite.exec('delete from readings')
    await bench.restart()
    expect(known(METER)).toMatchObject({ points: before.points, measures: before.measures })
  })

  it('of a rule is the same where its journal is replayed', async () => {
    const measures = { mean: { average: 'power.active', overMs: MINUTE } as const }
    const texts = { title: { zh: '高', en: 'High' }, priority: 'low', category: 'power' } as const
    const rules = compileRules([parseRule({ id: 'mean', kind: 'power_meter', ...texts, when: 'mean > 5.0', measures })])
    Object.assign(bench.engine.world(), { rules })
    for (const watt of [1, 7, 9]) await bench.say(METER, { seq: watt, values: { 'power.active': watt } })
    const { device, state } = bench.engine.device(METER)!
    expect(measureKeys(device, rules).has('average=power.active overMs=60000')).toBe(true)
    let replayed = { ...NEW_DEVICE }
    for (const row of await journalAfter(bench.store.reader, 0, 100)) {
      const message = messageOfRow(row, METER)
      replayed = followMessage(replayed, device, message, fingerprint(message), rules, TIMEZONE)
    }
    expect(replayed).toEqual(state)
    expect(bench.engine.device(METER)!.alarms.get('mean')).toMatchObject({ state: 'unacked' })
  })

  it('does not keep a re-send from being recognised', async () => {
    const told = { seq: 4, values: phases(230, 220, 231) }
    await bench.say(METER, told)
    await bench.say(METER, { values: phases(230, 230, 230) })
    expect((await bench.say(METER, told)).duplicates).toBe(1)
    await bench.restart()
    expect((await bench.say(METER, told)).duplicates).toBe(1)
    expect(await bench.count('readings')).toBe(2)
    expect(known(LIFT).measures.size).toBe(0)
  })
})
