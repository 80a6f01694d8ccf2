import { describe, expect, it } from 'vitest'
import type { LiveEvent } from '../../../../api/web/src/api/types.ts'
import { applyAlarmAnswer, applyEvents, applyTicketAnswer, emptyLive } from '../../../../api/web/src/live/state.ts'
import type { LiveState } from '../../../../api/web/src/live/state.ts'
import { alarmView, at, drillView, OPENED, ticketView } from '../views.ts'

const one = (state: LiveState, event: LiveEvent) => applyEvents(state, [event])

const loaded = one(emptyLive, {
  type: 'snapshot',
  serverTime: OPENED,
  tickets: [ticketView('1'), ticketView('2')],
  alarms: [alarmView('a')],
  drills: [],
})

describe('events of the stream', () => {
  it('takes a snapshot for everything there is', () => {
    const next = one(loaded, {
      type: 'snapshot',
      serverTime: OPENED,
      tickets: [ticketView('3')],
      alarms: [],
      drills: [],
    })
    expect([...next.tickets.keys()]).toEqual(['3'])
    expect(next.alarms.size).toBe(0)
  })

  it('adds, replaces and removes tickets, leaving the others the same objects', () => {
    const changed = ticketView('1', { state: 'assigned' })
    const next = one(loaded, { type: 'ticket', serverTime: OPENED, ticket: changed })
    expect(next.tickets.get('1')).toBe(changed)
    expect(next.tickets.get('2')).toBe(loaded.tickets.get('2'))
    expect(loaded.tickets.get('1')?.state).toBe('pending_dispatch')

    for (const state of ['closed', 'cancelled'] as const) {
      const gone = one(next, { type: 'ticket', serverTime: OPENED, ticket: ticketView('1', { state }) })
      expect([...gone.tickets.keys()]).toEqual(['2'])
    }
  })

  it('removes an alarm that is normal again', () => {
    const acked = one(loaded, { type: 'alarm', serverTime: OPENED, alarm: alarmView('a', { state: 'acked' }) })
    expect(acked.alarms.get('a')?.state).toBe('acked')
    const normal = one(acked, { type: 'alarm', serverTime: OPENED, alarm: alarmView('a', { state: 'normal' }) })
    expect(normal.alarms.size).toBe(0)
  })
})

it('takes many events at once in their order, and copies only what they touch', () => {
  const next = applyEvents(loaded, [
    { type: 'ticket', serverTime: OPENED, ticket: ticketView('1', { state: 'assigned' }) },
    { type: 'ticket', serverTime: OPENED, ticket: ticketView('1', { state: 'closed' }) },
    { type: 'ticket', serverTime: OPENED, ticket: ticketView('3') },
    { type: 'time', serverTime: OPENED },
  ])
  expect([...next.tickets.keys()]).toEqual(['2', '3'])
  expect(next.alarms).toBe(loaded.alarms)
  expect(applyEvents(loaded, [{ type: 'time', serverTime: OPENED }])).toEqual(loaded)
})

describe('a drill', () => {
  it('is shown for as long as it runs', () => {
    const running = drillView('d')
    const began = one(loaded, { type: 'drill', serverTime: OPENED, drill: running })
    expect([...began.drills.values()]).toEqual([running])
    const ended = one(began, { type: 'drill', serverTime: OPENED, drill: drillView('d', { state: 'ended' }) })
    expect(ended.drills.size).toBe(0)
    const snapshot: LiveEvent = { type: 'snapshot', serverTime: OPENED, tickets: [], alarms: [], drills: [running] }
    expect(one(emptyLive, snapshot).drills.get('d')).toBe(running)
  })
})

describe('answers to own actions', () => {
  it('replaces what is older', () => {
    const answer = ticketView('1', { state: 'assigned', updatedAt: at(1) })
    expect(applyTicketAnswer(loaded, answer).tickets.get('1')).toBe(answer)
  })

  it('yields to a newer state that the stream has brought', () => {
    const newer = one(loaded, {
      type: 'ticket',
      serverTime: OPENED,
      ticket: ticketView('1', { state: 'accepted', updatedAt: at(2) }),
    })
    expect(applyTicketAnswer(newer, ticketView('1', { state: 'assigned', updatedAt: at(1) }))).toBe(newer)
    const busier = one(loaded, { type: 'alarm', serverTime: OPENED, alarm: alarmView('a', { messages: 5 }) })
    expect(applyAlarmAnswer(busier, alarmView('a', { state: 'acked', messages: 4 }))).toBe(busier)
  })

  it('brings nothing back that has gone, and adds nothing', () => {
    expect(applyTicketAnswer(loaded, ticketView('9', { updatedAt: at(9) }))).toBe(loaded)
    expect(applyAlarmAnswer(loaded, alarmView('z'))).toBe(loaded)
  })

  it('removes what the answer closes', () => {
    const closed = applyTicketAnswer(loaded, ticketView('1', { state: 'cancelled', updatedAt: at(1) }))
    expect(closed.tickets.has('1')).toBe(false)
    expect(applyAlarmAnswer(loaded, alarmView('a', { state: 'normal' })).alarms.size).toBe(0)
  })
})
