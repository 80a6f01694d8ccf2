import { afterEach, beforeEach, expect, it } from 'vitest'
import { listRainyDays } from '../../../rules/storage/rainy-days.ts'
import { EngineBench, HOUR, METER } from '../../support/engine.ts'
import { adopt, completed, local, onlyOne, shown } from '../../support/follow-ups.ts'

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open(local('10:00'))
  await adopt(bench, 'D13')
})
afterEach(() => bench.close())

const seepage = () => completed(bench, { problems: ['water.seepage'] })
const rain = () => bench.say(METER, { levels: { 'weather.rain': true } })
const note = (day?: string, more: object = {}) =>
  bench.command({ type: 'note_rainy_day', site: 'default', ...(day !== undefined && { day }), ...more })
const days = () => listRainyDays(bench.store.reader, 'default', 10)

it('rain before the completion does not count, rain later on the same day does', async () => {
  await rain()
  bench.clock.advance(HOUR)
  const ticket = await seepage()
  expect((await onlyOne(bench, ticket)).state).toBe('waiting')
  bench.clock.advance(HOUR)
  await rain()
  const open = await onlyOne(bench, ticket)
  expect([open.state, open.rainyDay, shown(open.dueAt)]).toEqual(['open', '2026-11-23', '2026-11-25 00:00'])
  expect(await days()).toMatchObject([{ day: '2026-11-23', at: local('10:00'), source: 'device', by: METER }])
})

it('each of the day’s completions waits for rain after it, and rain of the very moment is none', async () => {
  const early = await seepage()
  bench.clock.advance(HOUR)
  const late = await seepage()
  await rain()
  expect([(await onlyOne(bench, early)).state, (await onlyOne(bench, late)).state]).toEqual(['open', 'waiting'])
  bench.clock.advance(1)
  await rain()
  expect((await onlyOne(bench, late)).state).toBe('open')
})

it('a day that is known, where nobody waits, is written nowhere again', async () => {
  await rain()
  bench.clock.advance(HOUR)
  const before = await bench.store.reader.selectFrom('rainy_days').selectAll().execute()
  await rain()
  expect(await bench.store.reader.selectFrom('rainy_days').selectAll().execute()).toEqual(before)
  bench.clock.set(local('2026-11-24T00:00'))
  await rain()
  expect((await days()).map(({ day }) => day)).toEqual(['2026-11-24', '2026-11-23'])
})

it('a person notes a day: one of the past counts for what was completed on an earlier day', async () => {
  const ticket = await seepage()
  bench.clock.set(local('2026-11-27T09:00'))
  expect((await note('2026-11-23')).opened).toBe(0)
  const noted = await note('2026-11-24', { amountMm: 12, note: '小雨' })
  expect(noted).toMatchObject({ opened: 1, rainyDay: { day: '2026-11-24', by: 'Zhang', amountMm: 12, note: '小雨' } })
  const open = await onlyOne(bench, ticket)
  expect([open.rainyDay, shown(open.dueAt)]).toEqual(['2026-11-24', '2026-11-28 00:00'])
  expect(await note('2026-11-24', { amountMm: 3 })).toMatchObject({ opened: 0, rainyDay: { amountMm: 12 } })
})

it('a day that cannot be meant is refused', async () => {
  await expect(note('2026-11-24')).rejects.toThrow('day: not in the future; at the site it is 2026-11-23')
  await expect(note('2026-10-22')).rejects.toThrow('at most 31 days ago')
  await expect(bench.command({ type: 'note_rainy_day', site: 'nowhere' })).rejects.toThrow('does not exist')
  const other = { id: 'p2', name: 'Wu', role: 'dispatcher', sites: ['south'] } as const
  const elsewhere = bench.command({ type: 'note_rainy_day', site: 'default' }, other)
  await expect(elsewhere).rejects.toMatchObject({ code: 'not_found' })
})

it('the day is the site’s: late in the evening in New York it is not tomorrow yet', async () => {
  await bench.command({ type: 'create_site', site: { id: 'ny', name: 'NY', timezone: 'America/New_York' } })
  await bench.provision('gauge', 'rain_gauge', 'ny')
  bench.clock.set(Date.parse('2026-11-24T04:59:59.999Z'))
  await bench.say('gauge', { values: { 'rain.amount': 1 } })
  bench.clock.advance(1)
  await bench.say('gauge', { values: { 'rain.amount': 2 } })
  const found = await listRainyDays(bench.store.reader, 'ny', 10)
  expect(found.map(({ day }) => day)).toEqual(['2026-11-24', '2026-11-23'])
})
