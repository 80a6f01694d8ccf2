import type { Commitment, Notice, Principal, Ticket, TicketAction } from '../../rules/model.ts'
import type { ActionDetails } from '../../rules/tickets/machine.ts'
import { noticesOf } from '../../rules/storage/outbox.ts'
import type { ReportedTicket } from '../../rules/tickets/reported.ts'
import { type EngineBench } from './engine.ts'
import { savePlan } from './people.ts'

export const dispatcher: Principal = { id: 'd', name: 'the dispatcher', role: 'dispatcher', sites: null }
export const byResponder = (name: string): Principal => ({ id: name, name, role: 'responder', sites: ['default'] })

/** From now on this is what the site promises. */
export async function promise(bench: EngineBench, terms: Partial<Commitment>): Promise<void> {
  const target = { milestone: 'complete', withinMs: 3_600_000, calendar: 'around_the_clock' } as const
  const name = { zh: '承诺', en: 'Promise' }
  await savePlan(bench, 'commitment', { id: 'own', name, sites: ['default'], targets: [target], ...terms })
}

export async function report(bench: EngineBench, rest: Partial<ReportedTicket> = {}): Promise<Ticket> {
  const words = { title: '水管漏水', description: '', location: '3 栋 201', device: null, reporter: null }
  const told = { site: 'default', category: 'water_leak', priority: 'medium' as const, ...words, ...rest }
  return (await bench.command({ type: 'report_ticket', ...told })).ticket!
}

export async function act(
  bench: EngineBench,
  ticket: string,
  action: TicketAction,
  details: ActionDetails = {},
  by: Principal = dispatcher,
): Promise<Ticket> {
  return (await bench.command({ type: 'act_on_ticket', ticket, action, ...details }, by)).ticket!
}

/** Somebody has it and is on his way or there. */
export async function walkTo(bench: EngineBench, ticket: string, upTo: 'accept' | 'arrive', assignee = 'Li') {
  const way = ['assign', 'accept', 'depart', 'arrive'] as const
  for (const action of way.slice(0, way.indexOf(upTo) + 1)) {
    await act(bench, ticket, action, action === 'assign' ? { assignee } : {})
  }
}

/** Who was told that something of the ticket waits for him, oldest first. */
export async function waiting(bench: EngineBench, { id }: Pick<Ticket, 'id'>): Promise<Notice[]> {
  return (await noticesOf(bench.store.reader, { ticket: id })).filter(({ kind }) => kind === 'ticket.waiting')
}
