import { expect, it } from 'vitest'
import { closeComplaint, complaintOf, settleComplaint } from '../../../rules/complaints/machine.ts'
import { type Commitment, MILESTONES, type Ticket, TICKET_STATES } from '../../../rules/model.ts'
import { openTicket, type Report } from '../../../rules/tickets/open.ts'

const promises: Commitment = {
  ...{ id: 'all', name: { zh: '全部', en: 'All' } },
  targets: MILESTONES.map((milestone) => ({ milestone, withinMs: 60_000, calendar: 'around_the_clock' })),
}
const report: Report = {
  ...{ origin: 'report', kind: 'complaint', priority: 'medium', category: 'other', site: 's', location: '' },
  ...{ device: null, title: { zh: '慢', en: 'slow' }, description: '', reporter: { channel: 'letter' }, alarms: [] },
  ...{ reworkOf: null, follows: null, ageUnknown: false },
}
const opened = openTicket('t', '20261123-0001', report, [promises], 0, 'UTC')
const settlement = { answer: ' a ', cause: 'c', prevention: 'p' }

it('an answer meets what was promised; nobody is waited for at a door, and the follow-up is still owed', () => {
  const { clocks, job, reached } = settleComplaint(opened, settlement, 60_000)
  expect(Object.fromEntries(clocks.map(({ milestone, state }) => [milestone, state]))).toEqual({
    ...{ respond: 'met', dispatch: 'met', accept: 'met', first_handling: 'met', complete: 'met' },
    ...{ arrive: 'cancelled', follow_up: 'running' },
  })
  expect(job).toMatchObject({ version: 2, completedAt: 60_000, complaint: { ...settlement, answer: 'a' } })
  expect([reached.complete, reached.arrive]).toEqual([60_000, undefined])
})

it('what was reached before stays as it was', () => {
  const heard: Ticket = { ...opened, reached: { respond: 5 } }
  expect(settleComplaint(heard, settlement, 9).reached.respond).toBe(5)
})

it.each(TICKET_STATES)('%s: it is settled while it is worked on and closed once it is settled', (state) => {
  const can = (act: () => Ticket) => {
    try {
      return act().state
    } catch (error) {
      expect((error as Error).message).toMatch(
        / while (pending_dispatch or assigned or .+|completed or signed_off); it is /,
      )
      return null
    }
  }
  const isDone = ['completed', 'signed_off'].includes(state)
  const isOver = isDone || ['closed', 'cancelled'].includes(state)
  expect(can(() => settleComplaint({ ...opened, state }, settlement, 1))).toBe(isOver ? null : 'completed')
  expect(can(() => closeComplaint({ ...opened, state }, 1))).toBe(isDone ? 'closed' : null)
})

it('what came in as a plain ticket is a complaint about nothing in particular', () => {
  expect(complaintOf(opened)).toMatchObject({ about: null, channel: 'letter', answer: '' })
})
