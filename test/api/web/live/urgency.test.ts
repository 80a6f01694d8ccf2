import { describe, expect, it } from 'vitest'
import {
  byPriorityAndTime,
  byTimeLeft,
  isOverdue,
  pressingClock,
  stepsOf,
  timeLeft,
} from '../../../../api/web/src/live/urgency.ts'
import { alarmView, at, OPENED_MS, ticketView } from '../views.ts'

const due = (ms: number) => ({ milestone: 'arrive', dueAt: at(ms), metAt: null, state: 'running' }) as const

describe('pressing clock', () => {
  it('is the earliest due whose milestone is still owed, in whatever order they come', () => {
    const clocks = ticketView('1').clocks
    expect(pressingClock(ticketView('1', { clocks: [...clocks].reverse() }))?.milestone).toBe('accept')
    expect(
      pressingClock(ticketView('1', { clocks: [{ ...clocks[0]!, state: 'met_late', metAt: at(1) }, clocks[1]!] }))
        ?.milestone,
    ).toBe('arrive')
    expect(pressingClock(ticketView('1', { clocks: [{ ...clocks[0]!, state: 'breached' }, clocks[1]!] }))?.state).toBe(
      'breached',
    )
    expect(pressingClock(ticketView('1', { clocks: [{ ...clocks[0]!, state: 'cancelled' }] }))).toBeNull()
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
