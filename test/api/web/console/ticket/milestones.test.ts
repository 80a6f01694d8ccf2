import { describe, expect, it } from 'vitest'
import type { HistoryView, TicketView } from '../../../../../api/web/src/api/types.ts'
import { flagsOf, holdsOf, standstillOf, stopsOf } from '../../../../../api/web/src/console/ticket/milestones.ts'
import { at, clockView, OPENED_MS, ticketView } from '../../views.ts'

const MINUTE = 60_000

type Did = [minute: number, action: string, from: HistoryView['from'], to: HistoryView['to']]
const historyOf = (...did: Did[]): HistoryView[] =>
  did.map(([minute, action, from, to]) => ({ at: at(minute * MINUTE), by: 'x', action, from, to, note: '' }))
const told = (history: HistoryView[], changes: Partial<TicketView> = {}) => ({ ...ticketView('1', changes), history })
const minutes = (ticket: ReturnType<typeof told>) =>
  Object.fromEntries(
    stopsOf(ticket).map(({ name, atMs }) => [name, atMs === null ? null : (atMs - OPENED_MS) / MINUTE]),
  )
const standings = (ticket: ReturnType<typeof told>) =>
  Object.fromEntries(stopsOf(ticket).map(({ name, standing }) => [name, standing]))

const whole: Did[] = [
  [0, 'open', null, 'pending_dispatch'],
  [1, 'assign', 'pending_dispatch', 'assigned'],
  [2, 'accept', 'assigned', 'accepted'],
  [3, 'depart', 'accepted', 'en_route'],
  [8, 'arrive', 'en_route', 'on_site'],
  [30, 'complete', 'on_site', 'completed'],
  [35, 'sign-off', 'completed', 'signed_off'],
]

describe('the stops of a ticket', () => {
  it('are reached when history tells so, whether a clock runs for them or not', () => {
    const ticket = told(historyOf(...whole), { clocks: [], state: 'signed_off' })
    expect(minutes(ticket)).toEqual({
      ...{ opened: 0, dispatch: 1, accept: 2, arrive: 8, complete: 30, sign_off: 35, follow_up: null },
    })
  })

  it('lose dispatch and acceptance by a decline, and acceptance by another assignee', () => {
    const declined = historyOf(whole[1]!, whole[2]!, [4, 'decline', 'accepted', 'pending_dispatch'])
    expect(minutes(told(declined))).toMatchObject({ dispatch: null, accept: null })
    const again = historyOf(whole[1]!, whole[2]!, [5, 'assign', 'accepted', 'assigned'])
    expect(minutes(told(again))).toMatchObject({ dispatch: 1, accept: null })
  })

  it('are not reached by the arrival of the maintenance firm', () => {
    expect(minutes(told(historyOf([4, 'arrive', 'accepted', 'accepted'])))).toMatchObject({ arrive: null })
  })

  it('are awaited until they are passed over', () => {
    const answered = historyOf(whole[1]!, whole[2]!, [9, 'complete', 'accepted', 'completed'])
    expect(standings(told(answered, { state: 'completed' }))).toMatchObject({
      ...{ accept: 'reached', arrive: 'skipped', complete: 'reached', sign_off: 'awaited' },
    })
    expect(standings(told([], { state: 'cancelled' }))).toMatchObject({ opened: 'reached', arrive: 'skipped' })
  })

  it('has a visit afterwards where one is promised, also of a closed ticket', () => {
    const visit = clockView('follow_up', 24 * 60 * MINUTE)
    const closed = { state: 'closed', clocks: [visit] } as const
    expect(standings(told(historyOf(...whole), { state: 'closed' })).follow_up).toBe('skipped')
    expect(standings(told(historyOf(...whole), { ...closed, clocks: [visit] })).follow_up).toBe('awaited')
    const met = { ...visit, metAt: at(90 * MINUTE), state: 'met' as const }
    expect(minutes(told(historyOf(...whole), { ...closed, clocks: [met] })).follow_up).toBe(90)
  })
})

describe('the flags of a ticket', () => {
  it('stand in the order in which they are due, and tell by how much one was late', () => {
    const late = { ...clockView('accept', 3 * MINUTE), state: 'met_late' as const, metAt: at(5 * MINUTE) }
    const flags = flagsOf(ticketView('1', { clocks: [clockView('arrive', 10 * MINUTE), late] }))
    expect(flags.map(({ id, standing, lateMs }) => [id, standing, lateMs])).toEqual([
      ['accept', 'late', 2 * MINUTE],
      ['arrive', 'running', 0],
    ])
  })
})

describe('the holds of a ticket', () => {
  it('last from hold to whatever ends them', () => {
    const history = historyOf(
      [10, 'hold', 'on_site', 'on_hold'],
      [12, 'escalate', 'on_hold', 'on_hold'],
      [20, 'resume', 'on_hold', 'on_site'],
      [25, 'hold', 'on_site', 'on_hold'],
    )
    expect(holdsOf({ history })).toEqual([
      { fromMs: OPENED_MS + 10 * MINUTE, toMs: OPENED_MS + 20 * MINUTE },
      { fromMs: OPENED_MS + 25 * MINUTE, toMs: null },
    ])
  })
})

describe('a standstill', () => {
  it('is told by the latest entry that brought the ticket there', () => {
    const history = historyOf(
      [5, 'hold', 'on_site', 'on_hold'],
      [6, 'resume', 'on_hold', 'on_site'],
      [7, 'hold', 'on_site', 'on_hold'],
      [8, 'photo', 'on_hold', 'on_hold'],
    )
    expect(standstillOf(told(history, { state: 'on_hold' }))!.at).toBe(at(7 * MINUTE))
    expect(standstillOf(told(history, { state: 'on_site' }))).toBeNull()
  })
})
