import {
  type EscalationPolicy,
  type EscalationStep,
  FIRM_ARRIVED,
  HOUR_MS,
  type LadderStep,
  type StepState,
  type Ticket,
} from '../model.ts'

/** What steps are, and when one is over: decisions without a row. */

/** After so many in vain, three and a half days of every five minutes, a step is repeated once an hour at most. */
export const OFTEN_MAX = 1_000

/** Nobody works on it any more, and nobody is called for it. */
export function isOver({ state }: Ticket): boolean {
  return state === 'closed' || state === 'cancelled'
}

/** The milestone that a step names is reached. Once the work is complete, only a follow-up is still waited for. */
export function isReached(ticket: Ticket, { unless, unlessParty = 'property' }: EscalationStep): boolean {
  if (unless === null) return false
  if (ticket.reached.complete !== undefined && unless !== 'follow_up') return true
  if (unlessParty === 'property') return ticket.reached[unless] !== undefined
  return unless === 'arrive' && ticket.reached[FIRM_ARRIVED] !== undefined
}

/** The rungs of a new ladder, without ids. What is reached already has stopped before it began. */
export function rungsOf(policy: EscalationPolicy, ticket: Ticket, now: number): Omit<LadderStep, 'id'>[] {
  const { id, steps, fallback } = policy
  return steps.map((step, position) => ({
    ...{ ticket: ticket.id, policy: id, position, rungs: steps.length, repetition: 0 },
    dueAt: now + step.afterMs,
    ...(isReached(ticket, step) ? settled('stopped', now) : WAITING),
    ...{ step, fallback, called: [] },
  }))
}

const WAITING = { state: 'waiting' as StepState, settledAt: null }

export function settled(state: StepState, now: number) {
  return { state, settledAt: now }
}

/** The same rung once more. */
export function onceMore(step: LadderStep, dueAt: number): Omit<LadderStep, 'id'> {
  return { ...step, repetition: step.repetition + 1, dueAt, ...WAITING, called: [] }
}

/** When a step repeats next: a multiple of its time after it was due, the first that lies ahead. */
export function nextDue({ dueAt, repetition, step: { everyMs } }: LadderStep, now: number): number | null {
  if (everyMs === undefined) return null
  const afterMs = repetition < OFTEN_MAX ? everyMs : Math.max(everyMs, HOUR_MS)
  return dueAt + afterMs * (Math.floor((now - dueAt) / afterMs) + 1)
}

/** The ladder that a ticket is on: each rung's latest row. A ladder that another took the place of is left out. */
export function currentRungs(steps: readonly LadderStep[]): LadderStep[] {
  const newest = steps.reduce<LadderStep | null>((a, b) => (a === null || b.id > a.id ? b : a), null)
  const latest = new Map<number, LadderStep>()
  for (const step of steps) {
    if (step.policy !== newest?.policy) continue
    if ((latest.get(step.position)?.repetition ?? -1) < step.repetition) latest.set(step.position, step)
  }
  return [...latest.values()]
}

/** Maintenance kept a rung quiet, and it was not begun anew since. */
export function isQuieted(steps: readonly LadderStep[]): boolean {
  return currentRungs(steps).some((rung) => {
    if (rung.state === 'silenced') return true
    if (rung.state !== 'waiting' || rung.step.everyMs === undefined) return false
    return steps.some(({ policy, position, repetition, state }) => {
      const isBefore = policy === rung.policy && position === rung.position && repetition === rung.repetition - 1
      return isBefore && state === 'silenced'
    })
  })
}
