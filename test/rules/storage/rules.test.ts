import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SHIPPED_VERSION, shippedRules } from '../../../rules/alarms/defaults.ts'
import { parseRule } from '../../../rules/alarms/rule-schema.ts'
import { openStore } from '../../../rules/storage/connect.ts'
import { allRules, findRule, listRuleVersions, type RuleRow, saveRule, seedRule } from '../../../rules/storage/rules.ts'
import { changedFields, VERSIONS_KEPT } from '../../../rules/storage/versions.ts'
import { EngineBench, START } from '../../support/engine.ts'
import { openStoreAt } from '../../support/older-store.ts'
import { temporaryFolder } from '../../support/process.ts'

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open()))
afterEach(() => bench.close())

const wet = parseRule(shippedRules[0])
const stored = async () => (await allRules(bench.store.reader)).find(({ id }) => id === wet.id)!

describe('the shipped rules', () => {
  it('are all there after a first start, and once after a second', async () => {
    await bench.restart()
    const rules = await allRules(bench.store.reader)
    expect(rules.map(({ id }) => id).sort()).toEqual(shippedRules.map(({ id }) => id).sort())
    expect(new Set(rules.map(({ version }) => version))).toEqual(new Set([1]))
  })

  it('take over what is an older shipped one', async () => {
    await seedRule(bench.store.writer, { ...wet, offDelayMs: 9_000 }, SHIPPED_VERSION + 1, START)
    expect(await stored()).toMatchObject({ body: { offDelayMs: 9_000 }, version: 2 })
  })

  it('leave alone what is as new, or their owner’s', async () => {
    await seedRule(bench.store.writer, { ...wet, offDelayMs: 9_000 }, SHIPPED_VERSION, START)
    expect(await stored()).toMatchObject({ body: { offDelayMs: 2_000 } })
    bench.store.sqlite.exec('update rules set shipped = 0')
    await seedRule(bench.store.writer, { ...wet, offDelayMs: 9_000 }, SHIPPED_VERSION + 5, START)
    expect(await stored()).toMatchObject({ body: { offDelayMs: 2_000 } })
  })
})

describe('versions of a rule', () => {
  it('tell of a shipped one what its newer version changed', async () => {
    await seedRule(bench.store.writer, { ...wet, offDelayMs: 9_000, latch: true }, SHIPPED_VERSION + 1, START + 1)
    const versions = await listRuleVersions(bench.store.reader, wet.id)
    expect(versions.map(({ version, change, changed, by, at }) => [version, change, changed, by, at])).toEqual([
      [2, 'shipped', ['latch', 'offDelayMs'], 'system', START + 1],
      [1, 'shipped', [], 'system', START],
    ])
    expect(versions[1]!.body).toEqual(wet)
  })

  it('are kept up to a number', async () => {
    const row: RuleRow = { ...(await findRule(bench.store.reader, wet.id))!, shipped: 0 }
    for (const version of [2, VERSIONS_KEPT, VERSIONS_KEPT + 1]) {
      await saveRule(bench.store.writer, { ...row, version }, 'changed', [])
    }
    const kept = await listRuleVersions(bench.store.reader, wet.id)
    expect(kept.map(({ version }) => version)).toEqual([VERSIONS_KEPT + 1, VERSIONS_KEPT, 2])
  })

  it('begin with the rule as it was in a data file that had none', async () => {
    const { path, remove } = temporaryFolder()
    const older = await openStoreAt(path, '0009-flood')
    older.exec(`insert into rules (id, version, shipped, body, updated_at) values ('${wet.id}', 7, 0, '{}', 1)`)
    older.close()
    const again = await openStore(path)
    const versions = await listRuleVersions(again.reader, wet.id)
    expect(versions.map(({ version, change, by }) => [version, change, by])).toEqual([[7, 'changed', 'system']])
    await again.close()
    remove()
  })
})

describe('what differs between two rules', () => {
  it('is told by the names of fields, whatever the order that they stand in', () => {
    expect(changedFields({ a: 1, b: [1], c: 3 }, { c: 3, b: [2], d: 1 })).toEqual(['a', 'b', 'd'])
    expect(changedFields('not a rule', { a: 1 })).toEqual(['a'])
  })
})
