import { cancelClocks, meetClocks } from '../commitments/clocks.ts'
import {
  type Complaint,
  type Milestone,
  Refusal,
  type Ticket,
  type TicketClock,
  type TicketState,
  WORKING_STATES,
} from '../model.ts'

/** What an answer to a complaint consists of: the cause too, so that it does not happen again. */
export type Settlement = Pick<Complaint, 'answer' | 'cause' | 'prevention'>

/** An answer reaches all of these: nobody has to be at a door for it. */
const REACHED: readonly Milestone[] = ['respond', 'dispatch', 'accept', 'first_handling', 'complete']

/** As it came in, whatever door it came through. */
export function complaintOf({ job, reporter }: Ticket): Complaint {
  const unanswered = { answer: '', cause: '', prevention: '' }
  return job.complaint ?? { about: null, followUp: null, channel: reporter?.channel ?? 'other', ...unanswered }
}

/** The complaint once it is answered. Throws `Refusal`: `conflict` where it was already, `invalid` without a text. */
export function settleComplaint(ticket: Ticket, settlement: Settlement, now: number): Ticket {
  if (!WORKING_STATES.some((state) => state === ticket.state)) {
    throw new Refusal('conflict', `a complaint is settled while ${either(WORKING_STATES)}; it is ${ticket.state}`)
  }
  const { answer, cause, prevention } = trimmed(settlement)
  const complaint = { ...complaintOf(ticket), answer, cause, prevention }
  return {
    ...ticket,
    state: 'completed',
    updatedAt: now,
    clocks: withoutDoor(meetClocks(ticket.clocks, REACHED, now), now),
    reached: { ...Object.fromEntries(REACHED.map((milestone) => [milestone, now])), ...ticket.reached },
    job: { ...ticket.job, version: ticket.job.version + 1, cause, measure: answer, completedAt: now, complaint },
  }
}

/** The complaint once its answer was heard. Throws `Refusal` `conflict` where there is none yet. */
export function closeComplaint(ticket: Ticket, now: number): Ticket {
  const settled: readonly TicketState[] = ['completed', 'signed_off']
  if (!settled.includes(ticket.state)) {
    throw new Refusal(
      'conflict',
      `a complaint is closed while ${either(settled)}; it is ${ticket.state}: settle it first`,
    )
  }
  return { ...ticket, state: 'closed', updatedAt: now, closedAt: now }
}

const either = (states: readonly TicketState[]) => states.join(' or ')

/** A clock for somebody at the door, where a commitment has one, is not waited for. */
function withoutDoor(clocks: readonly TicketClock[], now: number): TicketClock[] {
  return clocks.map((clock) => (clock.milestone === 'arrive' ? cancelClocks([clock], now)[0]! : clock))
}

function trimmed({ answer, cause, prevention }: Settlement): Settlement {
  const needed = (text: string, message: string) => {
    if (text.trim() === '') throw new Refusal('invalid', `${message}; a complaint is settled with all three`)
    return text.trim()
  }
  return {
    answer: needed(answer, 'answer: what was answered'),
    cause: needed(cause, 'cause: why it happened'),
    prevention: needed(prevention, 'prevention: what prevents it next time'),
  }
}
