import { afterEach, beforeEach, expect, it } from 'vitest'
import { EngineBench, HOUR } from '../../support/engine.ts'
import { adopt, answer, asked, completed, local } from '../../support/follow-ups.ts'
import { responder, savePlan, SMS } from '../../support/people.ts'

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open(local('10:00'))
  await adopt(bench, 'D6')
})
afterEach(() => bench.close())

const told = async (kind: string) => {
  const query = bench.store.reader.selectFrom('outbox').select(['channel', 'recipient', 'body'])
  const rows = await query.where('kind', '=', kind).orderBy('id').execute()
  return rows.map(({ body, ...rest }) => ({ ...rest, body: JSON.parse(body) as Record<string, unknown> }))
}

it('who nobody asked in time is told once to the customer-service supervisors of the site, also over a restart', async () => {
  await savePlan(bench, 'channel', SMS)
  await savePlan(bench, 'responder', responder('sun', { roles: ['customer_service'] }))
  await savePlan(bench, 'responder', responder('gone', { roles: ['customer_service'], enabled: false }))
  await savePlan(bench, 'responder', responder('qian', { roles: ['supervisor'] }))
  const ticket = await completed(bench)
  await answer(bench, (await asked(bench, await completed(bench)))[0]!)
  bench.clock.set(local('2026-11-24T10:00'))
  await bench.engine.tick()
  expect(await told('follow_up.due')).toEqual([])
  await bench.restart(1)
  await bench.engine.tick()
  await bench.restart(HOUR)
  await bench.engine.tick()
  const body = expect.objectContaining({ number: ticket.number, resident: 'Chen 13900000000' }) as unknown
  expect(await told('follow_up.due')).toEqual([{ channel: 'sms', recipient: 'sun', body }])
  await answer(bench, (await asked(bench, ticket))[0]!)
})

it('without such a supervisor whoever listens is told', async () => {
  await completed(bench)
  await bench.pass(24 * HOUR + 1)
  expect(await told('follow_up.due')).toMatchObject([{ channel: 'log', recipient: null }])
})

it('D19 the answer is fed back to who was there, where it was not good', async () => {
  await savePlan(bench, 'channel', SMS)
  await savePlan(bench, 'responder', responder('Li'))
  await answer(bench, (await asked(bench, await completed(bench)))[0]!, { grade: 4, reason: 'fine' })
  expect(await told('follow_up.answered')).toEqual([])
  await answer(bench, (await asked(bench, await completed(bench)))[0]!, { grade: 3, reason: '等了很久' })
  expect(await told('follow_up.answered')).toMatchObject([
    { channel: 'sms', recipient: 'Li', body: { grade: 3, reason: '等了很久' } },
  ])
})
