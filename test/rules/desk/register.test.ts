import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adopted } from '../../../rules/commitments/adopt.ts'
import { presets } from '../../../rules/commitments/presets/index.ts'
import type { ReportForRegister } from '../../../rules/desk/register.ts'
import { INTAKE_CHANNELS, type Principal, type Ticket } from '../../../rules/model.ts'
import { intakesOf, listIntakes } from '../../../rules/storage/intakes.ts'
import { historyOf } from '../../../rules/storage/tickets.ts'
import { ADMIN, EngineBench, HOUR, LEAK, MINUTE, SECOND, START } from '../../support/engine.ts'

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
})
afterEach(() => bench.close())

const DESK: Principal = { id: 'p2', name: 'Chen', role: 'dispatcher', sites: ['default'] }
const report: ReportForRegister = {
  ...{ site: 'default', channel: 'telephone', name: '王', phone: '139', household: '3-2-502', location: '厨房' },
  ...{ text: '水管漏水\n很多', category: 'water_leak', priority: 'medium', size: null, paid: false, progress: 'none' },
  ...{ formDate: null, appointmentAt: null, occurredAt: null, device: null, problems: [] },
  ...{ quotedFen: null, agreedBy: null },
}
const register = async (rest: Partial<ReportForRegister> = {}, by = DESK) => {
  const { intake, ticket } = await bench.command({ type: 'register_report', report: { ...report, ...rest } }, by)
  return { intake: intake!, ticket: ticket! }
}
const adoptD19 = async () => {
  const plan = adopted(presets.get('D19')!, { id: 'our-D19', sites: ['default'] }, '2026-11-23')
  await bench.command({ type: 'save_plan', kind: 'commitment', plan, isNew: true })
}
const atSensor = { household: '', location: `place of ${LEAK}` }

describe('the register of reports', () => {
  it.each(INTAKE_CHANNELS)('keeps who reported what by %s, and opens its ticket (D17)', async (channel) => {
    const { intake, ticket } = await register({ channel })
    expect(intake).toMatchObject({
      ...{ number: 'BX20261123-0001', channel, takenBy: channel === 'page' ? null : 'Chen', receivedAt: START },
      ...{ household: '3-2-502', location: '厨房', ticket: ticket.id, joined: false },
    })
    expect(ticket).toMatchObject({
      ...{ origin: 'report', title: { zh: '水管漏水 很多' }, description: '水管漏水\n很多', location: '3-2-502 厨房' },
      reporter: { name: '王', phone: '139', channel },
    })
    expect(await intakesOf(bench.store.reader, ticket.id)).toEqual([intake])
  })

  it('counts by the day of its site, apart from tickets', async () => {
    const numbers = async () => (await register({ category: 'other', joins: null })).intake.number
    expect([await numbers(), await numbers()]).toEqual(['BX20261123-0001', 'BX20261123-0002'])
    await bench.pass(14 * HOUR)
    expect(await numbers()).toBe('BX20261124-0001')
    expect((await bench.tickets()).map(({ number }) => number)).toContain('20261124-0001')
  })

  it('keeps what came in as a ticket too', async () => {
    const words = { title: '灯坏', description: '', location: '大堂', device: null, reporter: { channel: 'desk' } }
    const about = { site: 'default', category: 'power', priority: 'low', ...words } as const
    const { ticket } = await bench.command({ type: 'report_ticket', ...about }, DESK)
    await bench.command({ type: 'report_ticket', ...about, reporter: { channel: 'carrier pigeon' } }, DESK)
    const kept = await listIntakes(bench.store.reader, { sites: null, limit: 10 })
    expect(kept.map(({ channel }) => channel)).toEqual(['telephone', 'desk'])
    expect(kept[1]).toMatchObject({ ticket: ticket!.id, text: '灯坏', location: '大堂', joined: false })
  })

  it('writes down a price that was told and agreed to before any work (D19)', async () => {
    const { ticket } = await register({ paid: true, quotedFen: 12_000, agreedBy: '王' })
    const agreed = { name: '王', at: START, by: 'Chen' }
    expect(ticket.job.charge).toEqual({ paid: true, quotedFen: 12_000, agreed })
  })

  it('makes an appointment up to 5 min early and at most 2 min late (D19)', async () => {
    await adoptD19()
    const appointmentAt = START + 3 * HOUR
    const came: unknown[] = []
    const visit = async () => (await register({ appointmentAt, text: `visit ${came.length}` })).ticket
    const opened = [await visit(), await visit(), await visit(), await visit()]
    const at = [-5 * MINUTE - 1, -5 * MINUTE, 2 * MINUTE, 2 * MINUTE + 1]
    for (const [index, { id, kind, clocks }] of opened.entries()) {
      const due = { dueAt: appointmentAt + 2 * MINUTE, notBefore: appointmentAt - 5 * MINUTE }
      expect([kind, clocks]).toMatchObject(['appointment', [{ milestone: 'arrive', ...due }]])
      bench.clock.set(appointmentAt + at[index]!)
      const [clock] = (await bench.walk(id, 'arrive')).clocks
      came.push([clock?.state, clock?.early])
    }
    expect(came).toEqual([
      ['met', true],
      ['met', false],
      ['met', false],
      ['met_late', false],
    ])
  })

  it.each<[Partial<ReportForRegister>, string]>([
    [{ formDate: '2026-11-20' }, "formDate: of a paper form; set channel to 'paper' too"],
    [{ channel: 'paper', formDate: '2026-11-24' }, 'formDate: the day on the form, not in the future'],
    [{ quotedFen: 1 }, 'paid: set it to true'],
    [{ paid: true, agreedBy: '王' }, 'quotedFen: the price that was agreed to'],
    [{ phone: '', progress: 'sms' }, 'phone: needed to tell how it goes'],
    [{ appointmentAt: START }, 'appointmentAt: in the future'],
    [{ appointmentAt: START + HOUR, joins: 'x' }, 'joins: an appointment has a ticket of its own'],
    [{ device: 'none' }, 'device none does not exist in site default'],
    [{ occurredAt: START + 1 }, 'occurredAt: when it happened'],
  ])('refuses %j', async (rest, message) => {
    await expect(register(rest)).rejects.toThrow(message)
    expect(await bench.tickets()).toEqual([])
  })

  it('takes one report on the page for one, for ten minutes', async () => {
    const first = await register({ channel: 'page' })
    await bench.pass(10 * MINUTE - SECOND)
    expect((await register({ channel: 'page' })).intake).toEqual(first.intake)
    expect((await register({ channel: 'page', phone: '138', category: 'other' })).intake.id).not.toBe(first.intake.id)
    await bench.pass(SECOND)
    expect((await register({ channel: 'page' })).intake).toMatchObject({ number: 'BX20261123-0003', joined: true })
  })

  it.each<Partial<ReportForRegister>>([
    { priority: 'critical', problems: ['water.burst'] },
    { household: '3-2-602' },
    { location: '卫生间' },
    { category: 'power' },
    { appointmentAt: START + HOUR },
  ])('takes the same words on the page with %j for another', async (rest) => {
    const first = await register({ channel: 'page' })
    const { intake, ticket } = await register({ channel: 'page', ...rest })
    expect(intake.id).not.toBe(first.intake.id)
    expect(ticket).toMatchObject({ priority: rest.priority ?? 'medium' })
  })

  it('takes the same again on the page for another once the first is over', async () => {
    const { ticket } = await register({ channel: 'page' })
    await bench.command({ type: 'act_on_ticket', ticket: ticket.id, action: 'cancel', note: 'x' }, DESK)
    expect((await register({ channel: 'page' })).ticket).toMatchObject({ state: 'pending_dispatch' })
  })
})

describe('a report of what a sensor already reported', () => {
  let ticket: Ticket
  beforeEach(async () => {
    await bench.leak()
    ticket = await bench.ticket()
  })

  it.each<[string, Partial<ReportForRegister>]>([
    ['device', { device: LEAK }],
    ['place', atSensor],
  ])('joins its ticket by the same %s', async (_by, where) => {
    const { intake, ticket: joined } = await register(where)
    expect(joined).toMatchObject({ id: ticket.id, priority: 'critical', reporter: { name: '王', phone: '139' } })
    expect(intake).toMatchObject({ joined: true, ticket: ticket.id })
    expect(await bench.tickets()).toHaveLength(1)
    const history = await historyOf(bench.store.reader, ticket.id)
    expect(history.filter(({ action }) => action === 'report')).toMatchObject([
      { by: 'Chen', note: 'BX20261123-0001: 水管漏水 很多' },
    ])
    const again = await register({ ...where, name: '李' })
    expect([again.intake.joined, again.ticket.reporter]).toMatchObject([true, { name: '王' }])
  })

  it('opens another where whoever answers says so, or it is elsewhere or over', async () => {
    expect((await register({ ...atSensor, joins: null })).intake.joined).toBe(false)
    expect((await register({ category: 'power' })).intake.joined).toBe(false)
    expect((await register({ ...atSensor, appointmentAt: START + HOUR })).intake.joined).toBe(false)
    for (const { id } of await bench.tickets()) await bench.cancel(id)
    expect((await register(atSensor)).intake.joined).toBe(false)
  })

  it('joins what whoever answers names, while it is being worked on', async () => {
    expect((await register({ category: 'power', joins: ticket.id })).ticket.id).toBe(ticket.id)
    await expect(register({ joins: 'none' })).rejects.toMatchObject({ code: 'not_found' })
    await bench.command({ type: 'create_site', site: { id: 'north', name: 'N', timezone: 'UTC' } })
    const elsewhere = register({ site: 'north', joins: ticket.id }, ADMIN)
    await expect(elsewhere).rejects.toMatchObject({ code: 'not_found' })
    await bench.walk(ticket.id, 'complete')
    await expect(register({ joins: ticket.id })).rejects.toMatchObject({
      ...{
        code: 'conflict',
        message: expect.stringMatching(/is completed; a report joins in pending_dispatch/) as string,
      },
    })
  })

  it('keeps another site out', async () => {
    const stranger: Principal = { ...DESK, sites: ['north'] }
    await expect(register({}, stranger)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('a report that is more urgent than its ticket', () => {
  it('makes it so: the clocks of an emergency run from then', async () => {
    await adoptD19()
    const { ticket } = await register({ priority: 'low' })
    expect(ticket.clocks.filter(({ milestone }) => milestone === 'arrive')).toEqual([])
    await bench.pass(HOUR)
    const { ticket: urgent } = await register({ priority: 'critical', problems: ['water.burst'] })
    expect(urgent).toMatchObject({ id: ticket.id, priority: 'critical', problems: ['water.burst'] })
    const arrive = urgent.clocks.find(({ milestone }) => milestone === 'arrive')
    expect(arrive?.dueAt).toBe(START + HOUR + 10 * MINUTE)
  })

  it('calls somebody where nobody is any more: a burst pipe joins no repair on hold', async () => {
    const { ticket } = await register()
    for (const action of ['assign', 'accept', 'depart', 'arrive', 'hold'] as const) {
      await bench.command({ type: 'act_on_ticket', ticket: ticket.id, action, assignee: 'li', note: 'x' }, DESK)
    }
    expect((await register()).intake).toMatchObject({ ticket: ticket.id, joined: true })
    const { intake, ticket: burst } = await register({ priority: 'critical', problems: ['water.burst'] })
    expect([intake.joined, burst.state]).toEqual([false, 'pending_dispatch'])
    expect(burst.clocks.find(({ milestone }) => milestone === 'arrive')?.state).toBe('running')
    expect((await register({ joins: ticket.id, priority: 'critical' })).ticket.id).toBe(ticket.id)
  })
})

it('leaves rework free, whatever a report that joins it says', async () => {
  const { ticket } = await register()
  for (const action of ['assign', 'accept', 'depart', 'arrive', 'complete', 'rework'] as const) {
    await bench.command({ type: 'act_on_ticket', ticket: ticket.id, action, assignee: 'li', note: 'x' }, DESK)
  }
  const { intake, ticket: rework } = await register({ paid: true, quotedFen: 100 })
  expect([intake.joined, rework.origin, rework.job.charge.paid]).toEqual([true, 'rework', false])
})
