import { audienceOf } from '../drills/drills.ts'
import { followLadder } from '../escalation/ladder.ts'
import { type CallReason, Refusal, type RefusalReason, type Responder, SYSTEM, type Ticket } from '../model.ts'
import { aboutTicket, tellPeople } from '../notify/queue.ts'
import { planOf } from '../plans/book.ts'
import { answerCall, callsOf, saveCall } from '../storage/ticket-calls.ts'
import { writeMoved } from '../tickets/apply.ts'
import { actOnTicket } from '../tickets/machine.ts'
import type { Work } from '../work.ts'
import { type Candidate, candidates, type Place } from './candidates.ts'
import { hasSkill, skillOf } from './on-duty.ts'
import { type Staff, staffOf } from './staff.ts'

/** Gives an emergency that nobody has to who is on duty, has the skill and is free or nearest. */
export async function assignAtOnce(work: Work, ticket: Ticket): Promise<Ticket> {
  if (ticket.priority !== 'critical' || ticket.state !== 'pending_dispatch') return ticket
  const staff = staffOf(work)
  const [first] = await candidatesFor(work, ticket, staff)
  return first ? give(work, ticket, first, staff, 'on_duty', '') : ticket
}

/**
 * From whom it was given to (absent: who has it) to the next who was not asked yet; the ticket as it is where there is
 * none, or where somebody has accepted it.
 */
export async function passOn(
  work: Work,
  ticket: Ticket,
  why: 'declined' | 'no_answer',
  from = ticket.assignee,
  staff = staffOf(work),
): Promise<Ticket> {
  if (ticket.state !== 'pending_dispatch' && ticket.state !== 'assigned') return ticket
  if (from !== null) await answerCall(work.db, ticket.id, from, why, work.now)
  const [next] = (await candidatesFor(work, ticket, staff)).filter(({ responder }) => responder.id !== from)
  if (!next) return ticket
  if (from === null) return give(work, ticket, next, staff, 'on_duty', '')
  const name = nameOf(work, from)
  return give(work, ticket, next, staff, why, why === 'declined' ? `${name} declined; ` : `no answer from ${name}; `)
}

/** Who can be sent now, best first, without those who were asked already. */
export async function candidatesFor(work: Work, ticket: Ticket, staff = staffOf(work)): Promise<Candidate[]> {
  const book = work.draft.plans()
  const skill = skillOf(ticket, book)
  const duty = staff.onDuty(ticket.site)
  // Whom a step only called beside others was not given it yet, unless he has answered.
  const given = (await callsOf(work.db, ticket.id)).filter((each) => each.reason !== 'escalation' || each.answer)
  const asked = new Set(given.map(({ responder }) => responder))
  const able = duty.flatMap(({ responder }) => planOf(book, 'responder', responder) ?? [])
  const { includes } = audienceOf(ticket.drill, (id) => work.draft.drill(id))
  const free = able.filter((each) => includes(each) && hasSkill(each, skill) && !asked.has(each.id))
  const responders = new Map(free.map((each) => [each.id, each]))
  if (responders.size === 0) return []
  const ids = [...responders.keys()]
  const arrivals = await staff.arrivals(ids)
  return candidates({
    place: placeOf(work, ticket),
    skill,
    onDuty: duty,
    responders,
    jobs: await staff.jobs(ids),
    asked,
    placeOf: (id) => {
      const arrival = arrivals.get(id) ?? null
      return arrival === null ? null : placeOf(work, arrival)
    },
  })
}

function placeOf(work: Work, { site, device }: Pick<Ticket, 'site' | 'device'>): Place {
  const building = device === null ? null : (work.draft.device(device)?.device.building ?? null)
  return { site, building }
}

async function give(
  work: Work,
  ticket: Ticket,
  to: Candidate,
  staff: Staff,
  reason: CallReason,
  note: string,
): Promise<Ticket> {
  const given = actOnTicket(ticket, 'assign', { assignee: to.responder.id }, work.now)
  await writeMoved(work, ticket, given, 'assign', SYSTEM, `${note}${nameOf(work, to.responder.id)}: ${whyHim(to)}`)
  await followLadder(work, ticket, given)
  await call(work, given, to.responder, reason)
  staff.gave(ticket.assignee, to.responder.id)
  return given
}

function whyHim({ jobs, distance, leaving }: Candidate): string {
  const where = { same_building: 'in the same building', same_site: 'at the site', elsewhere: 'at another site' }
  const busy = jobs === 0 ? 'free' : `at ${jobs} other ${jobs === 1 ? 'job' : 'jobs'}`
  return `on duty${leaving ? ', shift just over' : ''}, ${busy}, ${where[distance]}`
}

async function call(work: Work, ticket: Ticket, responder: Responder, reason: CallReason): Promise<void> {
  await saveCall(work.db, { ticket: ticket.id, responder: responder.id, at: work.now, reason })
  const about = aboutTicket(ticket, { accept: true })
  await tellPeople(work, [responder], { ...about, kind: 'ticket.call', until: 'accept' })
}

/**
 * Anybody's name may be given, a contractor's too; but a responder must be one who can be sent to the site, and in a
 * drill one whom it names.
 */
export function mustBeSendable(work: Work, { site, drill }: Ticket, assignee: string | null): void {
  const responder = assignee === null ? undefined : planOf(work.draft.plans(), 'responder', assignee)
  if (!responder) return
  const name = nameOf(work, responder.id)
  const refuse = (why: string, reason: RefusalReason) => {
    throw new Refusal('invalid', `assignee: ${why}`, reason, { name: responder.name })
  }
  if (!responder.enabled) refuse(`${name} is disabled; choose somebody else`, 'assignee_disabled')
  if (!audienceOf(drill, (id) => work.draft.drill(id)).includes(responder)) {
    refuse(`the drill does not name ${name}; choose whom it names`, 'assignee_drill')
  }
  if (responder.sites.includes(site)) return
  refuse(`${name} is not of site ${site}; choose somebody else, or add the site to his`, 'assignee_site')
}

/** A person has chosen whom to send. */
export async function callByHand(work: Work, ticket: Ticket): Promise<void> {
  const responder = planOf(work.draft.plans(), 'responder', ticket.assignee!)
  if (responder) await call(work, ticket, responder, 'by_hand')
}

/** As history and refusals name somebody: `李伟 (li-wei)`. */
export function nameOf(work: Work, id: string): string {
  const responder = planOf(work.draft.plans(), 'responder', id)
  return responder ? `${responder.name} (${id})` : id
}
