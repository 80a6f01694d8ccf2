import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseRule, type RuleInput } from '../../../rules/alarms/rule-schema.ts'
import { compileRules } from '../../../rules/alarms/ruleset.ts'
import { ADMIN, EngineBench, LEAK, METER, MINUTE, saying, SECOND } from '../../support/engine.ts'

const OTHER = 'leak-2'
const texts = { title: { zh: '双探头', en: 'Two' }, priority: 'critical', category: 'water_leak' } as const
const pair: RuleInput = {
  ...texts,
  id: 'pair',
  kind: 'water_leak',
  when: 'water.leak',
  with: { kind: 'water_leak', same: 'zone', when: 'water.leak', atLeast: 1, withinMs: MINUTE },
}
const pump: RuleInput = {
  ...texts,
  id: 'pump',
  kind: 'water_leak',
  when: 'water.leak',
  with: { kind: 'power_meter', same: 'building', when: 'power.active > 100.0', atLeast: 1 },
}

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
  await bench.provision(OTHER, 'water_leak')
  for (const id of [LEAK, OTHER, METER]) await place(id, { building: 'B1', zone: 'Z' })
})
afterEach(() => bench.close())

const place = (id: string, where: { building?: string; zone?: string | null }) =>
  bench.command({ type: 'update_device', id, ...where }, ADMIN)
const use = (...rules: RuleInput[]) => {
  Object.assign(bench.engine.world(), { rules: compileRules(rules.map(parseRule)) })
}
const wet = (id: string, active = true) => bench.say(id, { levels: { 'water.leak': active } })
const runs = (watt: number) => bench.say(METER, { values: { 'power.active': watt } })
const raised = async () => (await bench.alarms()).map(({ rule, device }) => `${rule} ${device}`).sort()
const active = (id: string, rule: string) => bench.engine.device(id)!.alarms.get(rule)?.active

describe('two sensors of one zone within a minute', () => {
  it('raise both, whichever came first', async () => {
    use(pair)
    await wet(LEAK)
    expect(await raised()).toEqual([])
    bench.clock.advance(MINUTE)
    await wet(OTHER)
    expect(await raised()).toEqual([`pair ${LEAK}`, `pair ${OTHER}`])
  })

  it('raise nothing where one came a moment later than that', async () => {
    use(pair)
    await wet(LEAK)
    bench.clock.advance(MINUTE + 1)
    await wet(OTHER)
    expect(await raised()).toEqual([])
  })

  it('are told in one batch, and one that repeats itself is not two', async () => {
    use(pair)
    await wet(LEAK)
    await wet(LEAK)
    expect(await raised()).toEqual([])
    const now = bench.clock.now()
    await bench.take(...[LEAK, OTHER].map((id) => saying(id, now, { levels: { 'water.leak': true } })))
    expect(await raised()).toHaveLength(2)
  })

  it('stay agreed while the own condition lasts', async () => {
    use(pair)
    await wet(LEAK)
    await wet(OTHER)
    await wet(OTHER, false)
    bench.clock.advance(2 * MINUTE)
    await wet(OTHER)
    expect([active(LEAK, 'pair'), active(OTHER, 'pair')]).toEqual([true, false])
  })

  it('are remembered over a restart', async () => {
    use(pair)
    await wet(LEAK)
    await bench.engine.tick()
    await bench.restart()
    use(pair)
    bench.clock.advance(30 * SECOND)
    await wet(OTHER)
    expect(await raised()).toHaveLength(2)
  })

  it('are of one zone, as it is now', async () => {
    use(pair)
    await place(OTHER, { zone: 'Y' })
    await wet(LEAK)
    await wet(OTHER)
    expect(await raised()).toEqual([])
    await place(OTHER, { zone: 'Z' })
    await wet(OTHER, false)
    await wet(OTHER)
    expect(await raised()).toHaveLength(2)
  })
})

describe('a leak and a pump that runs', () => {
  it('raise with the message of either, and return with either', async () => {
    use(pump)
    await wet(LEAK)
    expect(await raised()).toEqual([])
    await runs(500)
    expect(await raised()).toEqual([`pump ${LEAK}`])
    await runs(600)
    expect(bench.engine.device(LEAK)!.alarms.get('pump')).toMatchObject({ active: true, messages: 0 })
    await runs(0)
    expect(active(LEAK, 'pump')).toBe(false)
    await runs(500)
    await wet(LEAK, false)
    expect(active(LEAK, 'pump')).toBe(false)
  })

  it('are in one building', async () => {
    use(pump)
    await place(METER, { building: 'B2' })
    await wet(LEAK)
    await runs(500)
    expect(await raised()).toEqual([])
  })

  it('need as many as the rule says', async () => {
    use({ ...pump, with: { ...pump.with!, atLeast: 2 } })
    await wet(LEAK)
    await runs(500)
    expect(await raised()).toEqual([])
    await bench.provision('meter-2', 'power_meter')
    await place('meter-2', { building: 'B1' })
    await bench.say('meter-2', { values: { 'power.active': 500 } })
    expect(await raised()).toEqual([`pump ${LEAK}`])
  })
})

describe('a companion that says again what it said', () => {
  const told = (when: string): RuleInput => ({
    ...pump,
    pulseHoldMs: SECOND,
    with: { kind: 'power_meter', same: 'building', when, atLeast: 1 },
  })

  it('is heard where it is a pulse: the one before is over', async () => {
    use(told('meter.fire'))
    for (let round = 0; round < 3; round++) {
      await bench.say(METER, { pulses: ['meter.fire'] })
      bench.clock.advance(MINUTE)
    }
    await wet(LEAK)
    expect(await raised()).toEqual([])
    await bench.say(METER, { pulses: ['meter.fire'] })
    expect(await raised()).toEqual([`pump ${LEAK}`])
  })

  it('is heard where the value before it has become another', async () => {
    use(told('meter.fire && !previous(meter.fire)'))
    await wet(LEAK)
    const fire = (isOn: boolean) => bench.say(METER, { levels: { 'meter.fire': isOn } })
    await fire(false)
    await fire(true)
    expect(active(LEAK, 'pump')).toBe(true)
    await fire(true)
    expect(active(LEAK, 'pump')).toBe(false)
  })
})
