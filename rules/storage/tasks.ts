import type { Task, TaskKind } from '../model.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'
import { asGiven } from './statements.ts'

const taskOfRow = (row: Row<'tasks'>): Task => ({
  id: row.id,
  site: row.site,
  ticket: row.ticket,
  kind: row.kind as TaskKind,
  assignee: row.assignee,
  dueAt: row.due_at,
  state: row.state as Task['state'],
  about: JSON.parse(row.about) as Task['about'],
  createdAt: row.created_at,
  settledAt: row.settled_at,
  settledBy: row.settled_by,
  note: row.note,
})

const rowOfTask = (task: Task): Row<'tasks'> => ({
  id: task.id,
  site: task.site,
  ticket: task.ticket,
  kind: task.kind,
  assignee: task.assignee,
  due_at: task.dueAt,
  state: task.state,
  about: JSON.stringify(task.about),
  created_at: task.createdAt,
  settled_at: task.settledAt,
  settled_by: task.settledBy,
  note: task.note,
})

export async function saveTask(db: Db, task: Task): Promise<void> {
  const row = rowOfTask(task)
  await db
    .insertInto('tasks')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(asGiven(row)))
    .execute()
}

export async function findTask(db: Db, id: string): Promise<Task | null> {
  const row = await db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? taskOfRow(row) : null
}

/** Oldest first. */
export async function tasksOf(db: Db, ticket: string): Promise<Task[]> {
  const rows = await db.selectFrom('tasks').selectAll().where('ticket', '=', ticket).orderBy('id').execute()
  return rows.map(taskOfRow)
}

export interface TaskFilter {
  /** `null`: all. */
  sites: readonly string[] | null
  states?: readonly Task['state'][] | undefined
  kind?: TaskKind | undefined
  assignee?: string | undefined
  afterId?: string | undefined
  limit: number
}

/** Oldest first. */
export async function listTasks(db: Db, filter: TaskFilter): Promise<Task[]> {
  let query = db.selectFrom('tasks').selectAll()
  if (filter.sites !== null) query = query.where('site', 'in', filter.sites)
  if (filter.states) query = query.where('state', 'in', filter.states)
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
  if (filter.assignee !== undefined) query = query.where('assignee', '=', filter.assignee)
  if (filter.afterId !== undefined) query = query.where('id', '>', filter.afterId)
  return (await query.orderBy('id').limit(filter.limit).execute()).map(taskOfRow)
}
