import { nameOf } from '../dispatch/assign.ts'
import { mayTake } from '../escalation/whom.ts'
import { HOUR_MS, type Principal, Refusal, type Responder, SYSTEM, type Task, type Ticket } from '../model.ts'
import { type About, aboutTicket, broadcast, tellPeople } from '../notify/queue.ts'
import { planOf, responderName } from '../plans/book.ts'
import { changedTimes } from '../proof/times.ts'
import { mustSee } from '../rights.ts'
import { listTasks, tasksOf } from '../storage/tasks.ts'
import { findTicket, insertHistory, listTickets, saveTicket } from '../storage/tickets.ts'
import type { Work } from '../work.ts'
import { isEmergency } from './ready.ts'
import { IN_HAND, isInHand, openTask, openTaskOf, settleTask } from './tasks.ts'

export interface HandOverCommand {
  type: 'hand_over'
  ticket: string
  /** A responder. */
  to: string
  note?: string | undefined
}

/** The job becomes somebody else's as it is: its state and what was reached stay. Throws `Refusal`. */
export async function handOver(work: Work, { ticket: id, to, note = '' }: HandOverCommand, by: Principal) {
  const ticket = await findTicket(work.db, id)
  if (ticket === null) throw new Refusal('not_found', `ticket ${id} does not exist`)
  mustSee(by, ticket.site, `ticket ${id}`)
  if (by.role === 'responder' && ticket.assignee !== by.name) {
    throw new Refusal('forbidden', 'a responder hands over the jobs assigned to him')
  }
  if (!isInHand(ticket)) {
    const allowed = `allowed in ${IN_HAND.join(', ')}`
    throw new Refusal('conflict', `hand-over is not allowed while the ticket is ${ticket.state}; ${allowed}`)
  }
  const taker = mustTakeOver(work, ticket, to)
  const given: Ticket = { ...ticket, assignee: to, updatedAt: work.now }
  await saveTicket(work.db, given)
  const names = `${nameOf(work, ticket.assignee ?? '-')} → ${nameOf(work, to)}`
  const { state } = ticket
  const told = note === '' ? names : `${names}: ${note}`
  const entry = { at: work.now, by: by.name, action: 'hand_over', from: state, to: state, note: told }
  await insertHistory(work.db, id, entry, changedTimes(ticket, given))
  const asked = await openTaskOf(work, id, 'hand_over')
  if (asked !== null) await settleTask(work, asked, 'done', by.name, names)
  const from = responderName(work.draft.plans(), ticket.assignee ?? '')
  await tell(work, [taker], given, { zh: `${from}将此工单交接给您`, en: `${from} has handed it over to you` })
  work.changes.push({ type: 'ticket', ticket: given, what: 'moved' })
  return given
}

function mustTakeOver(work: Work, { site, assignee }: Ticket, to: string): Responder {
  const refuse = (why: string) => new Refusal('invalid', `to: ${why}; name a responder of site ${site} who can go`)
  const responder = planOf(work.draft.plans(), 'responder', to)
  if (responder === undefined || !responder.sites.includes(site)) throw refuse(`${to} is no responder of site ${site}`)
  if (to === assignee) throw refuse(`${nameOf(work, to)} has the job already`)
  if (!responder.enabled) throw refuse(`${nameOf(work, to)} is disabled`)
  if (!mayTake(responder)) throw refuse(`${nameOf(work, to)} is of outside help`)
  return responder
}

const tell = (work: Work, people: readonly Responder[], ticket: Ticket, stepName: { zh: string; en: string }) =>
  tellPeople(work, people, handOverNotice(ticket, stepName))

const handOverNotice = (ticket: Ticket, stepName: { zh: string; en: string }): About => ({
  ...aboutTicket(ticket, { stepName }),
  ...{ kind: 'ticket.hand_over', emergency: true },
})

const TICKETS_ASKED = 200
/** Who said that he stays is not asked anew at the end of the time that he stays for the handover. */
const ASKED_AGAIN_AFTER_MS = 2 * HOUR_MS

/**
 * People have left duty: an emergency that one of them has in hand is to be handed over, by name. `takers`: who is told
 * of it beside him; where there are none, whoever listens.
 */
export async function askHandOvers(
  work: Work,
  site: string,
  left: readonly string[],
  takers: readonly Responder[],
): Promise<void> {
  if (left.length === 0) return
  const query = { sites: [site], states: IN_HAND, assignees: left, limit: TICKETS_ASKED }
  for (const ticket of (await listTickets(work.db, query)).filter(isEmergency)) await askHandOver(work, ticket, takers)
}

/** Once in two hours. */
export async function askHandOver(work: Work, ticket: Ticket, takers: readonly Responder[]): Promise<void> {
  const { now } = work
  const isLately = ({ kind, assignee, state, settledAt }: Task) =>
    kind === 'hand_over' &&
    assignee === ticket.assignee &&
    (state === 'open' || now - (settledAt ?? now) < ASKED_AGAIN_AFTER_MS)
  if ((await tasksOf(work.db, ticket.id)).some(isLately)) return
  const stays = ticket.commitments.find(({ staysUntilHandled }) => staysUntilHandled !== undefined)
  await openTask(work, {
    ...{ ticket, kind: 'hand_over', assignee: ticket.assignee, dueAt: now },
    about: { commitment: stays?.id ?? null, quote: stays?.staysUntilHandled?.quote ?? null },
  })
  const leaver = planOf(work.draft.plans(), 'responder', ticket.assignee!)
  const name = leaver?.name ?? ticket.assignee!
  if (leaver?.enabled) {
    await tell(work, [leaver], ticket, {
      zh: '您已下班而抢修未完：请处理完毕，或当面交接给接班人',
      en: 'Your shift is over and this is not: stay until it is handled, or hand it over by name',
    })
  }
  const waits = {
    zh: `${name}已下班，此紧急工单待交接`,
    en: `${name} has left duty and has this emergency in hand: it is to be handed over`,
  }
  const able = takers.filter(mayTake)
  if (able.length > 0) await tell(work, able, ticket, waits)
  else await broadcast(work, handOverNotice(ticket, waits))
}

const TASKS_LOOKED_AT = 200

/** Who is on duty again has no need to hand over any more. */
export async function dropHandOversOf(work: Work, site: string, here: ReadonlySet<string>): Promise<void> {
  const query = { sites: [site], states: ['open'], kind: 'hand_over', limit: TASKS_LOOKED_AT } as const
  for (const task of await listTasks(work.db, query)) {
    if (task.assignee !== null && here.has(task.assignee)) {
      await settleTask(work, task, 'dropped', SYSTEM, 'he is on duty again')
    }
  }
}
