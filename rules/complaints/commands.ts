import { moveTicketNow } from '../dispatch/follow.ts'
import { type Principal, Refusal, type Ticket } from '../model.ts'
import { mustSee } from '../rights.ts'
import { findTicket } from '../storage/tickets.ts'
import { actOnTicket } from '../tickets/machine.ts'
import type { Work } from '../work.ts'
import { closeComplaint, complaintOf, settleComplaint, type Settlement } from './machine.ts'
import { type Complained, openComplaint } from './open.ts'

export type ComplaintCommand =
  | ({ type: 'open_complaint'; about: string | null } & Omit<Complained, 'about' | 'followUp' | 'follows'>)
  | { type: 'respond_to_complaint'; complaint: string; note: string }
  | ({ type: 'settle_complaint'; complaint: string } & Settlement)
  | { type: 'close_complaint'; complaint: string; satisfied: boolean; note: string }

/**
 * Answers the complaint as it is then; `followedBy`: the new one, where its answer did not satisfy. As rework is to a
 * repair, it is linked, what was promised runs anew for it, and the first one stays as it was answered.
 */
export async function performComplaintCommand(
  work: Work,
  command: ComplaintCommand,
  by: Principal,
): Promise<{ ticket: Ticket; followedBy?: Ticket }> {
  if (command.type === 'open_complaint') return { ticket: await complained(work, command, by) }
  const { now } = work
  const before = await complaintToActOn(work, command.complaint, by)
  switch (command.type) {
    case 'respond_to_complaint': {
      const heard = actOnTicket(before, 'contact', {}, now)
      return { ticket: await moveTicketNow(work, before, heard, 'contact', by.name, command.note) }
    }
    case 'settle_complaint': {
      const settled = settleComplaint(before, command, now)
      const note = `${settled.job.measure}; ${settled.job.cause}; ${complaintOf(settled).prevention}`
      return { ticket: await moveTicketNow(work, before, settled, 'complete', by.name, note) }
    }
    case 'close_complaint': {
      const { satisfied, note } = command
      if (!satisfied && note === '') throw new Refusal('invalid', 'note: what the answer does not satisfy in')
      const closed = closeComplaint(before, now)
      const said = [satisfied ? 'satisfied' : 'not satisfied', note].filter((part) => part !== '').join(': ')
      const ticket = await moveTicketNow(work, before, closed, 'close', by.name, said)
      return satisfied ? { ticket } : { ticket, followedBy: await complainedAgain(work, ticket, note, by) }
    }
  }
}

async function complained(
  work: Work,
  command: Extract<ComplaintCommand, { type: 'open_complaint' }>,
  by: Principal,
): Promise<Ticket> {
  const { site } = command
  mustSee(by, site, `site ${site}`)
  if (!work.draft.site(site)) throw new Refusal('invalid', `site ${site} does not exist`)
  const about = command.about === null ? null : await findTicket(work.db, command.about)
  if (command.about !== null && about?.site !== site) {
    throw new Refusal('invalid', `about: ticket ${command.about} does not exist in site ${site}`)
  }
  return openComplaint(work, { ...command, about, followUp: null }, by.name)
}

async function complainedAgain(work: Work, first: Ticket, text: string, by: Principal): Promise<Ticket> {
  const { site, category, priority, reporter } = first
  const { about, channel } = complaintOf(first)
  const said = { site, category, channel, text, name: reporter?.name, phone: reporter?.phone, followUp: null }
  return openComplaint(
    work,
    {
      ...said,
      priority: priority === 'critical' ? 'high' : priority,
      about: about === null ? null : await findTicket(work.db, about),
      follows: first.id,
    },
    by.name,
  )
}

async function complaintToActOn(work: Work, id: string, by: Principal): Promise<Ticket> {
  const ticket = await findTicket(work.db, id)
  if (ticket?.kind !== 'complaint') throw new Refusal('not_found', `complaint ${id} does not exist`)
  mustSee(by, ticket.site, `complaint ${id}`)
  return ticket
}
