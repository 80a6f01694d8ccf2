import { covers } from '../commitments/covers.ts'
import { type Decision, type Principal, Refusal, type Ticket, type TicketState } from '../model.ts'
import type { Work } from '../work.ts'
import { isEmergency } from './ready.ts'
import { type Deciding, decidersOf, mustBeOneOf, mustNotBeOwn, SUPERIORS } from './superiors.ts'
import { tellWaiting } from './waiting.ts'
import { mustBeIn, seenTicket, writeJob } from './write.ts'

/** A superior says yes or no to the work order (服务工作单) before anybody leaves for it. */
export interface ApprovalCommand {
  type: 'decide_approval'
  ticket: string
  verdict: 'given' | 'refused'
  note: string
}

/** What a new ticket opens with: asked where what was promised says so; a complaint needs an answer, not an order. */
export function approvalAsked(
  ticket: Ticket,
  { at, timezone }: { at: number; timezone: string },
  askedBy: string,
): Decision | null {
  if (isEmergency(ticket) || ticket.kind === 'complaint') return null
  const isAsked = ticket.commitments.some(({ approval, covers: of, serviceHours }) => {
    const when = { at, timezone, serviceHours }
    return approval !== undefined && covers(of, ticket, when) && covers(approval.covers, ticket, when)
  })
  return isAsked ? { state: 'asked', askedBy, askedAt: at, by: null, at: null, note: '' } : null
}

/** Of a new ticket whose work order is to be approved the superiors of its site are told. */
export async function tellApproval(work: Work, ticket: Ticket): Promise<void> {
  if (ticket.job.approval?.state !== 'asked') return
  const stepName = { zh: '请审批服务工作单：通过或退回', en: 'Approve or refuse the work order' }
  await tellWaiting(work, ticket, decidersOf(work, decidingOn(ticket)), { stepName })
}

const decidingOn = ({ site, assignee }: Ticket): Deciding => ({ site, roles: SUPERIORS, own: [assignee] })

const BEFORE_LEAVING: readonly TicketState[] = ['pending_dispatch', 'assigned', 'accepted']

/** A refused one may be approved later, and the other way round, until somebody leaves. */
export async function decideApproval(work: Work, command: ApprovalCommand, by: Principal) {
  const { verdict, note } = command
  const ticket = await seenTicket(work, command.ticket, by)
  mustBeOneOf(work, by, ticket.site, SUPERIORS)
  mustNotBeOwn(work, by, decidingOn(ticket), 'approves his own work order')
  const { approval } = ticket.job
  if (approval === null) throw new Refusal('conflict', 'this work order needs no approval')
  if (isEmergency(ticket)) throw new Refusal('conflict', 'an emergency needs no approval: it is never held up')
  const action = verdict === 'given' ? 'approve' : 'refuse'
  mustBeIn(ticket, action, BEFORE_LEAVING)
  const decided: Decision = { ...approval, state: verdict, by: by.name, at: work.now, note }
  const job = { ...ticket.job, approval: decided }
  return { ticket: await writeJob(work, { ...ticket, job }, { action, by: by.name, note }) }
}
