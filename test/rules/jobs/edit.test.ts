import { afterEach, beforeEach, expect, it } from 'vitest'
import { historyOf } from '../../../rules/storage/tickets.ts'
import { EngineBench, HOUR, LEAK, MINUTE, START } from '../../support/engine.ts'
import { act, byResponder, dispatcher, promise, report, walkTo } from '../../support/jobs.ts'

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open()))
afterEach(() => bench.close())

const edit = (ticket: string, rest: object, by = dispatcher) => bench.command({ type: 'edit_job', ticket, ...rest }, by)

it('changes what was sent, counts it, and keeps what stood there before', async () => {
  const { id } = await report(bench)
  const { ticket } = await edit(id, { cause: '接头老化', location: '3 栋 202' })
  expect(ticket).toMatchObject({
    location: '3 栋 202',
    title: { zh: '水管漏水' },
    job: { version: 2, cause: '接头老化' },
  })
  await edit(id, { cause: '接头松动' })
  const rows = await bench.store.reader.selectFrom('audit').selectAll().where('action', '=', 'edit_job').execute()
  expect(rows.map(({ detail }) => JSON.parse(detail) as unknown)).toEqual([
    { location: { from: '3 栋 201', to: '3 栋 202' }, cause: { from: '', to: '接头老化' } },
    { cause: { from: '接头老化', to: '接头松动' } },
  ])
  expect((await historyOf(bench.store.reader, id)).at(-1)).toMatchObject({ action: 'edit', note: 'cause' })
  expect((await edit(id, { cause: '接头松动' })).ticket?.job.version).toBe(3)
})

it('is stale where somebody else edited it, where the work was completed with words, and where an alarm named it', async () => {
  const { id } = await report(bench)
  await edit(id, { cause: 'a', ifVersions: [1] })
  await expect(edit(id, { cause: 'b', ifVersions: [1] })).rejects.toMatchObject({ code: 'stale' })
  await walkTo(bench, id, 'arrive')
  await act(bench, id, 'complete', { measure: '更换接头' })
  await expect(edit(id, { measure: 'c', ifVersions: [2] })).rejects.toMatchObject({ code: 'stale' })
  expect((await bench.ticket(id)).job).toMatchObject({ version: 3, cause: 'a', measure: '更换接头' })
})

it('of two at once is not lost to who completes the work with words of his own', async () => {
  const { id } = await report(bench)
  await walkTo(bench, id, 'arrive')
  await edit(id, { cause: 'a' })
  const said = { cause: 'b', ifVersions: [1] }
  await expect(act(bench, id, 'complete', said)).rejects.toMatchObject({ code: 'stale' })
  expect((await act(bench, id, 'complete', { ...said, ifVersions: [2] })).job).toMatchObject({ cause: 'b', version: 3 })
})

it('leaves what the work did not count as complete without', async () => {
  await promise(bench, { completion: { needs: ['cause'] } })
  const { id } = await report(bench)
  await walkTo(bench, id, 'arrive')
  await edit(id, { cause: 'a' })
  await edit(id, { cause: '' })
  await act(bench, id, 'complete', { cause: 'b', measure: 'c' })
  await expect(edit(id, { cause: '' })).rejects.toThrow('the work is completed: it needs cause')
  await edit(id, { cause: 'd', measure: '' })
})

it('leaves cause, measure and costs as the customer signed for them, and says what to do; notes stay possible', async () => {
  const { id } = await report(bench)
  await walkTo(bench, id, 'arrive')
  await act(bench, id, 'complete', { cause: 'a' })
  await edit(id, { cause: 'b' })
  await bench.command({ type: 'sign_job', ticket: id, signer: 'customer', name: '李女士', drawing: null }, dispatcher)
  const line = { kind: 'labour', name: '工时', quantity: 1, unit: '小时', unitPriceFen: 1 }
  for (const [field, value] of Object.entries({ cause: 'c', measure: 'd', costs: [line] })) {
    await expect(edit(id, { [field]: value })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(
        new RegExp(`^${field}: 李女士 signed for it at 2026-11-23T02:00:00.000Z.+/tickets/\\{id\\}/rework.+note`),
      ) as string,
    })
  }
  await edit(id, { cause: 'b', description: '李女士要求周末前再看一次' })
  await bench.command({ type: 'explain', ticket: id, reason: 'a', plan: 'b', way: 'telephone' }, dispatcher)
  await act(bench, id, 'sign-off')
  await expect(edit(id, { cause: 'c' })).rejects.toMatchObject({ code: 'conflict' })
  expect((await act(bench, id, 'close', { note: '原因实为阀门' })).job).toMatchObject({ cause: 'b' })
})

it('does not make rework paid while the warranty of its original runs', async () => {
  await promise(bench, { warranty: { withinMs: HOUR } })
  const { id } = await report(bench)
  await walkTo(bench, id, 'arrive')
  await act(bench, id, 'complete')
  const rework = await act(bench, id, 'rework')
  await expect(edit(rework.id, { paid: true })).rejects.toMatchObject({ code: 'conflict' })
  bench.clock.advance(HOUR + 1)
  await edit((await act(bench, id, 'rework')).id, { paid: true })
})

it('is refused once the ticket has ended, and of another’s job', async () => {
  const { id } = await report(bench)
  await walkTo(bench, id, 'accept')
  await expect(edit(id, { cause: 'a' }, byResponder('Wang'))).rejects.toMatchObject({ code: 'forbidden' })
  await edit(id, { cause: 'a' }, byResponder('Li'))
  await act(bench, id, 'cancel', { note: 'x' })
  await expect(edit(id, { cause: 'b' })).rejects.toMatchObject({ code: 'conflict' })
})

it('D19: whether it is small or large brings what is promised for that, from then on', async () => {
  const small = { milestone: 'complete', withinMs: HOUR, calendar: 'around_the_clock', covers: { sizes: ['small'] } }
  await promise(bench, { targets: [small as never] })
  const { id, clocks } = await report(bench)
  expect(clocks).toEqual([])
  bench.clock.advance(MINUTE)
  await edit(id, { size: 'small' })
  expect((await bench.ticket(id)).clocks).toMatchObject([{ milestone: 'complete', dueAt: START + MINUTE + HOUR }])
})

it('leaves the titles of an alarm in both languages where its text stays', async () => {
  await bench.leak()
  const { id, title } = await bench.ticket()
  expect((await edit(id, { title: title.zh })).ticket).toMatchObject({ title, device: LEAK, job: { version: 1 } })
  expect((await edit(id, { title: '水管漏水' })).ticket).toMatchObject({ title: { zh: '水管漏水', en: '水管漏水' } })
})
