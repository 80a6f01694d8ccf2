import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ReportForRegister } from '../../../rules/desk/register.ts'
import type { Principal } from '../../../rules/model.ts'
import { EngineBench, HOUR, MINUTE, START } from '../../support/engine.ts'
import { act, byResponder, dispatcher, promise as promiseOwn, walkTo } from '../../support/jobs.ts'
import { savePlan, SMS } from '../../support/people.ts'
import { lines, promise, tasks, texts } from '../../support/residents.ts'

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open()))
afterEach(() => bench.close())

const WISHED = START + 24 * HOUR
const RESIDENT: Principal = { id: 'page:default', name: 'resident', role: 'dispatcher', sites: ['default'] }
const said: ReportForRegister = {
  ...{ site: 'default', channel: 'page', name: '王', phone: '13900000001', household: '3-2-502', location: '厨房' },
  ...{ text: '水龙头滴水', category: 'other', priority: 'medium', size: null, paid: false, progress: 'sms' },
  ...{ formDate: null, appointmentAt: WISHED, occurredAt: null, device: null, problems: [] },
  ...{ quotedFen: null, agreedBy: null },
}
const wish = async (rest: Partial<ReportForRegister> = {}) =>
  (await bench.command({ type: 'register_report', report: { ...said, ...rest } }, RESIDENT)).ticket!
const agree = async (ticket: string, appointmentAt: number, by = dispatcher) =>
  (await bench.command({ type: 'edit_job', ticket, appointmentAt }, by)).ticket!
const owed = async (ticket: string) => (await tasks(bench, ticket)).filter(({ kind }) => kind === 'agree_appointment')

describe('a time that a resident wishes on the page', () => {
  it('starts no clock of an appointment, and the desk is told (D19)', async () => {
    await promise(bench, 'D19')
    const { id, kind, appointmentAt, clocks } = await wish({ size: 'small' })
    expect([kind, appointmentAt, clocks.map(({ milestone }) => milestone)]).toEqual(['repair', null, ['complete']])
    const wishes = [{ at: WISHED, household: '3-2-502', phone: '13900000001', name: '王', number: 'BX20261123-0001' }]
    expect(await owed(id)).toMatchObject([{ state: 'open', assignee: null, dueAt: START + HOUR, about: { wishes } }])
  })

  it('becomes an appointment that is up to 5 min early and at most 2 min late once it is agreed (D19)', async () => {
    await promise(bench, 'D19')
    await savePlan(bench, 'channel', SMS)
    const { id } = await wish({ size: 'small' })
    const at = WISHED + HOUR
    const { kind, appointmentAt, clocks } = await agree(id, at)
    expect([kind, appointmentAt]).toEqual(['appointment', at])
    const slot = { milestone: 'arrive', state: 'running', dueAt: at + 2 * MINUTE, notBefore: at - 5 * MINUTE }
    expect(clocks).toMatchObject([{ milestone: 'complete', state: 'cancelled' }, slot])
    expect(await owed(id)).toMatchObject([{ state: 'done', settledBy: dispatcher.name, note: '11-24 11:00' }])
    expect((await texts(bench, id)).map(({ body }) => body.said)).toMatchObject([{ zh: '已约定 11-24 11:00 上门' }])
    expect(await lines(bench, id, 'edit')).toEqual([`${dispatcher.name} edit: appointmentAt`])
    await bench.pass(at + 2 * MINUTE + 1 - START)
    expect((await bench.ticket(id)).clocks).toMatchObject([{ state: 'cancelled' }, { state: 'breached' }])
  })

  it('leaves what is late already, and what is promised of appointments too', async () => {
    await promiseOwn(bench, {
      targets: [
        { milestone: 'respond', withinMs: HOUR, calendar: 'around_the_clock' },
        { milestone: 'arrive', withinMs: 10 * MINUTE, calendar: 'around_the_clock', covers: { kinds: ['repair'] } },
      ],
    })
    const { id } = await wish()
    await bench.pass(10 * MINUTE + 1)
    expect((await agree(id, WISHED)).clocks).toMatchObject([
      { milestone: 'arrive', state: 'breached' },
      { milestone: 'respond', state: 'running', dueAt: START + HOUR },
    ])
  })

  it('is told beside others of the same ticket, and over once somebody is there', async () => {
    const { id } = await wish()
    expect((await wish({ phone: '13900000002', text: '还在滴', appointmentAt: WISHED + HOUR })).id).toBe(id)
    expect(await owed(id)).toMatchObject([{ about: { wishes: [{ at: WISHED }, { at: WISHED + HOUR }] } }])
    await walkTo(bench, id, 'arrive')
    expect(await owed(id)).toMatchObject([{ state: 'dropped', note: 'the ticket is on_site' }])
    await expect(agree(id, WISHED)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('puts off no emergency, and nothing that a device reported', async () => {
    for (const priority of ['critical', 'medium'] as const) {
      const { id } = await wish({ priority, household: priority })
      expect(await owed(id)).toHaveLength(priority === 'critical' ? 0 : 1)
      if (priority === 'critical') await expect(agree(id, WISHED)).rejects.toThrow('an emergency is never put off')
    }
    await bench.leak()
    const { id } = (await bench.tickets()).find(({ origin }) => origin === 'alarm')!
    bench.store.sqlite.prepare(`update tickets set priority = 'medium', problems = '[]' where id = ?`).run(id)
    await expect(agree(id, WISHED)).rejects.toThrow('a device reported it too')
  })

  it('is agreed by the desk, with who wishes one, and once', async () => {
    const { id } = await wish()
    await act(bench, id, 'assign', { assignee: 'Li' })
    await expect(agree(id, WISHED, byResponder('Li'))).rejects.toMatchObject({ code: 'forbidden' })
    await expect(agree(id, START)).rejects.toThrow('appointmentAt: in the future')
    const [task] = await owed(id)
    await expect(bench.command({ type: 'settle_task', task: task!.id, to: 'done' })).rejects.toThrow(
      `PATCH /api/v1/tickets/${id}/job`,
    )
    await agree(id, WISHED)
    await expect(agree(id, WISHED + 1)).rejects.toThrow('it is of kind appointment')
    const other = await wish({ appointmentAt: null, household: '1-1-101' })
    await expect(agree(other.id, WISHED)).rejects.toThrow('nobody who reported it wishes a time')
  })
})
