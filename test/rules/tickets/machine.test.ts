import { describe, expect, it } from 'vitest'
import { actOnTicket, allowedActions } from '../../../rules/tickets/machine.ts'
import { openTicket } from '../../../rules/tickets/open.ts'
import {
  type Commitment,
  FIRM_ARRIVED,
  type Milestone,
  MILESTONES,
  Refusal,
  TICKET_ACTIONS,
  type Ticket,
  type TicketAction,
  TICKET_STATES,
  type TicketState,
  WORKING_STATES,
} from '../../../rules/model.ts'

const T0 = 1_000_000
const WITHIN = 60_000

/** A commitment with a clock for every milestone, so that each that is reached shows. */
const everything: Commitment = {
  id: 'everything',
  name: { zh: '全部', en: 'Everything' },
  targets: MILESTONES.map((milestone) => ({ milestone, withinMs: WITHIN, calendar: 'around_the_clock' })),
}

function ticket(state: TicketState): Ticket {
  const report = {
    origin: 'alarm' as const,
    priority: 'critical' as const,
    category: 'elevator',
    site: 'default',
    location: '',
    device: 'lift-1',
    title: { zh: '困人', en: 'Trapped' },
    description: '',
    reporter: null,
    alarms: ['a1'],
    reworkOf: null,
    follows: null,
    ageUnknown: false,
  }
  return { ...openTicket('t1', '20261123-0001', report, [everything], T0, 'UTC'), state, assignee: 'Li' }
}

const details = { assignee: 'Chen', signature: 'Wang', note: 'because' }
const act = (state: TicketState, action: TicketAction, now = T0 + 1) => actOnTicket(ticket(state), action, details, now)

/** DESIGN, section 2: where each action leads, by the state that it is allowed in. Everything else is refused. */
const ALLOWED: Record<TicketAction, Partial<Record<TicketState, TicketState>>> = {
  contact: {
    pending_dispatch: 'pending_dispatch',
    assigned: 'assigned',
    accepted: 'accepted',
    en_route: 'en_route',
    on_site: 'on_site',
    on_hold: 'on_hold',
  },
  assign: { pending_dispatch: 'assigned', assigned: 'assigned', accepted: 'assigned', en_route: 'assigned' },
  accept: { assigned: 'accepted' },
  decline: { assigned: 'pending_dispatch', accepted: 'pending_dispatch' },
  depart: { accepted: 'en_route' },
  arrive: { en_route: 'on_site' },
  'first-handling': { on_site: 'on_site' },
  hold: { on_site: 'on_hold' },
  resume: { on_hold: 'on_site' },
  complete: { on_site: 'completed' },
  'sign-off': { completed: 'signed_off' },
  close: { signed_off: 'closed' },
  cancel: {
    pending_dispatch: 'cancelled',
    assigned: 'cancelled',
    accepted: 'cancelled',
    en_route: 'cancelled',
    on_site: 'cancelled',
    on_hold: 'cancelled',
  },
  rework: { completed: 'completed', signed_off: 'signed_off', closed: 'closed' },
}

const every = TICKET_STATES.flatMap((state) => TICKET_ACTIONS.map((action) => [state, action] as const))

describe('every action in every state', () => {
  it.each(every.filter(([state, action]) => ALLOWED[action][state] !== undefined))(
    'while %s, %s is done',
    (from, action) => {
      const moved = act(from, action)
      expect(moved.state).toBe(ALLOWED[action][from])
      expect(moved.updatedAt).toBe(T0 + 1)
      expect(allowedActions(ticket(from))).toContain(action)
    },
  )

  it.each(every.filter(([state, action]) => ALLOWED[action][state] === undefined))(
    'while %s, %s is refused',
    (from, action) => {
      expect(() => act(from, action)).toThrow(expect.objectContaining({ name: 'Refusal', code: 'conflict' }))
      expect(allowedActions(ticket(from))).not.toContain(action)
    },
  )

  it('is refused with the states that it is allowed in, and what would be allowed', () => {
    expect(() => act('assigned', 'arrive')).toThrow(
      'arrive is not allowed while the ticket is assigned; allowed: contact, assign, accept, decline, cancel; ' +
        'arrive is allowed while en_route',
    )
    expect(() => act('cancelled', 'rework')).toThrow(
      /allowed: nothing; rework is allowed while completed or signed_off or closed$/,
    )
  })

  it('leaves the ticket that it was given as it was', () => {
    const before = ticket('assigned')
    const copy = structuredClone(before)
    actOnTicket(before, 'accept', details, T0 + 1)
    expect(before).toEqual(copy)
  })
})

describe('the milestones that an action reaches', () => {
  const REACHED: [TicketAction, TicketState, Milestone[]][] = [
    ['contact', 'pending_dispatch', ['respond']],
    ['assign', 'pending_dispatch', ['dispatch']],
    ['accept', 'assigned', ['respond', 'accept']],
    ['decline', 'accepted', []],
    ['depart', 'accepted', []],
    ['arrive', 'en_route', ['arrive']],
    ['first-handling', 'on_site', ['first_handling']],
    ['hold', 'on_site', []],
    ['resume', 'on_hold', []],
    ['complete', 'on_site', ['first_handling', 'complete']],
    ['sign-off', 'completed', []],
    ['close', 'signed_off', []],
    ['rework', 'closed', []],
  ]
  it.each(REACHED)('%s, while %s: %j', (action, from, reached) => {
    const { clocks } = act(from, action)
    expect(clocks.filter(({ state }) => state === 'met').map(({ milestone }) => milestone)).toEqual(reached)
    expect(clocks.filter(({ metAt }) => metAt === T0 + 1)).toHaveLength(reached.length)
    expect(clocks.filter(({ state }) => state === 'running')).toHaveLength(MILESTONES.length - reached.length)
  })

  it('stay reached by whoever was first, also when it is declined and accepted anew', () => {
    const accepted = act('assigned', 'accept')
    const declined = actOnTicket(accepted, 'decline', {}, T0 + 2)
    const assigned = actOnTicket(declined, 'assign', details, T0 + 3)
    const again = actOnTicket(assigned, 'accept', {}, T0 + 4)
    expect(again.clocks.find(({ milestone }) => milestone === 'accept')?.metAt).toBe(T0 + 1)
  })

  it('are late when the due time has passed, though no tick looked', () => {
    const { clocks } = act('en_route', 'arrive', T0 + WITHIN + 1)
    expect(clocks.find(({ milestone }) => milestone === 'arrive')).toMatchObject({
      milestone: 'arrive',
      dueAt: T0 + WITHIN,
      metAt: T0 + WITHIN + 1,
      breachedAt: T0 + WITHIN + 1,
      state: 'met_late',
    })
  })

  it('are not moved by a hold: no clock pauses', () => {
    const held = act('on_site', 'hold')
    const resumed = actOnTicket(held, 'resume', {}, T0 + 50_000)
    expect(resumed.clocks.map(({ dueAt }) => dueAt)).toEqual(MILESTONES.map(() => T0 + WITHIN))
  })

  it('run no more where nobody has to go', () => {
    const { clocks, closedAt } = act('pending_dispatch', 'cancel')
    expect(new Set(clocks.map(({ state }) => state))).toEqual(new Set(['cancelled']))
    expect(closedAt).toBe(T0 + 1)
  })

  it('that were missed before a cancellation stay missed', () => {
    const { clocks } = act('pending_dispatch', 'cancel', T0 + WITHIN + 1)
    expect(new Set(clocks.map(({ state }) => state))).toEqual(new Set(['breached']))
  })
})

describe('what an action needs', () => {
  it.each<[TicketAction, TicketState, string]>([
    ['assign', 'pending_dispatch', 'assignee'],
    ['sign-off', 'completed', 'signature'],
    ['hold', 'on_site', 'note'],
    ['cancel', 'assigned', 'note'],
  ])('%s, while %s, needs `%s`', (action, from, field) => {
    for (const given of [{}, { [field]: '' }, { [field]: ' ' }]) {
      expect(() => actOnTicket(ticket(from), action, given, T0)).toThrow(
        expect.objectContaining({ code: 'invalid', message: expect.stringContaining(`\`${field}\``) as string }),
      )
    }
    expect(() => actOnTicket(ticket(from), action, { [field]: 'x' }, T0)).not.toThrow(Refusal)
  })

  it('is written where it belongs', () => {
    expect(act('pending_dispatch', 'assign').assignee).toBe('Chen')
    expect(act('accepted', 'decline').assignee).toBeNull()
    expect(act('completed', 'sign-off').signature).toEqual({ name: 'Wang', at: T0 + 1 })
    expect(act('signed_off', 'close').closedAt).toBe(T0 + 1)
    expect(act('completed', 'sign-off').closedAt).toBeNull()
  })
})

describe('an answer', () => {
  const asked = (kind: Ticket['kind'], state: TicketState): Ticket => ({ ...ticket(state), kind, priority: 'medium' })

  it('to a request needs nobody at the door: no arrival is awaited any more, and a late one stays', () => {
    for (const state of ['accepted', 'en_route', 'on_site'] as const) {
      expect(allowedActions(asked('request', state))).toContain('complete')
      const answered = actOnTicket(asked('request', state), 'complete', details, T0 + 1)
      const arrival = answered.clocks.find(({ milestone }) => milestone === 'arrive')
      expect([answered.state, arrival?.state]).toEqual(['completed', state === 'on_site' ? 'running' : 'cancelled'])
    }
    expect(() => actOnTicket(asked('request', 'assigned'), 'complete', details, T0)).toThrow(
      /; complete is allowed while accepted or en_route or on_site$/,
    )
    const late = actOnTicket(asked('request', 'accepted'), 'complete', details, T0 + WITHIN + 1)
    expect(late.clocks.find(({ milestone }) => milestone === 'arrive')?.state).toBe('breached')
    expect(() => actOnTicket(asked('repair', 'accepted'), 'complete', details, T0)).toThrow(/allowed while on_site$/)
  })

  it('to a complaint is its settlement, with cause and prevention: complete does not get around it', () => {
    for (const state of WORKING_STATES) {
      const complaint: Ticket = { ...asked('complaint', state), priority: 'critical' }
      expect(allowedActions(complaint)).not.toContain('complete')
      expect(() => actOnTicket(complaint, 'complete', details, T0 + 1)).toThrow(/complaints\/.+\/settle$/)
    }
  })

  it('to a complaint is not repaired again: rework would send somebody to its door', () => {
    const answered = asked('complaint', 'closed')
    expect(allowedActions(answered)).not.toContain('rework')
    expect(() => actOnTicket(answered, 'rework', details, T0 + 1)).toThrow(/close it as not satisfied/)
  })
})

describe("the maintenance firm's arrival", () => {
  const firm: Commitment = { ...everything, id: 'firm', party: 'maintenance_firm' }
  const both = (state: TicketState): Ticket => {
    const { commitments: _own, clocks: _clocks, ...rest } = ticket(state)
    return { ...rest, ...openTicket('t1', 'n', { ...rest, reporter: null }, [everything, firm], T0, 'UTC'), state }
  }
  const party = 'maintenance_firm' as const

  it('is told in any state in which work is owed: it stops their clock alone and moves nothing', () => {
    for (const state of WORKING_STATES) {
      const before = both(state)
      const after = actOnTicket(before, 'arrive', { party }, T0 + WITHIN)
      expect([after.state, after.reached]).toEqual([state, { [FIRM_ARRIVED]: T0 + WITHIN }])
      const met = after.clocks.filter((clock) => clock.state === 'met')
      expect(met.map((clock) => [clock.milestone, clock.party, clock.metAt])).toEqual([['arrive', party, T0 + WITHIN]])
    }
    const ended = both('completed')
    expect(() => actOnTicket(ended, 'arrive', { party }, T0)).toThrow(expect.objectContaining({ code: 'conflict' }))
  })

  it("is not the property's, whose arrival is not theirs, and the one thing that is told of them", () => {
    const arrived = actOnTicket(both('en_route'), 'arrive', { party: 'property' }, T0 + 1)
    const met = arrived.clocks.filter((clock) => clock.state === 'met')
    expect([arrived.state, met.map((clock) => clock.party)]).toEqual(['on_site', ['property']])
    expect(() => actOnTicket(both('assigned'), 'accept', { party }, T0)).toThrow(/leave it out/)
  })
})
