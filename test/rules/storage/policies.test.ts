import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SHIPPED_VERSION, shippedRules } from '../../../rules/alarms/defaults.ts'
import { parseRule } from '../../../rules/alarms/rule-schema.ts'
import { allRules, findCommitment, saveCommitment, seedCommitment, seedRule } from '../../../rules/storage/policies.ts'
import { defaultCommitment } from '../../../rules/tickets/commitments.ts'
import { EngineBench, LEAK, START } from '../../support/engine.ts'

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open()))
afterEach(() => bench.close())

const wet = parseRule(shippedRules[0])
const stored = async () => (await allRules(bench.store.reader)).find(({ rule }) => rule.id === wet.id)!

describe('the shipped rules', () => {
  it('are all there after a first start, and once after a second', async () => {
    await bench.restart()
    const rules = await allRules(bench.store.reader)
    expect(rules.map(({ rule }) => rule.id).sort()).toEqual(shippedRules.map(({ id }) => id).sort())
    expect(new Set(rules.map(({ version }) => version))).toEqual(new Set([1]))
  })

  it('take over what is an older shipped one', async () => {
    await seedRule(bench.store.writer, { ...wet, offDelayMs: 9_000 }, SHIPPED_VERSION + 1, START)
    expect(await stored()).toMatchObject({ rule: { offDelayMs: 9_000 }, version: 2 })
  })

  it('leave alone what is as new, or their owner’s', async () => {
    await seedRule(bench.store.writer, { ...wet, offDelayMs: 9_000 }, SHIPPED_VERSION, START)
    expect((await stored()).rule.offDelayMs).toBe(2_000)
    bench.store.sqlite.exec('update rules set shipped = 0')
    await seedRule(bench.store.writer, { ...wet, offDelayMs: 9_000 }, 5, START)
    expect((await stored()).rule.offDelayMs).toBe(2_000)
  })

  it('work as their owner edited them, after a new start', async () => {
    const edited = JSON.stringify({ ...wet, opensTicket: false })
    bench.store.sqlite.prepare('update rules set body = ?, shipped = 0 where id = ?').run(edited, wet.id)
    await bench.restart()
    await bench.say(LEAK, { levels: { 'water.leak': true } })
    expect(await bench.alarm()).toMatchObject({ rule: wet.id, ticket: null })
    expect(await bench.tickets()).toEqual([])
  })
})

describe('a commitment', () => {
  it('is seeded once and then its owner’s', async () => {
    const mine = { ...defaultCommitment, name: { zh: '我的', en: 'Mine' } }
    await saveCommitment(bench.store.writer, mine, START)
    await seedCommitment(bench.store.writer, defaultCommitment, START)
    await bench.restart()
    expect(await findCommitment(bench.store.reader, 'default')).toEqual(mine)
    expect(await findCommitment(bench.store.reader, 'other')).toBeNull()
  })
})
