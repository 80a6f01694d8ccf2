import { type FollowUp, type FollowUpWay, type Principal, Refusal, type Ticket } from '../model.ts'
import { mustSee } from '../rights.ts'
import { findFollowUp, saveFollowUp } from '../storage/follow-ups.ts'
import { findTicket, insertHistory } from '../storage/tickets.ts'
import type { Work } from '../work.ts'
import { type Answered, takeAnswer } from './answer.ts'
import { askedFrom, noteRainyDay, type NoteRainyDayCommand } from './rainy-day.ts'

export type FollowUpCommand =
  | { type: 'attempt_follow_up'; followUp: string; way: FollowUpWay; note: string }
  | ({ type: 'answer_follow_up'; followUp: string } & Answered)
  | NoteRainyDayCommand

const ATTEMPTS_MAX = 50

/** Throws `Refusal`: `conflict` where it cannot be asked now, `invalid` where the answer lacks something. */
export async function performFollowUpCommand(work: Work, command: FollowUpCommand, by: Principal) {
  if (command.type === 'note_rainy_day') return noteRainyDay(work, command, by)
  const followUp = await findFollowUp(work.db, command.followUp)
  if (followUp === null) throw new Refusal('not_found', `follow-up ${command.followUp} does not exist`)
  mustSee(by, followUp.site, `follow-up ${command.followUp}`)
  const ticket = (await findTicket(work.db, followUp.ticket))!
  mustBeAsked(followUp, work.now, work.draft.timezoneOf(followUp.site))
  mustBeItsWay(followUp, command.way)
  if (command.type === 'answer_follow_up') {
    return { followUp: await takeAnswer(work, followUp, ticket, command, by.name) }
  }
  return { followUp: await attempted(work, followUp, ticket, command, by.name) }
}

/** Throws `Refusal` `conflict` where nobody is to be asked now. */
export function mustBeAsked(followUp: FollowUp, now: number, timezone: string): void {
  if (followUp.state === 'waiting') {
    throw new Refusal(
      'conflict',
      'it waits for the first rainy day after the work; note one where no gauge tells of it',
    )
  }
  if (followUp.state !== 'open')
    throw new Refusal('conflict', `the follow-up is ${followUp.state} already; it is asked while open`)
  const from = askedFrom(followUp, timezone)
  if (from !== null && now < from) {
    throw new Refusal('conflict', `it is asked after the rainy day: from ${new Date(from).toISOString()} on`)
  }
}

export function mustBeItsWay({ rule, attempts }: FollowUp, way: FollowUpWay): void {
  const { ways, telephoneFirst = false } = rule
  if (!ways.includes(way)) throw new Refusal('invalid', `way: ${ways.join(', ')} were promised`)
  if (telephoneFirst && way !== 'telephone' && !attempts.some((each) => each.way === 'telephone')) {
    throw new Refusal('conflict', 'telephone first, as was promised; write it down as an attempt if nobody answers')
  }
}

/** Nobody was reached: it stays open. */
async function attempted(
  work: Work,
  followUp: FollowUp,
  ticket: Ticket,
  { way, note }: { way: FollowUpWay; note: string },
  by: string,
): Promise<FollowUp> {
  if (followUp.attempts.length >= ATTEMPTS_MAX) {
    throw new Refusal('conflict', `${ATTEMPTS_MAX} attempts are written down; nobody reads more`)
  }
  const attempts = [...followUp.attempts, { at: work.now, by, way, note }]
  const tried = { ...followUp, attempts }
  await saveFollowUp(work.db, tried)
  const { state } = ticket
  const entry = { at: work.now, by, action: 'follow_up_attempt', from: state, to: state }
  await insertHistory(work.db, ticket.id, { ...entry, note: [way, note].filter((part) => part !== '').join(': ') })
  return tried
}
