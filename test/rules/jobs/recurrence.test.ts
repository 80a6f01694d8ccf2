import { earlierQuery } from '../../../rules/storage/recurrences.ts'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { recurrencesOf } from '../../../rules/jobs/recurrence.ts'
import { DAY_MS } from '../../../rules/model.ts'
import type { ReportedTicket } from '../../../rules/tickets/reported.ts'
import { historyOf } from '../../../rules/storage/tickets.ts'
import { EngineBench, LEAK, LIFT } from '../../support/engine.ts'
import { act, report } from '../../support/jobs.ts'

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open()))
afterEach(() => bench.close())

const seen = async (rest: Partial<ReportedTicket>) => {
  const ticket = await report(bench, rest)
  const numbers = (await recurrencesOf(bench.store.reader, ticket)).map(({ number }) => number)
  const noted = (await historyOf(bench.store.reader, ticket.id)).filter(({ action }) => action === 'recurrence')
  expect(noted.map(({ note }) => note)).toEqual(numbers.length === 0 ? [] : [numbers.join(', ')])
  return numbers
}

it('D12: is watched for at the same device and at the same place, of the same category, and noted at the opening', async () => {
  const place = { location: '3 栋 201' }
  const atDevice = await report(bench, { device: LEAK, location: '地下室' })
  const atPlace = await report(bench, place)
  const other = await report(bench, { ...place, category: 'power' })
  expect(await seen(place)).toEqual([atPlace.number])
  expect(await seen({ ...place, device: LEAK })).toHaveLength(3)
  expect(await seen({ device: LEAK, location: '别处' })).toContain(atDevice.number)
  expect(await seen({ ...place, category: 'power' })).toEqual([other.number])
  expect(await seen({ device: LIFT, location: '电梯' })).toEqual([])
  expect(await seen({ location: '3 栋 2010' })).toEqual([])
})

it('is not seen in a cancelled ticket, after 30 days, at a place without a name, or in another site', async () => {
  const { id } = await report(bench)
  await act(bench, id, 'cancel', { note: 'x' })
  expect(await seen({})).toEqual([])
  await report(bench, { location: '' })
  expect(await seen({ location: '' })).toEqual([])
  await bench.command({ type: 'create_site', site: { id: 'north', name: 'North', timezone: 'Asia/Shanghai' } })
  expect(await seen({ site: 'north' })).toEqual([])
  bench.clock.advance(30 * DAY_MS)
  expect(await seen({})).toHaveLength(1)
  bench.clock.advance(30 * DAY_MS + 1)
  expect(await seen({})).toEqual([])
})

it('is found by an index, twenty at most', async () => {
  for (let count = 0; count < 22; count++) await report(bench, { device: LEAK })
  expect(await seen({ device: LEAK })).toHaveLength(20)
  const { sql, parameters } = earlierQuery(bench.store.reader, LEAK, 'b', 'default', 'e', 1, 'c').compile()
  const explained = bench.store.sqlite.prepare(`explain query plan ${sql}`).all(...parameters)
  const plan = explained as { detail: string }[]
  const indexes = plan.flatMap(({ detail }) => /USING INDEX (\w+)/.exec(detail)?.[1] ?? [])
  expect(indexes).toEqual(['tickets_device', 'tickets_place'])
})
