import { DEFAULT_FLOOD_POLICY } from '../../../rules/flood/rate.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseRule, type RuleInput } from '../../../rules/alarms/rule-schema.ts'
import { reevaluate, adoptRules } from '../../../rules/alarms/reevaluate.ts'
import { compileRules } from '../../../rules/alarms/ruleset.ts'
import { transaction } from '../../../rules/storage/connect.ts'
import { allDeviceStates } from '../../../rules/storage/devices.ts'
import type { Work } from '../../../rules/work.ts'
import { draftOf, type World } from '../../../rules/world.ts'
import { EngineBench, HOUR, METER, MINUTE, SECOND, START } from '../../support/engine.ts'

/** 10:00 in Shanghai. */
const TEN = START
const night: RuleInput = {
  id: 'night',
  kind: 'power_meter',
  title: { zh: '夜间用电', en: 'Power at night' },
  priority: 'medium',
  category: 'power',
  when: 'power.active > 100.0',
  offDelayMs: 10 * SECOND,
  calendar: [{ from: '22:00', to: '06:00' }],
}
const always: RuleInput = { ...night, id: 'always', offDelayMs: 0, calendar: undefined }

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open(TEN)))
afterEach(() => bench.close())

const use = (...rules: RuleInput[]) => {
  Object.assign(bench.engine.world(), { rules: compileRules(rules.map(parseRule)) })
}
const draws = (watt: number) => bench.say(METER, { values: { 'power.active': watt } })
const alarm = (rule: string) => bench.engine.device(METER)!.alarms.get(rule)

describe('a rule with windows', () => {
  it('raises nothing outside of them, and what is true already when one opens', async () => {
    use(night)
    await draws(500)
    await bench.pass(11 * HOUR + 59 * MINUTE)
    expect(await bench.alarms()).toEqual([])
    await bench.pass(MINUTE)
    expect(await bench.alarms()).toEqual([expect.objectContaining({ rule: 'night', raisedAt: TEN + 12 * HOUR })])
    expect(alarm('night')).toMatchObject({ messages: 0 })
  })

  it('counts as false when its window closes: it returns after its off-delay, however true it is', async () => {
    use(night)
    await bench.pass(12 * HOUR)
    await draws(500)
    await bench.pass(8 * HOUR)
    expect(alarm('night')).toMatchObject({ state: 'unacked', active: false })
    await bench.pass(10 * SECOND)
    expect(alarm('night')).toMatchObject({ state: 'rtn_unacked', returnedAt: TEN + 20 * HOUR + 10 * SECOND })
  })

  it('is that of a message between two looks at the clock', async () => {
    use(night)
    await bench.pass(12 * HOUR)
    await draws(500)
    bench.clock.advance(8 * HOUR)
    await draws(500)
    expect(alarm('night')).toMatchObject({ active: false })
  })

  it('of silence holds in them only', async () => {
    const { when: _, ...rest } = night
    use({ ...rest, silenceMs: HOUR })
    await draws(1)
    await bench.pass(11 * HOUR)
    expect(await bench.alarms()).toEqual([])
    await bench.pass(HOUR)
    expect(alarm('night')).toMatchObject({ active: true })
    await bench.pass(8 * HOUR)
    expect(alarm('night')).toMatchObject({ active: false })
  })
})

describe('what is so already', () => {
  it('is raised when the service starts, and once', async () => {
    await draws(500)
    await bench.restart()
    use(always)
    await bench.engine.tick()
    const raised = alarm('always')
    expect(raised).toMatchObject({ state: 'unacked', messages: 0 })
    await bench.engine.tick()
    expect(alarm('always')).toBe(raised)
  })

  it('is raised when a rule is saved, and others are left alone', async () => {
    await bench.engine.tick()
    await draws(500)
    use(always, night)
    await working((work) => reevaluate(work, new Set(['night'])))
    expect(alarm('always')).toBeUndefined()
    await working((work) => reevaluate(work, new Set(['always'])))
    expect(alarm('always')).toMatchObject({ state: 'unacked' })
  })
})

describe('a rule that is saved', () => {
  const mean: RuleInput = {
    ...always,
    when: 'mean > 5.0',
    measures: { mean: { average: 'power.active', overMs: HOUR } },
  }

  it('starts its measures fresh, also where the journal is replayed, and ends those that nothing needs', async () => {
    await draws(500)
    const former = bench.engine.world().rules
    use(mean)
    await working((work) => adoptRules(work, former, new Set(['always'])))
    const [stored] = await allDeviceStates(bench.store.reader)
    expect(stored).toMatchObject({ readingId: 1, state: { points: new Map([['power.active', expect.anything()]]) } })
    await draws(1)
    const key = 'average=power.active overMs=3600000'
    expect(bench.engine.device(METER)!.state.measures.get(key)).toMatchObject({ open: [expect.anything(), 1, 1] })
    const rules = bench.engine.world().rules
    use(always)
    await working((work) => adoptRules(work, rules, new Set(['always'])))
    expect(bench.engine.device(METER)!.state.measures.has(key)).toBe(false)
  })
})

describe('a device that is changed', () => {
  it('remembers nothing for the rules of another kind, also where the journal is replayed', async () => {
    await bench.say(METER, { values: { 'voltage.l1': 230, 'voltage.l2': 230, 'voltage.l3': 230 } })
    expect(bench.engine.device(METER)!.state.measures.size).toBe(1)
    await bench.command({ type: 'update_device', id: METER, kind: 'elevator' })
    await bench.command({ type: 'update_device', id: METER, kind: 'power_meter' })
    const changed = bench.engine.device(METER)!.state
    expect(changed.measures.size).toBe(0)
    await bench.restart()
    expect(bench.engine.device(METER)!.state).toMatchObject({ points: changed.points, measures: changed.measures })
  })
})

describe('a rule that fails', () => {
  it('is counted for the whole service', async () => {
    use({ ...always, when: 'int(tariff.code) > 3' }, { ...always, id: 'other' })
    for (const code of ['night', 'day']) {
      await bench.say(METER, { values: { 'tariff.code': code, 'power.active': 500 } })
      bench.clock.advance(SECOND)
    }
    const faults = { firstAt: TEN, lastAt: TEN + SECOND, count: 2, message: expect.any(String) as string }
    expect([...bench.engine.world().faults]).toEqual([['always', faults]])
    expect(alarm('other')).toMatchObject({ state: 'unacked' })
  })
})

/** An operation of the engine, as a command that saves rules is one. */
async function working(run: (work: Work) => Promise<void>): Promise<void> {
  const world = bench.engine.world() as World
  const draft = draftOf(world)
  let made = 0
  await transaction(bench.store.writer, (db) =>
    run({
      db,
      draft,
      now: bench.clock.now(),
      rules: world.rules,
      memory: world.memory,
      changes: [],
      flood: DEFAULT_FLOOD_POLICY,
      carry: () => ({ ok: false, reason: 'unsupported' }) as never,
      newId: () => `w${(made += 1)}`,
    }),
  )
  draft.commit()
}
