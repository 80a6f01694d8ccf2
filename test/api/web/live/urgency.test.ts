import { describe, expect, it } from 'vitest'
import type { TicketView } from '../../../../api/web/src/api/types.ts'
import {
  byPriorityAndTime,
  byTimeLeft,
  isOverdue,
  pressingClock,
  stepsOf,
  timeLeft,
} from '../../../../api/web/src/live/urgency.ts'
import { alarmView, at, clockView, OPENED_MS, ticketView } from '../views.ts'

const due = (ms: number) => clockView('arrive', ms)

describe('pressing clock', () => {
  const [accept, arrive] = ticketView('1').clocks
  const complete = { ...arrive!, milestone: 'complete' as const, dueAt: at(172_800_000) }
  const pressing = (...clocks: TicketView['clocks']) => pressingClock(ticketView('1', { clocks }))

  it('is the arrival for as long as it is owed, in whatever order the clocks come', () => {
    expect(pressing(accept!, arrive!, complete)?.milestone).toBe('arrive')
    expect(pressing(complete, arrive!, accept!)?.milestone).toBe('arrive')
    expect(pressing({ ...accept!, state: 'breached' }, { ...arrive!, state: 'breached' })?.milestone).toBe('arrive')
  })

  it('is the property’s own arrival, whoever else is to come', () => {
    const firm = { ...arrive!, id: 'arrive-2', party: 'maintenance_firm' as const }
    expect(pressing(accept!, firm, arrive!)?.id).toBe('arrive')
    expect(pressing(firm, { ...arrive!, state: 'met', metAt: at(1) }, complete)?.id).toBe('arrive-2')
  })

  it('is the earliest due of what is still owed after the arrival', () => {
    const arrived = { ...arrive!, state: 'met' as const, metAt: at(1) }
    expect(pressing(accept!, arrived, complete)?.milestone).toBe('accept')
    expect(pressing({ ...accept!, state: 'met_late', metAt: at(1) }, arrived, complete)?.milestone).toBe('complete')
    expect(pressing({ ...accept!, state: 'cancelled' }, arrived)).toBeNull()
  })
})

describe('overdue', () => {
  it('is a ticket with any milestone past due that is still owed', () => {
    const [accept, arrive] = ticketView('1').clocks
    const late = Date.parse(accept!.dueAt) + 1
    expect(isOverdue(ticketView('1', { clocks: [accept!, arrive!] }), late)).toBe(true)
    expect(isOverdue(ticketView('1', { clocks: [{ ...accept!, state: 'met', metAt: at(1) }, arrive!] }), late)).toBe(
      false,
    )
    expect(isOverdue(ticketView('1', { clocks: [accept!, arrive!] }), late - 1)).toBe(false)
  })
})

describe('order', () => {
  it('puts the longest overdue first and what owes nothing last', () => {
    const tickets = [
      ticketView('1', { clocks: [] }),
      ticketView('2', { clocks: [due(600_000)] }),
      ticketView('3', { clocks: [{ ...due(-60_000), state: 'breached' }] }),
      ticketView('4', { clocks: [{ ...due(-90_000), state: 'breached' }] }),
      ticketView('5', { clocks: [due(30_000)] }),
    ]
    expect(byTimeLeft(tickets).map(({ id }) => id)).toEqual(['4', '3', '5', '2', '1'])
  })

  it('goes by priority, then number, where the time is the same', () => {
    const tickets = [ticketView('3'), ticketView('2', { priority: 'low' }), ticketView('1')]
    expect(byTimeLeft(tickets).map(({ id }) => id)).toEqual(['1', '3', '2'])
  })

  it('sorts alarms by priority, then the latest first', () => {
    const alarms = [
      alarmView('old', { raisedAt: at(0) }),
      alarmView('low', { priority: 'low', raisedAt: at(90_000) }),
      alarmView('new', { raisedAt: at(60_000) }),
      alarmView('high', { priority: 'high', raisedAt: at(90_000) }),
    ]
    expect(byPriorityAndTime(alarms).map(({ id }) => id)).toEqual(['new', 'old', 'high', 'low'])
  })
})

describe('time left', () => {
  const left = (nowMs: number) => timeLeft(OPENED_MS, OPENED_MS + 600_000, OPENED_MS + nowMs)

  it('changes tone at half and at a fifth of the time', () => {
    expect([0, 299_999, 300_000, 479_999, 480_000, 600_000].map((ms) => left(ms).tone)).toEqual([
      'ample',
      'ample',
      'half',
      'half',
      'urgent',
      'urgent',
    ])
  })

  it('is over one millisecond after the due time, not at it', () => {
    expect(left(600_000)).toEqual({ leftMs: 0, share: 0, tone: 'urgent' })
    expect(left(600_001)).toEqual({ leftMs: -1, share: 0, tone: 'over' })
    const ticket = ticketView('1', { clocks: [due(600_000)] })
    expect(isOverdue(ticket, OPENED_MS + 600_000)).toBe(false)
    expect(isOverdue(ticket, OPENED_MS + 600_001)).toBe(true)
    expect(isOverdue(ticketView('1', { clocks: [] }), OPENED_MS * 2)).toBe(false)
  })

  it('has a share between 0 and 1 whatever the times', () => {
    expect(left(-5_000).share).toBe(1)
    expect(timeLeft(5, 5, 0).share).toBe(0)
  })
})

describe('steps', () => {
  it('offers the step on the way as the main one, the rest beside it', () => {
    expect(stepsOf(ticketView('1', { actions: ['contact', 'assign', 'cancel'] }))).toEqual({
      next: 'assign',
      others: ['contact', 'cancel'],
    })
  })

  it('offers no step that is not allowed', () => {
    expect(stepsOf(ticketView('1', { actions: ['cancel'] }))).toEqual({ next: null, others: ['cancel'] })
  })
})
