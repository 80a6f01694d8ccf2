import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Ticket } from '../../../rules/model.ts'
import { historyOf } from '../../../rules/storage/tickets.ts'
import { actOnTicket, allowedActions } from '../../../rules/tickets/machine.ts'
import { presets } from '../../../rules/commitments/presets/index.ts'
import { ADMIN, EngineBench, HOUR, START } from '../../support/engine.ts'
import { act, byResponder, dispatcher, promise, report, waiting, walkTo } from '../../support/jobs.ts'
import { responder, savePlan, SMS } from '../../support/people.ts'

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
  const { approval } = presets.get('D8')!.commitment
  await promise(bench, { approval: approval! })
  await savePlan(bench, 'responder', responder('zhu', { roles: ['supervisor'] }))
  await savePlan(bench, 'responder', responder('gong'))
})
afterEach(() => bench.close())

const decide = (ticket: Ticket, verdict: 'given' | 'refused', by = dispatcher, note = '') =>
  bench.command({ type: 'decide_approval', ticket: ticket.id, verdict, note }, by)

describe('D8: a superior approves the 服务工作单 before work', () => {
  it('is asked at the opening, and nobody leaves for it before; the refusal says who can', async () => {
    const ticket = await report(bench)
    expect(ticket.job.approval).toMatchObject({ state: 'asked', askedAt: START, by: null })
    await walkTo(bench, ticket.id, 'accept')
    expect(allowedActions(await bench.ticket(ticket.id))).not.toContain('depart')
    await expect(act(bench, ticket.id, 'depart')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/supervisor, engineering_manager or general_manager/) as string,
    })
    await decide(ticket, 'given', byResponder('zhu'), '可以')
    expect((await bench.ticket(ticket.id)).job.approval).toMatchObject({ state: 'given', by: 'zhu', note: '可以' })
    expect((await act(bench, ticket.id, 'depart')).state).toBe('en_route')
    const history = await historyOf(bench.store.reader, ticket.id)
    expect(history.map(({ action, by }) => [action, by])).toContainEqual(['approve', 'zhu'])
  })

  it('stays refused with its reason, and may be approved later, but not once somebody has left', async () => {
    const ticket = await report(bench)
    await walkTo(bench, ticket.id, 'accept')
    await decide(ticket, 'refused', dispatcher, '先报价')
    await expect(act(bench, ticket.id, 'depart')).rejects.toThrow(/refused by the dispatcher: 先报价/)
    await decide(ticket, 'given', ADMIN)
    await act(bench, ticket.id, 'depart')
    await expect(decide(ticket, 'refused')).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is given by a superior of the site alone, and by nobody for himself', async () => {
    const ticket = await report(bench)
    await expect(decide(ticket, 'given', byResponder('gong'))).rejects.toMatchObject({ code: 'forbidden' })
    await walkTo(bench, ticket.id, 'accept', 'zhu')
    await savePlan(bench, 'responder', responder('shi', { roles: ['general_manager'] }))
    await expect(decide(ticket, 'given', byResponder('zhu'))).rejects.toMatchObject({
      code: 'forbidden',
      message: 'nobody approves his own work order; ask name of shi (shi)',
    })
    const elsewhere = { ...byResponder('zhu'), sites: ['other'] }
    await expect(decide(ticket, 'given', elsewhere)).rejects.toMatchObject({ code: 'not_found' })
    const disabled = responder('zhu', { roles: ['supervisor'], enabled: false })
    await savePlan(bench, 'responder', disabled, false)
    await expect(decide(await report(bench), 'given', byResponder('zhu'))).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('is given for himself by who is the only one of the site who can', async () => {
    const ticket = await report(bench)
    await walkTo(bench, ticket.id, 'accept', 'zhu')
    await decide(ticket, 'given', byResponder('zhu'))
    expect((await bench.ticket(ticket.id)).job.approval).toMatchObject({ state: 'given', by: 'zhu' })
  })

  it('is told to the superiors of the site when it is asked, once and after their quiet hours', async () => {
    const quietHours = [{ from: '09:00', to: '12:00' }]
    await savePlan(bench, 'channel', SMS)
    await savePlan(bench, 'responder', responder('zhu', { roles: ['supervisor'], quietHours }), false)
    await bench.command({ type: 'create_site', site: { id: 'other', name: 'Other', timezone: 'Asia/Shanghai' } })
    await savePlan(bench, 'responder', responder('far', { roles: ['supervisor'], sites: ['other'] }))
    const ticket = await report(bench)
    await walkTo(bench, ticket.id, 'accept')
    const asked = { emergency: false, dueAt: START + 2 * HOUR, site: 'default' }
    const body = { number: ticket.number, location: '3 栋 201', stepName: { zh: '请审批服务工作单：通过或退回' } }
    expect(await waiting(bench, ticket)).toMatchObject([{ channel: 'sms', recipient: 'zhu', ...asked, body }])
    const emergency = await report(bench, { priority: 'critical' })
    expect(await waiting(bench, emergency)).toEqual([])
  })

  it('is told to whoever listens where the site has no superior', async () => {
    await savePlan(bench, 'responder', responder('zhu', { roles: ['supervisor'], enabled: false }), false)
    expect(await waiting(bench, await report(bench))).toMatchObject([{ channel: 'log', recipient: null }])
  })

  it('never holds up an emergency, also one that became one, nor a complaint', async () => {
    const emergency = await report(bench, { priority: 'critical' })
    expect(emergency.job.approval).toBeNull()
    await walkTo(bench, emergency.id, 'arrive')
    for (const problem of ['water.burst', 'power.cut', 'elevator.entrapment']) {
      expect((await report(bench, { problems: [problem] })).job.approval).toBeNull()
    }
    expect((await report(bench, { kind: 'complaint' })).job.approval).toBeNull()
    await expect(decide(emergency, 'given')).rejects.toMatchObject({ code: 'conflict' })
  })
})

it('is not asked where what was promised does not say so', async () => {
  await savePlan(
    bench,
    'commitment',
    {
      ...{ id: 'own', name: { zh: 'a', en: 'a' }, sites: ['default'] },
      targets: [{ milestone: 'accept', withinMs: 60_000, calendar: 'around_the_clock' }],
      approval: { covers: { sizes: ['large'] } },
    },
    false,
  )
  expect((await report(bench, { size: 'small' })).job.approval).toBeNull()
  expect((await report(bench, { size: 'large' })).job.approval).not.toBeNull()
})

it('is not needed any more where an alarm makes it an emergency', async () => {
  const ticket = await report(bench)
  await walkTo(bench, ticket.id, 'accept')
  const urgent: Ticket = { ...(await bench.ticket(ticket.id)), priority: 'critical' }
  expect(urgent.job.approval?.state).toBe('asked')
  expect(actOnTicket(urgent, 'depart', {}, START).state).toBe('en_route')
})
