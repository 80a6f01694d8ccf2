import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ReportedTicket } from '../../../rules/tickets/reported.ts'
import { EngineBench, HOUR, METER, MINUTE } from '../../support/engine.ts'
import { adopt, answer, asked, completed, local, onlyOne, report, shown } from '../../support/follow-ups.ts'

/** Each row of what the documents promise about the time after the work (回访), on the manual clock. */

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open(local('10:00'))))
afterEach(() => bench.close())

const dueAfter = async (what: Partial<ReportedTicket>) =>
  (await asked(bench, await completed(bench, what))).map(({ state, dueAt, rule }) => [state, shown(dueAt), rule.by])

const emergency = { priority: 'critical' } as const

it('D6 general repair: 24 h; emergency repair: 2 h, telephone first, then visit or online', async () => {
  await adopt(bench, 'D6')
  expect(await dueAfter({})).toEqual([['open', '2026-11-24 10:00', undefined]])
  expect(await dueAfter({ ...emergency })).toEqual([['open', '2026-11-23 12:00', undefined]])
  const urgent = await onlyOne(bench, await completed(bench, emergency))
  const visited = { way: 'visit' }
  await expect(answer(bench, urgent, visited)).rejects.toThrow('telephone first, as was promised')
  const attempt = { type: 'attempt_follow_up', followUp: urgent.id, note: 'nobody answers' } as const
  await expect(bench.command({ ...attempt, way: 'online' })).rejects.toThrow('telephone first')
  const tried = (await bench.command({ ...attempt, way: 'telephone' })).followUp!
  expect([tried.state, tried.attempts]).toMatchObject(['open', [{ way: 'telephone', note: 'nobody answers' }]])
  expect(await answer(bench, urgent, visited)).toMatchObject({ state: 'done', answer: { way: 'visit' } })
  await expect(answer(bench, urgent)).rejects.toMatchObject({ code: 'conflict' })
  const general = await onlyOne(bench, await completed(bench))
  expect((await answer(bench, general, { way: 'online' })).state).toBe('done')
})

describe('D13', () => {
  beforeEach(() => adopt(bench, 'D13'))

  it('D13 water or power emergency repair: 24 h, by the customer-service supervisor', async () => {
    for (const category of ['water_leak', 'power']) {
      expect(await dueAfter({ ...emergency, category })).toEqual([['open', '2026-11-24 10:00', '客服主管']])
    }
    expect(await dueAfter({ category: 'water_leak' })).toEqual([])
  })

  it('D13 dangerous repair (fallen plaster, burst pipe): 24 h, once where it was an emergency too', async () => {
    for (const problem of ['plaster.fallen', 'water.burst']) {
      expect(await dueAfter({ problems: [problem] })).toEqual([['open', '2026-11-24 10:00', '客服主管']])
    }
    const both = { ...emergency, category: 'water_leak', problems: ['water.burst'] }
    expect(await dueAfter(both)).toHaveLength(1)
  })

  it('D13 seepage repair: waits for the first rainy day after completion, also over a restart', async () => {
    await bench.provision('gauge', 'rain_gauge')
    await bench.say('gauge', { values: { 'rain.amount': 4 } })
    bench.clock.advance(HOUR)
    const seepage = await completed(bench, { problems: ['water.seepage'] })
    const waiting = await onlyOne(bench, seepage)
    expect(waiting).toMatchObject({ state: 'waiting', dueAt: null })
    await expect(answer(bench, waiting)).rejects.toThrow('waits for the first rainy day')
    await bench.restart(2 * 24 * HOUR)
    await bench.say('gauge', { values: { 'rain.amount': 4 } })
    expect((await onlyOne(bench, seepage)).state).toBe('waiting')
    await bench.say('gauge', { values: { 'rain.amount': 4.1 } })
    const open = await onlyOne(bench, seepage)
    expect(open).toMatchObject({ state: 'open', rainyDay: '2026-11-25' })
    expect(shown(open.dueAt)).toBe('2026-11-27 00:00')
    bench.clock.set(local('2026-11-26T00:00') - 1)
    await expect(answer(bench, open)).rejects.toThrow('from 2026-11-25T16:00:00.000Z on')
    bench.clock.advance(1)
    expect((await answer(bench, open)).state).toBe('done')
  })

  it('D13 appointment: 3 days', async () => {
    const appointment = { kind: 'appointment', appointmentAt: local('14:00') } as const
    expect(await dueAfter(appointment)).toEqual([['open', '2026-11-26 10:00', '客服主管']])
  })

  it('D13 a quality fault found: repaired again by appointment, free; none is opened twice', async () => {
    const what = { ...emergency, category: 'water_leak', problems: ['water.seepage'] }
    const ticket = await completed(bench, what)
    const [first] = await asked(bench, ticket)
    const found = { grade: 4, faults: ['quality'] }
    await expect(answer(bench, first!, found)).rejects.toThrow('appointmentAt')
    await expect(answer(bench, first!, { ...found, appointmentAt: local('10:00') })).rejects.toThrow('in the future')
    const { answer: given } = await answer(bench, first!, { ...found, appointmentAt: local('2026-11-25T09:00') })
    const rework = await bench.ticket(given!.rework!)
    expect(rework).toMatchObject({ kind: 'appointment', origin: 'rework', reworkOf: ticket.id, priority: 'high' })
    expect([rework.appointmentAt, rework.job.charge.paid]).toEqual([local('2026-11-25T09:00'), false])
    expect([given!.complaint, given!.apology]).toEqual([null, null])
    await bench.command({ type: 'note_rainy_day', site: 'default', day: '2026-11-23' })
    bench.clock.advance(MINUTE)
    await bench.command({ type: 'note_rainy_day', site: 'default' })
    bench.clock.set(local('2026-11-24T09:00'))
    const [, second] = await asked(bench, ticket)
    expect((await answer(bench, second!, found)).answer!.rework).toBe(rework.id)
    await bench.walk(rework.id, 'complete')
    expect((await asked(bench, rework)).map(({ state }) => state)).toEqual(['waiting', 'open'])
  })

  it.each(['attitude', 'lateness'])('D13 %s found: the person apologises at the door, once', async (fault) => {
    const what = { problems: ['water.burst'] }
    const ticket = await completed(bench, what)
    const { answer: given } = await answer(bench, await onlyOne(bench, ticket), { grade: 4, faults: [fault] })
    const tasks = await bench.store.reader.selectFrom('tasks').selectAll().execute()
    const task = { id: given!.apology, ticket: ticket.id, kind: 'apology', assignee: 'Li', state: 'open' }
    expect(tasks).toMatchObject([{ ...task, due_at: local('2026-11-24T10:00') }])
    expect([given!.rework, given!.complaint]).toEqual([null, null])
  })
})

it('D8 resident not satisfied: it becomes a complaint about the ticket', async () => {
  await adopt(bench, 'D6')
  const ticket = await completed(bench)
  const followUp = await onlyOne(bench, ticket)
  await expect(answer(bench, followUp, { grade: 2, reason: ' ' })).rejects.toThrow('reason: ask why')
  const { answer: given } = await answer(bench, followUp, { grade: 2, reason: 'left dirt behind' })
  const complaint = await bench.ticket(given!.complaint!)
  expect(complaint).toMatchObject({ kind: 'complaint', description: 'left dirt behind', reporter: { name: 'Chen' } })
  expect(complaint.job.complaint).toMatchObject({ about: ticket.id, followUp: followUp.id })
  const fair = await onlyOne(bench, await completed(bench))
  expect((await answer(bench, fair, { grade: 3, reason: 'slow' })).answer!.complaint).toBeNull()
})

describe('D19 monthly', () => {
  it('D19 in-home service: a sample of the households of the month that ended, asked within the next', async () => {
    await adopt(bench, 'D19')
    for (let flat = 1; flat <= 7; flat++) {
      const reporter = { name: `N${flat}`, phone: `139${flat}` }
      await completed(bench, { reporter })
      if (flat === 7) await completed(bench, { reporter })
    }
    await completed(bench, { reporter: null })
    await report(bench, { reporter: { phone: 'not done' } })
    const drawnBy = () => bench.store.reader.selectFrom('samples').selectAll().execute()
    bench.clock.set(local('2026-11-30T23:59'))
    await bench.engine.tick()
    expect(await drawnBy()).toEqual([])
    await bench.restart(3 * 24 * HOUR)
    await bench.engine.tick()
    await bench.restart()
    await bench.engine.tick()
    const [sample, ...others] = await drawnBy()
    expect(sample).toMatchObject({ site: 'default', month: '2026-11', population: 7 })
    expect(others).toEqual([])
    const taken = JSON.parse(sample!.taken) as string[]
    expect(new Set(taken).size).toBe(5)
    for (const id of taken) {
      const followUp = await onlyOne(bench, { id })
      expect([followUp.state, shown(followUp.dueAt)]).toEqual(['open', '2027-01-01 00:00'])
    }
    const [someone] = taken
    const { state, answer: given } = await answer(bench, await onlyOne(bench, { id: someone! }), {
      ...{ way: 'intercom', grade: 3, reason: '等了很久' },
    })
    expect([state, given]).toMatchObject(['done', { way: 'intercom', grade: 3, reason: '等了很久' }])
  })
})

it('the milestone is reached with the first that is done, and a rain sensor that is wet is rain', async () => {
  await adopt(bench, 'D13')
  const plan = { milestone: 'follow_up', withinMs: 26 * HOUR, calendar: 'around_the_clock' } as const
  const own = { id: 'own', name: { zh: '回访', en: 'Asked' }, sites: ['default'], targets: [plan] }
  await bench.command({ type: 'save_plan', kind: 'commitment', plan: own, isNew: true })
  const ticket = await completed(bench, { ...emergency, category: 'power', problems: ['water.seepage'] })
  const clock = async () => (await bench.ticket(ticket.id)).clocks.find(({ milestone }) => milestone === 'follow_up')
  expect(await clock()).toMatchObject({ state: 'running' })
  const [first] = await asked(bench, ticket)
  await bench.pass(HOUR)
  await answer(bench, first!)
  expect(await clock()).toMatchObject({ state: 'met', metAt: local('11:00') })
  expect((await bench.ticket(ticket.id)).reached.follow_up).toBe(local('11:00'))
  await bench.say(METER, { levels: { 'weather.rain': true } })
  bench.clock.set(local('2026-11-24T08:00'))
  await answer(bench, (await asked(bench, ticket))[1]!)
  expect(await clock()).toMatchObject({ state: 'met', metAt: local('11:00') })
  const rows = await bench.store.reader.selectFrom('ticket_history').select('action').orderBy('id').execute()
  expect(rows.filter(({ action }) => action === 'follow_up')).toHaveLength(2)
})
