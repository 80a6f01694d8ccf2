import { type LadderStep, type Milestone, MILESTONES, type Ticket } from '../model.ts'
import { saveStep, stepsOf } from '../storage/ladder-steps.ts'
import { withdrawTicketNotices } from '../storage/outbox.ts'
import type { Work } from '../work.ts'
import { policyFor } from './choose.ts'
import { currentRungs, isOver, isQuieted, isReached, onceMore, rungsOf, settled } from './steps.ts'

/** A ticket was opened: the ladder of the policy that covers it begins, one row a step, as the policy is now. */
export async function beginLadder(work: Work, ticket: Ticket): Promise<void> {
  const policy = policyFor(work.draft.plans(), ticket, nowAt(work, ticket))
  for (const rung of policy === null ? [] : rungsOf(policy, ticket, work.now)) await write(work, rung)
}

/**
 * An alarm has come to a ticket, again or anew. Where it has no ladder, or where what joined makes it a case for
 * another policy (a button that was pressed becomes passengers that are trapped), a ladder begins from now, and what
 * waits of the other stops. An edited policy alone changes nothing. A ladder that maintenance silenced begins anew.
 */
export async function joinLadder(work: Work, before: Ticket, ticket: Ticket): Promise<void> {
  const book = work.draft.plans()
  const steps = await stepsOf(work.db, ticket.id)
  const policy = policyFor(book, ticket, nowAt(work, ticket))
  const isAnother =
    policy !== null && policyFor(book, before, nowAt(work, ticket))?.id !== policy.id && !steps.some(isOf(policy.id))
  if (policy !== null && (steps.length === 0 || isAnother)) {
    await stop(work, steps)
    await beginLadder(work, ticket)
  } else if (isQuieted(steps)) {
    await climbAgain(work, currentRungs(steps), ticket)
  }
}

const isOf = (id: string) => (step: LadderStep) => step.policy === id

/**
 * A ticket has moved. Steps whose milestone is reached stop, and what they had queued is withdrawn; the end of the
 * ticket stops all. A milestone that a decline took back is waited for anew: its steps have all their time again,
 * while those that name another keep theirs.
 */
export async function followLadder(work: Work, before: Ticket, ticket: Ticket): Promise<void> {
  const steps = await stepsOf(work.db, ticket.id)
  const isEnd = isOver(ticket)
  const stopped = steps.filter(({ step }) => isEnd || isReached(ticket, step))
  await stop(work, stopped)
  const newly = (milestone: Milestone) => milestone in ticket.reached && !(milestone in before.reached)
  const until = isEnd ? MILESTONES : MILESTONES.filter(newly)
  await withdrawTicketNotices(
    work.db,
    ticket.id,
    until,
    stopped.map(({ id }) => id),
    work.now,
  )
  const lost = currentRungs(steps).filter(({ step }) => isReached(before, step) && !isReached(ticket, step))
  await climbAgain(work, lost, ticket)
}

const nowAt = ({ draft, now }: Work, { site }: Ticket) => ({ at: now, timezone: draft.timezoneOf(site) })

async function stop(work: Work, steps: readonly LadderStep[]): Promise<void> {
  for (const step of steps) {
    if (step.state === 'waiting') await saveStep(work.db, { ...step, ...settled('stopped', work.now) })
  }
}

async function climbAgain(work: Work, rungs: readonly LadderStep[], ticket: Ticket): Promise<void> {
  await stop(work, rungs)
  for (const rung of rungs) {
    if (!isReached(ticket, rung.step)) await write(work, onceMore(rung, work.now + rung.step.afterMs))
  }
}

const write = (work: Work, rung: Omit<LadderStep, 'id'>) => saveStep(work.db, { ...rung, id: work.newId() })
