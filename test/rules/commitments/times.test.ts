import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adopted } from '../../../rules/commitments/adopt.ts'
import { presets } from '../../../rules/commitments/presets/index.ts'
import type { Milestone, Party, Ticket, TicketAction } from '../../../rules/model.ts'
import type { ReportedTicket } from '../../../rules/tickets/reported.ts'
import { EngineBench, LIFT, MINUTE } from '../../support/engine.ts'

/**
 * Each row of what nineteen documents promise about time, on the manual clock: the preset is adopted for the site, a
 * ticket is opened, its due times are those of the document. Local times of Shanghai; Monday, 2026-11-23.
 */

const local = (text: string) => Date.parse(`${text.includes('T') ? text : `2026-11-23T${text}`}+08:00`)
const shown = (at: number) => new Date(at + 8 * 60 * MINUTE).toISOString().slice(0, 16).replace('T', ' ')

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open(local('00:00'))))
afterEach(() => bench.close())

async function adopt(preset: string): Promise<void> {
  const plan = adopted(presets.get(preset)!, { id: `our-${preset}`, sites: ['default'] }, '2026-11-23')
  await bench.command({ type: 'save_plan', kind: 'commitment', plan, isNew: true })
}

async function open(at: string, rest: Partial<ReportedTicket> = {}): Promise<Ticket> {
  bench.clock.set(local(at))
  const words = { title: '报修', description: '', location: '1-1', device: null, reporter: null }
  const reported = { site: 'default', category: 'other', priority: 'medium' as const, ...words, ...rest }
  return (await bench.command({ type: 'report_ticket', ...reported })).ticket!
}

const dueOf = (ticket: Ticket, party: Party = 'property') =>
  ticket.clocks.filter((clock) => clock.party === party).map(({ id, dueAt }) => `${id} ${shown(dueAt)}`)

const emergency = { priority: 'critical' } as const
const complaint = { kind: 'complaint' } as const
const appointment = (at: string) => ({ kind: 'appointment' as const, appointmentAt: local(at) })

/** What brings a ticket to the state in which an action reaches its milestone. */
const WAY: Partial<Record<Milestone, readonly TicketAction[]>> = {
  respond: ['contact'],
  dispatch: ['assign'],
  arrive: ['assign', 'accept', 'depart', 'arrive'],
  first_handling: ['assign', 'accept', 'depart', 'arrive', 'first-handling'],
  complete: ['assign', 'accept', 'depart', 'arrive', 'complete'],
}

/** Kept exactly at its due time, missed a millisecond later. */
async function keptUntil(milestone: Milestone, at: string, opened: () => Promise<Ticket>): Promise<void> {
  const tickets = [await opened(), await opened()]
  const results: string[] = []
  for (const [lateMs, { id, kind }] of tickets.entries()) {
    bench.clock.set(local(at) + lateMs)
    let moved: Ticket | undefined
    if (kind === 'complaint' && milestone === 'complete') moved = await settle(id)
    else for (const action of WAY[milestone]!) moved = await bench.act(id, action)
    results.push(moved!.clocks.find((clock) => clock.id === milestone)!.state)
  }
  expect(results).toEqual(['met', 'met_late'])
}

/** Nobody goes to a door: a complaint is complete with its answer. */
const settle = async (complaint: string) =>
  (
    await bench.command({
      type: 'settle_complaint',
      ...{ complaint, answer: '已致歉并改期', cause: '排班疏漏', prevention: '两人值守' },
    })
  ).ticket

describe('any report, request or emergency', () => {
  it('D13 any report: on site in 10 min, by night too', async () => {
    await adopt('D13')
    expect(dueOf(await open('03:00', emergency))).toEqual(['arrive 2026-11-23 03:10'])
    await keptUntil('arrive', '03:10', () => open('03:00', emergency))
  })

  it('D14 request and complaint: respond in 15 min, solved in 4 h, 7×24', async () => {
    await adopt('D14')
    for (const kind of ['request', 'complaint'] as const) {
      expect(dueOf(await open('2026-11-28T23:50', { kind }))).toEqual([
        'respond 2026-11-29 00:05',
        'complete 2026-11-29 03:50',
      ])
    }
    await keptUntil('respond', '2026-11-30T00:05', () => open('2026-11-29T23:50', { kind: 'request' }))
  })

  it('D14 special event: 20 people within 60 min', async () => {
    await adopt('D14')
    const [frozen] = (await open('10:00', { kind: 'special_event', ...emergency })).commitments
    expect(frozen?.callIn).toMatchObject({ people: 20, withinMs: 60 * MINUTE })
  })

  it('D3 request: dispatch in 30 min, at any hour', async () => {
    await adopt('D3')
    expect(dueOf(await open('23:45', { kind: 'request' }))).toEqual(['dispatch 2026-11-24 00:15'])
    await keptUntil('dispatch', '2026-11-25T00:15', () => open('2026-11-24T23:45', { kind: 'request' }))
  })

  it('D2 emergency dispatched in 2 h, other service in 48 h', async () => {
    await adopt('D2')
    expect(dueOf(await open('10:00', emergency))).toEqual(['dispatch 2026-11-23 12:00'])
    expect(dueOf(await open('10:00'))).toEqual(['arrive 2026-11-25 10:00'])
  })

  it('D7 any: reply and survey in 24 h; general done in 48 h; emergency handled first in 2 h', async () => {
    await adopt('D7')
    const any = ['respond 2026-11-24 10:00', 'arrive 2026-11-24 10:00']
    expect(dueOf(await open('10:00'))).toEqual([...any, 'complete 2026-11-25 10:00'])
    expect(dueOf(await open('10:00', emergency))).toEqual([...any, 'first_handling 2026-11-23 12:00'])
    await keptUntil('first_handling', '12:00', () => open('10:00', emergency))
  })

  it('D9 any: dispatched in 2 h; emergency at once: 5 min, which is ours', async () => {
    await adopt('D9')
    expect(dueOf(await open('10:00'))).toEqual(['dispatch 2026-11-23 12:00'])
    const urgent = await open('10:00', emergency)
    expect(dueOf(urgent)).toEqual(['dispatch 2026-11-23 12:00', 'dispatch-2 2026-11-23 10:05'])
    const { clocks } = await bench.act(urgent.id, 'assign')
    expect(clocks.map(({ state }) => state)).toEqual(['met', 'met'])
  })

  it('D10 emergency: at once, 10 min, which is ours; nobody leaves until it is handled', async () => {
    await adopt('D10')
    const urgent = await open('20:00', emergency)
    expect(dueOf(urgent)).toEqual(['arrive 2026-11-23 20:10', 'complete 2026-11-24 00:00'])
    expect(urgent.commitments[0]?.staysUntilHandled).toBeDefined()
  })

  it('D10 any: in by 11:10 handled by 11:30, by 17:10 by 17:30, later the same day, else the reason written', async () => {
    await adopt('D10')
    const dueFrom = async (at: string) => dueOf(await open(at))
    expect(await dueFrom('08:00')).toEqual(['complete 2026-11-23 11:30'])
    expect(await dueFrom('11:10')).toEqual(['complete 2026-11-23 11:30'])
    expect(await dueFrom('11:11')).toEqual(['complete 2026-11-23 17:30'])
    expect(await dueFrom('17:10')).toEqual(['complete 2026-11-23 17:30'])
    expect(await dueFrom('17:11')).toEqual(['complete 2026-11-24 00:00'])
    expect(await dueFrom('2026-11-28T22:00')).toEqual(['complete 2026-11-29 00:00'])
    const [frozen] = (await open('2026-11-28T23:00')).commitments
    expect(frozen?.targets.find(({ milestone }) => milestone === 'complete')?.otherwise).toBe('write_reason')
    await keptUntil('complete', '2026-11-29T11:30', () => open('2026-11-29T11:10'))
  })

  it('D11 any: contact in 24 h; emergency respond 2 h, done 24 h; general respond 48 h, done 72 h', async () => {
    await adopt('D11')
    for (const category of ['water_leak', 'power']) {
      expect(dueOf(await open('10:00', { ...emergency, category }))).toEqual([
        'respond 2026-11-24 10:00',
        'respond-2 2026-11-23 12:00',
        'complete 2026-11-24 10:00',
      ])
    }
    expect(dueOf(await open('10:00'))).toEqual([
      'respond 2026-11-24 10:00',
      'respond-2 2026-11-25 10:00',
      'complete 2026-11-26 10:00',
    ])
  })

  it('D12 any: reply in 24 h, visit in 48 h', async () => {
    await adopt('D12')
    expect(dueOf(await open('10:00'))).toEqual(['respond 2026-11-24 10:00', 'arrive 2026-11-25 10:00'])
  })

  it('D13 general: repaired in 48 h, also over a holiday', async () => {
    await bench.close()
    bench = await EngineBench.open(local('2026-09-28T00:00'))
    await adopt('D13')
    const general = await open('2026-09-30T10:00')
    expect(dueOf(general)).toEqual(['arrive 2026-09-30 10:10', 'complete 2026-10-02 10:00'])
  })

  it('D15 any: dispatched in 24 h, otherwise the resident is told the reason and the plan', async () => {
    await adopt('D15')
    const ticket = await open('10:00')
    expect(dueOf(ticket)).toEqual(['dispatch 2026-11-24 10:00'])
    expect(ticket.commitments[0]?.targets[0]?.otherwise).toBe('tell_reason_and_plan')
  })

  it('D17 general arranged in 24 h; lift fault, water cut and every emergency respond in 2 h', async () => {
    await adopt('D17')
    const general = 'dispatch 2026-11-24 10:00'
    expect(dueOf(await open('10:00'))).toEqual([general])
    expect(dueOf(await open('10:00', emergency))).toEqual(['respond 2026-11-23 12:00'])
    const liftFault = { category: 'elevator', priority: 'high' as const }
    expect(dueOf(await open('10:00', liftFault))).toEqual([general, 'respond 2026-11-23 12:00'])
    expect(dueOf(await open('10:00', { problems: ['water.cut'] }))).toEqual([general, 'respond 2026-11-23 12:00'])
    const both = { ...emergency, category: 'elevator', problems: ['water.cut'] }
    expect(dueOf(await open('10:00', both))).toEqual(['respond 2026-11-23 12:00'])
  })
})

describe('emergencies by the occurrence', () => {
  it('D19 burst pipe, leak at a key place, power cut: on site and handling in 10 min from when it happened', async () => {
    await adopt('D19')
    for (const what of [emergency, { problems: ['water.burst'] }, { ...emergency, problems: ['power.cut'] }]) {
      const ticket = await open('10:04', { ...what, occurredAt: local('10:00') })
      expect(dueOf(ticket)).toEqual(['arrive 2026-11-23 10:10', 'first_handling 2026-11-23 10:10'])
    }
    await keptUntil('first_handling', '10:10', () => open('10:04', { ...emergency, occurredAt: local('10:00') }))
    // What happens at 17:25 is within the hours: its ten minutes run on past their end.
    expect(dueOf(await open('17:25', emergency))[0]).toBe('arrive 2026-11-23 17:35')
  })

  it('D19 outside of 8:00 to 17:30: ten minutes from the next opening, which is ours', async () => {
    await adopt('D19')
    for (const [at, due] of [
      ['07:59', '2026-11-23 08:10'],
      ['17:30', '2026-11-24 08:10'],
      ['23:00', '2026-11-24 08:10'],
    ] as const) {
      expect(dueOf(await open(at, emergency))).toEqual([`arrive ${due}`, `first_handling ${due}`])
    }
    expect(dueOf(await open('2026-11-24T10:00', { occurredAt: local('2026-11-24T03:00'), ...emergency }))[0]).toBe(
      'arrive 2026-11-24 08:10',
    )
  })
})

describe('appointments', () => {
  it('D13 appointment: punctual, done in 2 days, which neither a weekend nor a holiday extends', async () => {
    await bench.close()
    bench = await EngineBench.open(local('2026-09-28T00:00'))
    await adopt('D13')
    expect(dueOf(await open('2026-09-28T10:00', appointment('2026-09-30T14:00')))).toEqual([
      'arrive 2026-09-30 14:00',
      'complete 2026-10-03 00:00',
    ])
    expect(dueOf(await open('2026-10-08T10:00', appointment('2026-10-09T09:00')))[1]).toBe('complete 2026-10-12 00:00')
    await keptUntil('complete', '2026-10-14T00:00', () => open('2026-10-10T10:00', appointment('2026-10-11T09:00')))
  })

  it('D19 appointment: up to 5 min early, at most 2 min late', async () => {
    await adopt('D19')
    const arrivals = ['13:54:59.999', '13:55', '14:02', '14:02:00.001']
    const tickets: Ticket[] = []
    for (const _ of arrivals) tickets.push(await open('08:00', appointment('14:00')))
    const results: unknown[] = []
    for (const [index, { id, clocks }] of tickets.entries()) {
      expect(clocks.map(({ dueAt, notBefore }) => [dueAt, notBefore])).toEqual([[local('14:02'), local('13:55')]])
      bench.clock.set(local(arrivals[index]!))
      const [clock] = (await bench.walk(id, 'arrive')).clocks
      results.push([clock?.state, clock?.early])
    }
    expect(results).toEqual([
      ['met', true],
      ['met', false],
      ['met', false],
      ['met_late', false],
    ])
  })
})

describe('problems by their size', () => {
  it('D19 small done in 24 h, large answered in 3 days', async () => {
    await adopt('D19')
    expect(dueOf(await open('10:00', { size: 'small' }))).toEqual(['complete 2026-11-24 10:00'])
    expect(dueOf(await open('10:00', { size: 'large' }))).toEqual(['respond 2026-11-27 00:00'])
    expect(dueOf(await open('10:00'))).toEqual([])
  })
})

describe('complaints', () => {
  it.each(['D1', 'D3'])('%s complaint: answered in 24 h, repairs are not spoken of so', async (document) => {
    await adopt(document)
    expect(dueOf(await open('10:00', complaint))).toEqual(['respond 2026-11-24 10:00'])
    expect(dueOf(await open('10:00')).join()).not.toContain('respond')
    await keptUntil('respond', '2026-11-24T10:00', () => open('2026-11-23T10:00', complaint))
  })

  it('D4 complaint and repair: responded to in 24 h', async () => {
    await adopt('D4')
    expect(dueOf(await open('10:00', complaint))).toEqual(['respond 2026-11-24 10:00'])
    expect(dueOf(await open('10:00'))).toEqual(['respond 2026-11-24 10:00'])
  })

  it('D7 complaint: a satisfactory answer in 48 h', async () => {
    await adopt('D7')
    expect(dueOf(await open('10:00', complaint))).toEqual(['respond 2026-11-24 10:00', 'complete 2026-11-25 10:00'])
  })

  it('D9 complaint: reply in 24 h; solved, or a plan, in 3 working days over weekends, holidays and make-up days', async () => {
    await bench.close()
    bench = await EngineBench.open(local('2026-09-01T00:00'))
    await adopt('D9')
    const solvedBy = async (at: string) => dueOf(await open(at, complaint))[1]
    // Thursday: Friday, Monday, Tuesday.
    expect(await solvedBy('2026-09-03T10:00')).toBe('complete 2026-09-09 00:00')
    // Sunday the 20th is worked, and counts.
    expect(await solvedBy('2026-09-18T10:00')).toBe('complete 2026-09-23 00:00')
    // National Day is free until the 7th: the 8th, the 9th, and Saturday the 10th, which is worked.
    expect(await solvedBy('2026-09-30T10:00')).toBe('complete 2026-10-11 00:00')
    expect(dueOf(await open('2026-10-02T10:00', complaint))).toEqual([
      'respond 2026-10-03 10:00',
      'complete 2026-10-11 00:00',
    ])
    await keptUntil('complete', '2026-10-17T00:00', () => open('2026-10-13T12:00', complaint))
    expect((await open('2026-10-19T12:00', complaint)).commitments[0]?.targets.at(-1)?.otherwise).toBe(
      'tell_reason_and_plan',
    )
  })
})

describe('a lift entrapment', () => {
  const trapped = { category: 'elevator', ...emergency, problems: ['elevator.entrapment'] }
  it("runs the maintenance firm's rescue clock beside the ten minutes: 30 min in cities, 1 h elsewhere", async () => {
    const inCity = await open('10:00', trapped)
    expect(dueOf(inCity)).toContain('arrive 2026-11-23 10:10')
    expect(dueOf(inCity, 'maintenance_firm')).toEqual(['arrive-2 2026-11-23 10:30'])
    await adopt('rescue-elsewhere')
    const elsewhere = await open('10:00', trapped)
    expect(dueOf(elsewhere)).toEqual(dueOf(inCity))
    expect(dueOf(elsewhere, 'maintenance_firm')).toEqual(['arrive-2 2026-11-23 11:00'])
  })

  it('that a pressed button becomes starts the rescue clock from then, and leaves what runs as it is', async () => {
    bench.clock.set(local('10:00'))
    await bench.say(LIFT, { levels: { 'elevator.alarm_button': true } })
    const pressed = await bench.ticket()
    expect(pressed.clocks.every(({ party }) => party === 'property')).toBe(true)
    await bench.pass(4 * MINUTE)
    await bench.say(LIFT, { levels: { 'elevator.entrapment': true } })
    const trapped = await bench.ticket()
    expect(dueOf(trapped)).toEqual(dueOf(pressed))
    expect(dueOf(trapped, 'maintenance_firm')).toEqual(['arrive-2 2026-11-23 10:34'])
    await bench.pass(30 * MINUTE + 1)
    const { clocks } = await bench.ticket()
    expect(clocks.find(({ party }) => party === 'maintenance_firm')?.state).toBe('breached')
  })
})
