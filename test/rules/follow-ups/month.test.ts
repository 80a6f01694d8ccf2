import { afterEach, beforeEach, expect, it } from 'vitest'
import { adopted } from '../../../rules/commitments/adopt.ts'
import { presets } from '../../../rules/commitments/presets/index.ts'
import { listSamples } from '../../../rules/storage/samples.ts'
import { EngineBench } from '../../support/engine.ts'
import { asked, completed, shown } from '../../support/follow-ups.ts'

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open(Date.parse('2026-12-30T00:00:00Z'))))
afterEach(() => bench.close())

it('D19 a month ends at the site’s own midnight, also that of a year; what is completed then is of the next', async () => {
  await bench.command({ type: 'create_site', site: { id: 'ny', name: 'NY', timezone: 'America/New_York' } })
  const plan = adopted(presets.get('D19')!, { id: 'ours', sites: ['ny', 'default'] }, '2026-12-01')
  await bench.command({ type: 'save_plan', kind: 'commitment', plan, isNew: true })
  const samplesOf = (site: string) => listSamples(bench.store.reader, site, 10)
  const jobs = async (at: string) => {
    bench.clock.set(Date.parse(at))
    const reporter = { phone: at }
    return [await completed(bench, { reporter }), await completed(bench, { site: 'ny', reporter })] as const
  }
  // The last and the first moment of the year in Shanghai; in New York both are in the old one.
  const [old, oldNy] = await jobs('2026-12-31T15:59:59.999Z')
  const [young, alsoOldNy] = await jobs('2026-12-31T16:00:00.000Z')
  await bench.engine.tick()
  expect(await samplesOf('default')).toMatchObject([{ month: '2026-12', population: 1, taken: [old.id] }])
  expect(await samplesOf('ny')).toEqual([])
  bench.clock.set(Date.parse('2027-01-01T04:59:59.999Z'))
  await bench.engine.tick()
  expect(await samplesOf('ny')).toEqual([])
  bench.clock.advance(1)
  await bench.engine.tick()
  const [sample] = await samplesOf('ny')
  expect([sample!.month, sample!.population]).toEqual(['2026-12', 2])
  expect(new Set(sample!.taken)).toEqual(new Set([oldNy.id, alsoOldNy.id]))
  expect((await asked(bench, old)).map(({ dueAt }) => shown(dueAt))).toEqual(['2027-02-01 00:00'])
  expect(await asked(bench, young)).toEqual([])
  bench.clock.set(Date.parse('2027-02-01T00:00:00Z'))
  await bench.engine.tick()
  expect((await samplesOf('default')).map(({ month, taken }) => [month, taken])).toEqual([
    ['2027-01', [young.id]],
    ['2026-12', [old.id]],
  ])
})

it('where no sample was promised none is drawn', async () => {
  await completed(bench)
  bench.clock.set(Date.parse('2027-01-02T00:00:00Z'))
  await bench.engine.tick()
  expect(await listSamples(bench.store.reader, 'default', 10)).toEqual([])
})
