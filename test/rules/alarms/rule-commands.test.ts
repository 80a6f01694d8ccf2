import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseRule, type RuleInput } from '../../../rules/alarms/rule-schema.ts'
import { SHIPPED_VERSION } from '../../../rules/alarms/defaults.ts'
import { type Principal, RULES_MAX } from '../../../rules/model.ts'
import { listRuleVersions, seedRule } from '../../../rules/storage/rules.ts'
import { EngineBench, LEAK, METER, MINUTE, SECOND, START } from '../../support/engine.ts'

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open()))
afterEach(() => bench.close())

const DAMP: RuleInput = {
  id: 'mine.damp',
  kind: 'water_leak',
  title: { zh: '潮湿', en: 'Damp' },
  priority: 'medium',
  category: 'water_leak',
  when: 'humidity.relative > 90.0',
}
const LI: Principal = { id: 'p2', name: 'Li', role: 'engineer', sites: null }
const OF_RIVER: Principal = { ...LI, id: 'p3', sites: ['river'] }

const add = (extra: Partial<RuleInput> = {}, by?: Principal) =>
  bench.command({ type: 'save_rule', rule: parseRule({ ...DAMP, ...extra }), isNew: true }, by)
const change = (extra: Partial<RuleInput>, by?: Principal, ifVersions?: readonly number[]) =>
  bench.command({ type: 'save_rule', rule: parseRule({ ...DAMP, ...extra }), isNew: false, ifVersions }, by)
const remove = (id = DAMP.id, by?: Principal, ifVersions?: readonly number[]) =>
  bench.command({ type: 'delete_rule', id, ifVersions }, by)
const damp = (value: number) => bench.say(LEAK, { values: { 'humidity.relative': value } })
const versions = (id = DAMP.id) => listRuleVersions(bench.store.reader, id)
const wet = () => bench.engine.world().rules.byId.get('water_leak.wet')!.rule

describe('a rule that is saved', () => {
  it('is in force at once, and after a restart', async () => {
    await damp(95)
    expect(await bench.alarms()).toEqual([])
    await add()
    await damp(95)
    expect(await bench.alarm()).toMatchObject({ rule: DAMP.id, device: LEAK, state: 'unacked' })
    await bench.restart()
    await damp(20)
    expect((await bench.alarm()).state).toBe('rtn_unacked')
    expect(bench.changes).toContainEqual({ type: 'rule', id: DAMP.id })
  })

  it('that latches tells when its condition is over, since the alarm may be reset then', async () => {
    await add({ latch: true })
    await damp(95)
    bench.changes.length = 0
    for (const value of [96, 20, 21, 95]) {
      bench.clock.advance(MINUTE)
      await damp(value)
    }
    const told = bench.changes.flatMap((change) => (change.type === 'alarm' ? [change] : []))
    expect(told.map(({ alarm, events }) => [alarm.state, alarm.active, events])).toEqual([
      ['unacked', false, []],
      ['unacked', true, ['re_alarmed']],
    ])
  })

  it('leaves who made each version, when, and what changed', async () => {
    await add({}, LI)
    bench.clock.advance(MINUTE)
    await change({ when: 'humidity.relative > 80.0', latch: true })
    await change({ when: 'humidity.relative > 80.0', latch: true })
    bench.clock.advance(MINUTE)
    await remove(DAMP.id, LI)
    await add()
    const told = (await versions()).map(({ version, change, changed, by, at }) => [version, change, changed, by, at])
    expect(told).toEqual([
      [4, 'created', [], 'Zhang', START + 2 * MINUTE],
      [3, 'deleted', [], 'Li', START + 2 * MINUTE],
      [2, 'changed', ['latch', 'when'], 'Zhang', START + MINUTE],
      [1, 'created', [], 'Li', START],
    ])
    const audit = await bench.store.reader.selectFrom('audit').selectAll().where('subject', '=', DAMP.id).execute()
    expect(audit.map(({ action, by }) => [action, by])).toEqual([
      ['save_rule', 'Li'],
      ['save_rule', 'Zhang'],
      ['delete_rule', 'Li'],
      ['save_rule', 'Zhang'],
    ])
  })

  it('changes nothing in memory where the commit fails', async () => {
    bench.store.sqlite.exec('drop table rule_versions')
    await expect(add()).rejects.toThrow(/rule_versions/)
    await damp(95)
    expect(await bench.alarms()).toEqual([])
    expect(bench.engine.world().ruleBook.has(DAMP.id)).toBe(false)
  })

  it('is refused where it is there already, is not there, or has another version by now', async () => {
    await add()
    await expect(add()).rejects.toMatchObject({ code: 'conflict' })
    await expect(change({ id: 'mine.other' })).rejects.toMatchObject({ code: 'not_found' })
    await change({ latch: true }, LI, [1])
    await expect(change({ latch: false }, LI, [1])).rejects.toMatchObject({
      code: 'stale',
      message: expect.stringMatching(/version 2/) as string,
    })
    await expect(remove(DAMP.id, LI, [1])).rejects.toMatchObject({ code: 'stale' })
    await expect(remove('mine.other')).rejects.toMatchObject({ code: 'not_found' })
    await expect(add({ id: 'x', scope: { sites: ['nowhere'] } })).rejects.toMatchObject({
      message: expect.stringMatching(/does not exist/) as string,
    })
    await expect(add({ id: 'x', when: 'water.leek' })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/^when: /) as string,
    })
  })

  it('is one of a limited number', async () => {
    const insert = bench.store.sqlite.prepare('insert into rules values (?, 1, 0, ?, 0, ?, null)')
    bench.store.sqlite.exec('begin')
    for (let n = bench.engine.world().ruleBook.size; n < RULES_MAX; n++) {
      insert.run(`many.${n}`, JSON.stringify({ ...DAMP, id: `many.${n}`, kind: 'pump' }), 'Li')
    }
    bench.store.sqlite.exec('commit')
    await bench.restart()
    await expect(add()).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/2000 rules are the most/) as string,
    })
    await bench.command({ type: 'delete_rule', id: 'many.1000' })
    await add()
  })
})

describe('the open alarms of a rule', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['is deleted', () => remove()],
    ['is disabled', () => change({ enabled: false })],
    ['is for another kind', () => change({ kind: 'valve' })],
    ['leaves the device out', () => change({ scope: { devices: ['other'] } })],
  ])('end when it %s; their tickets stay', async (_what, done) => {
    await add({ opensTicket: true })
    await damp(95)
    await done()
    expect(await bench.alarm()).toMatchObject({ state: 'normal', endedAt: START, active: false })
    expect((await bench.ticket()).state).toBe('pending_dispatch')
    expect(bench.changes.filter(({ type }) => type === 'alarm').at(-1)).toMatchObject({ events: ['ended'] })
    expect(bench.engine.device(LEAK)!.alarms.size).toBe(0)
  })

  it('end when a person makes another device of it, or takes its tag', async () => {
    await add({ kind: 'any', scope: { tags: ['deep'] } })
    await bench.command({ type: 'update_device', id: LEAK, tags: ['deep'] })
    await damp(95)
    await bench.command({ type: 'update_device', id: LEAK, name: 'new name' })
    expect((await bench.alarm()).endedAt).toBeNull()
    await bench.command({ type: 'update_device', id: LEAK, tags: [] })
    expect((await bench.alarm()).endedAt).toBe(START)
    await damp(95)
    expect(await bench.alarms()).toHaveLength(1)
  })

  it('go on by the delays that it has from then on', async () => {
    await add({ onDelayMs: 10 * MINUTE })
    await damp(95)
    await change({ onDelayMs: 5 * SECOND })
    await bench.pass(5 * SECOND)
    expect((await bench.alarm()).state).toBe('unacked')
  })
})

describe('who may', () => {
  const own = { scope: { sites: ['river'] } }
  beforeEach(async () => {
    for (const id of ['river', 'hill']) {
      await bench.command({ type: 'create_site', site: { id, name: id, timezone: 'Asia/Shanghai' } })
    }
  })

  it('change rules: who sees some sites only those that speak for no others', async () => {
    await expect(add({}, OF_RIVER)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/^scope\.sites: .*river/) as string,
    })
    await expect(add({ scope: { sites: ['river', 'hill'] } }, OF_RIVER)).rejects.toMatchObject({ code: 'invalid' })
    await add(own, OF_RIVER)
    await expect(change({}, OF_RIVER)).rejects.toMatchObject({ code: 'invalid' })
    await change({ ...own, latch: true }, OF_RIVER)
    await change({ scope: { sites: ['river', 'hill'] } })
    await expect(change(own, OF_RIVER)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(remove(DAMP.id, OF_RIVER)).rejects.toMatchObject({ code: 'forbidden' })
    await change({ scope: { sites: ['hill'] } })
    await expect(remove(DAMP.id, OF_RIVER)).rejects.toMatchObject({ code: 'not_found' })
    await expect(remove('water_leak.wet', OF_RIVER)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('a site that a rule names is kept for it', async () => {
    await add(own)
    await expect(bench.command({ type: 'delete_site', id: 'river' })).rejects.toMatchObject({
      message: expect.stringMatching(/mine\.damp/) as string,
    })
    await remove()
    await bench.command({ type: 'delete_site', id: 'river' })
  })
})

describe('a shipped rule', () => {
  const save = (extra: Partial<RuleInput>) =>
    bench.command({ type: 'save_rule', rule: { ...wet(), ...(extra as object) }, isNew: false })
  const newerService = async () => {
    await seedRule(bench.store.writer, parseRule({ ...wet(), offDelayMs: 9_000 }), SHIPPED_VERSION + 1, START)
    await bench.restart()
  }

  it('stays as a person edited it, over a restart and a newer service', async () => {
    await save({ priority: 'high' })
    await newerService()
    expect(wet()).toMatchObject({ priority: 'high', offDelayMs: 2_000 })
    expect((await versions('water_leak.wet')).map(({ change }) => change)).toEqual(['changed', 'shipped'])
  })

  it('stays deleted, over a restart and a newer service', async () => {
    const rule = wet()
    await remove(rule.id)
    await seedRule(bench.store.writer, rule, SHIPPED_VERSION + 1, START)
    await bench.restart()
    await bench.leak()
    expect(await bench.alarms()).toEqual([])
    await bench.command({ type: 'save_rule', rule, isNew: true })
    await bench.leak()
    expect((await bench.alarm()).rule).toBe(rule.id)
  })
})

describe('a rule that was saved and is none any more', () => {
  const spoil = async (body: string) => {
    bench.store.sqlite.prepare('update rules set body = ? where id = ?').run(body, DAMP.id)
    await bench.restart()
    return bench.engine.world().ruleBook.get(DAMP.id)!
  }

  it.each([
    ['a field is wrong', JSON.stringify({ ...DAMP, onDelayMs: 'long' }), 'onDelayMs'],
    ['a condition cannot be compiled', JSON.stringify({ ...DAMP, when: 'humidity.relative >' }), 'when'],
    ['it is not JSON', '{"id"', ''],
  ])('keeps no other from running, and says why: %s', async (_what, body, field) => {
    await add({ opensTicket: true })
    await damp(95)
    expect(await spoil(body)).toMatchObject({ rule: null, faults: [{ field }] })
    await bench.say(METER, { levels: { 'meter.fire': true } })
    expect((await bench.alarms()).map(({ rule }) => rule)).toContain('power_meter.fire')

    await change({ when: 'humidity.relative > 99.0' })
    await damp(20)
    expect((await bench.alarms()).find(({ rule }) => rule === DAMP.id)!.state).toBe('rtn_unacked')
  })

  it('can be deleted, and its alarms end', async () => {
    await add()
    await damp(95)
    await spoil('{}')
    await remove()
    expect((await bench.alarm()).endedAt).toBe(START)
    expect(bench.engine.world().ruleBook.has(DAMP.id)).toBe(false)
  })
})
