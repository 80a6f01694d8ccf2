import { type Principal, Refusal, SYSTEM, type Task, type TaskKind, type Ticket, type TicketState } from '../model.ts'
import { mustSee } from '../rights.ts'
import { findTask, saveTask, tasksOf } from '../storage/tasks.ts'
import { findTicket, insertHistory } from '../storage/tickets.ts'
import { BEFORE_SITE } from '../tickets/machine.ts'
import type { Work } from '../work.ts'

export interface SettleTaskCommand {
  type: 'settle_task'
  task: string
  to: 'done' | 'dropped'
  /** Needed to drop it: why nothing has to be done. */
  note?: string | undefined
}

/** What somebody has to do; `dueAt` in milliseconds. */
export interface AskedTask extends Pick<Task, 'kind' | 'assignee' | 'dueAt' | 'about'> {
  ticket: Pick<Ticket, 'id' | 'site'>
}

/**
 * A ticket has one open task of a kind, one apology of each who owes it, and one for each explanation that is to be
 * told. Where there is one already it is the same, due when it was, with what is to be said now.
 */
export async function openTask(work: Work, asked: AskedTask): Promise<Task> {
  const open = await sameTask(work, asked)
  const { ticket, ...rest } = asked
  const task: Task = open
    ? { ...open, assignee: rest.assignee, about: rest.about }
    : {
        ...{ id: work.newId(), site: ticket.site, ticket: ticket.id, ...rest },
        ...{ state: 'open', createdAt: work.now, settledAt: null, settledBy: null, note: '' },
      }
  await saveTask(work.db, task)
  return task
}

/** The open one that this would be. */
export async function sameTask(work: Work, asked: AskedTask): Promise<Task | null> {
  const isSame = ({ kind, assignee, state, about }: Task) =>
    state === 'open' &&
    kind === asked.kind &&
    (kind !== 'apology' || assignee === asked.assignee) &&
    (kind !== 'tell_resident' || isToldTogether(about, asked.about))
  return (await tasksOf(work.db, asked.ticket.id)).find(isSame) ?? null
}

/** The newest step is told in the place of those before it; why it is late and what the plan is has to be told too. */
export const isToldTogether = (a: AskedTask['about'], b: AskedTask['about']): boolean =>
  a.step === b.step || (a.plan === undefined && b.plan === undefined)

export async function openTaskOf(work: Work, ticket: string, kind: TaskKind): Promise<Task | null> {
  return (await tasksOf(work.db, ticket)).find((task) => task.kind === kind && task.state === 'open') ?? null
}

export async function settleTask(
  work: Work,
  task: Task,
  state: 'done' | 'dropped',
  by: string,
  note: string,
): Promise<Task> {
  const settled: Task = { ...task, state, settledAt: work.now, settledBy: by, note }
  await saveTask(work.db, settled)
  const at = (await findTicket(work.db, task.ticket))!.state
  const told = [task.kind, note].filter((part) => part !== '').join(': ')
  await insertHistory(work.db, task.ticket, { at: work.now, by, action: `task_${state}`, from: at, to: at, note: told })
  return settled
}

/** These are done by what they ask for, which is then written down, and by nothing else. */
const DONE_BY: Partial<Record<TaskKind, readonly [method: string, path: string]>> = {
  explain_delay: ['POST', 'explain'],
  hand_over: ['POST', 'hand-over'],
  agree_rework: ['POST', 'rework'],
  agree_appointment: ['PATCH', 'job'],
}

/** Throws `Refusal`: `forbidden` for somebody else's, `conflict` where it is settled or is done in another way. */
export async function performTaskCommand(work: Work, command: SettleTaskCommand, by: Principal): Promise<Task> {
  const task = await findTask(work.db, command.task)
  if (task === null) throw new Refusal('not_found', `task ${command.task} does not exist`)
  mustSee(by, task.site, `task ${command.task}`)
  if (by.role === 'responder' && task.assignee !== by.name) {
    throw new Refusal('forbidden', 'a responder settles the tasks that are his')
  }
  if (task.state !== 'open') {
    throw new Refusal('conflict', `this task is ${task.state} already, by ${task.settledBy}; it is settled while open`)
  }
  const doneBy = DONE_BY[task.kind]
  if (command.to === 'done' && doneBy !== undefined) {
    const [method, path] = doneBy
    const instead = `${method} /api/v1/tickets/${task.ticket}/${path}`
    throw new Refusal('conflict', `this task is done by ${instead}; or drop it with a note that says why`)
  }
  const note = command.note?.trim() ?? ''
  if (command.to === 'dropped' && note === '') {
    throw new Refusal('invalid', 'drop needs `note`: why nothing has to be done')
  }
  return settleTask(work, task, command.to, by.name, note)
}

/** Somebody has these in hand, and leaves none of them open when he goes. */
export const IN_HAND = ['accepted', 'en_route', 'on_site', 'on_hold'] as const satisfies readonly TicketState[]

export const isInHand = ({ state }: Pick<Ticket, 'state'>) => IN_HAND.some((each) => each === state)

/** Tasks end with what they are of; an apology is owed whatever becomes of the ticket. */
export async function endTasks(work: Work, ticket: Ticket): Promise<void> {
  for (const task of await tasksOf(work.db, ticket.id)) {
    const why = task.state === 'open' ? whyOver(task, ticket) : null
    if (why !== null) await settleTask(work, task, 'dropped', SYSTEM, why)
  }
}

function whyOver({ kind, assignee }: Task, ticket: Ticket): string | null {
  switch (kind) {
    case 'apology':
    case 'agree_rework':
      return null
    case 'tell_resident':
      return ticket.state === 'cancelled' ? 'the ticket was cancelled' : null
    case 'explain_delay':
      return ticket.closedAt === null ? null : `the ticket is ${ticket.state}`
    case 'agree_appointment':
      return BEFORE_SITE.some((each) => each === ticket.state) ? null : `the ticket is ${ticket.state}`
    case 'hand_over':
      if (!isInHand(ticket)) return `the ticket is ${ticket.state}`
      return ticket.assignee === assignee ? null : 'somebody else has the job'
  }
}
