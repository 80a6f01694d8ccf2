import { adopted } from '../../rules/commitments/adopt.ts'
import { presets } from '../../rules/commitments/presets/index.ts'
import type { Intake, Notice, Task, Ticket } from '../../rules/model.ts'
import { transaction } from '../../rules/storage/connect.ts'
import { insertIntake } from '../../rules/storage/intakes.ts'
import { noticesOf } from '../../rules/storage/outbox.ts'
import { tasksOf } from '../../rules/storage/tasks.ts'
import { historyOf } from '../../rules/storage/tickets.ts'
import type { ReportedTicket } from '../../rules/tickets/reported.ts'
import type { EngineBench } from './engine.ts'

/** A site that promises what a published document does, and nothing else. */
export async function promise(bench: EngineBench, document: string): Promise<void> {
  const plan = adopted(presets.get(document)!, { id: `our-${document}`, sites: ['default'] }, '2026-11-23')
  await bench.command({ type: 'save_plan', kind: 'commitment', plan, isNew: true })
}

export async function report(bench: EngineBench, rest: Partial<ReportedTicket> = {}): Promise<Ticket> {
  const words = { title: '报修', description: '', location: '1-1', device: null, reporter: null }
  const reported = { site: 'default', category: 'other', priority: 'medium' as const, ...words, ...rest }
  return (await bench.command({ type: 'report_ticket', ...reported })).ticket!
}

/** In the place of the entry that its ticket was opened with. */
export async function register(bench: EngineBench, intake: Intake): Promise<void> {
  bench.store.sqlite.prepare(`delete from intakes where ticket = ? and progress = 'none'`).run(intake.ticket)
  await transaction(bench.store.writer, (db) => insertIntake(db, intake))
}

/** Who reported a ticket and wants to hear of it, as the register has him. */
export async function resident(
  bench: EngineBench,
  { id: ticket, site, category, priority }: Ticket,
  rest: Partial<Intake> = {},
): Promise<Intake> {
  const intake: Intake = {
    ...{ id: `intake-${rest.number ?? '1'}`, number: 'BX20261123-0001', site, receivedAt: bench.clock.now() },
    ...{
      occurredAt: null,
      formDate: null,
      channel: 'telephone',
      takenBy: null,
      name: '王女士',
      phone: '139 0000 0001',
    },
    ...{ household: '1-101', location: '', text: '', category, priority, size: null, paid: false },
    ...{ appointmentAt: null, progress: 'sms', ticket, joined: false },
    ...rest,
  }
  await register(bench, intake)
  return intake
}

export const tasks = (bench: EngineBench, ticket: string): Promise<Task[]> => tasksOf(bench.store.reader, ticket)

/** The messages to residents, oldest first. */
export async function texts(bench: EngineBench, ticket: string): Promise<Notice[]> {
  return (await noticesOf(bench.store.reader, { ticket })).filter(({ kind }) => kind === 'resident.progress')
}

/** `by action: note`, of these actions. */
export async function lines(bench: EngineBench, ticket: string, ...actions: string[]): Promise<string[]> {
  const history = await historyOf(bench.store.reader, ticket)
  return history
    .filter(({ action }) => actions.includes(action))
    .map(({ by, action, note }) => `${by} ${action}: ${note}`)
}
