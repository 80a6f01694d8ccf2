import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../../rules/model.ts'
import { allMappings } from '../../../rules/storage/mappings.ts'
import { ADMIN, EngineBench } from '../../support/engine.ts'
import { mappingOf } from '../../support/mappings.ts'

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
})
afterEach(() => bench.close())

const save = (different: Parameters<typeof mappingOf>[0] = {}, isNew = true, by: Principal = ADMIN) =>
  bench.command({ type: 'save_mapping', mapping: mappingOf(different), isNew }, by)
const inForce = () => [...bench.engine.world().mappings.values()]

describe('mappings', () => {
  it('are rows, in force after the commit and after a restart', async () => {
    const { mapping } = await save()
    expect(mapping).toEqual({ mapping: mappingOf(), version: 1, updatedAt: bench.clock.now(), updatedBy: 'Zhang' })
    expect(inForce()).toEqual([mapping])
    expect(bench.changes.filter(({ type }) => type === 'mapping')).toEqual([{ type: 'mapping', id: 'lift-x' }])
    await bench.restart()
    expect(inForce()).toEqual([mapping])
    await bench.command({ type: 'delete_mapping', id: 'lift-x' })
    expect([inForce(), await allMappings(bench.store.reader)]).toEqual([[], []])
  })

  it('are numbered and audited, each time with what they were', async () => {
    await save()
    await save({ topic: 'lifts/{device}/other' }, false)
    await bench.command({ type: 'delete_mapping', id: 'lift-x' })
    const audit = await bench.store.reader.selectFrom('audit').selectAll().where('subject', '=', 'lift-x').execute()
    expect(audit.map(({ by, action, detail }) => [by, action, JSON.parse(detail) as object])).toEqual([
      ['Zhang', 'save_mapping', { version: 1, mapping: mappingOf() }],
      ['Zhang', 'save_mapping', { version: 2, mapping: mappingOf({ topic: 'lifts/{device}/other' }) }],
      ['Zhang', 'delete_mapping', { version: 2 }],
    ])
  })

  it('keep a topic for one of them, apart for each site and for all sites together', async () => {
    await save()
    await expect(save({ id: 'other', topic: '/lifts/{car}/state' })).rejects.toMatchObject({ code: 'conflict' })
    await save({ id: 'other', site: 'default' })
    await expect(save({ id: 'third', site: 'default' })).rejects.toThrow(/mapping other has/)
    await expect(save({}, false)).resolves.toMatchObject({ mapping: { version: 2 } })
    await expect(save()).rejects.toThrow(/exists already/)
    await expect(save({ id: 'new' }, false)).rejects.toMatchObject({ code: 'not_found' })
    expect(inForce()).toHaveLength(2)
  })

  it('are for the sites that somebody sees', async () => {
    const engineer: Principal = { id: 'p2', name: 'Li', role: 'engineer', sites: ['default'] }
    await save({ id: 'for-all' })
    await expect(save({ id: 'mine' }, true, engineer)).rejects.toThrow(/all sites/)
    await expect(save({ id: 'mine', site: 'elsewhere' }, true, engineer)).rejects.toMatchObject({ code: 'invalid' })
    await expect(save({ id: 'for-all', site: 'default' }, false, engineer)).rejects.toMatchObject({ code: 'not_found' })
    await expect(bench.command({ type: 'delete_mapping', id: 'for-all' }, engineer)).rejects.toMatchObject({
      code: 'not_found',
    })
    await save({ id: 'mine', site: 'default' }, true, engineer)
    await bench.command({ type: 'delete_mapping', id: 'mine' }, engineer)
  })

  it('keep their site from being removed', async () => {
    await bench.command({ type: 'create_site', site: { id: 'empty', name: 'x', timezone: 'Asia/Shanghai' } })
    await save({ site: 'empty' })
    await expect(bench.command({ type: 'delete_site', id: 'empty' })).rejects.toThrow(/mappings/)
    await bench.command({ type: 'delete_mapping', id: 'lift-x' })
    await bench.command({ type: 'delete_site', id: 'empty' })
  })
})
