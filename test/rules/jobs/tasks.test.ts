import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTask, type AskedTask } from '../../../rules/jobs/tasks.ts'
import type { Principal, Task, Ticket } from '../../../rules/model.ts'
import { transaction } from '../../../rules/storage/connect.ts'
import type { Work } from '../../../rules/work.ts'
import { EngineBench } from '../../support/engine.ts'
import { lines, report, tasks } from '../../support/residents.ts'

let bench: EngineBench
let ticket: Ticket
beforeEach(async () => {
  bench = await EngineBench.open()
  ticket = await report(bench)
})
afterEach(() => bench.close())

let ids = 0
const open = (rest: Partial<AskedTask> = {}): Promise<Task> =>
  transaction(bench.store.writer, (db) => {
    const work = {
      db,
      now: bench.clock.now(),
      newId: () => `task-${String(++ids).padStart(4, '0')}`,
    } as unknown as Work
    return openTask(work, { ticket, kind: 'tell_resident', assignee: null, dueAt: 1, about: { n: 1 }, ...rest })
  })
const settle = (task: Task, to: 'done' | 'dropped', note?: string, by?: Principal) =>
  bench.command({ type: 'settle_task', task: task.id, to, note }, by)
const as = (name: string): Principal => ({ id: name, name, role: 'responder', sites: ['default'] })

describe('a task', () => {
  it('is open once of its kind at a ticket, with the newest that it is about; an apology once of each', async () => {
    const first = await open()
    expect(await open({ dueAt: 2, about: { n: 2 } })).toMatchObject({ id: first.id, dueAt: 1, about: { n: 2 } })
    for (const assignee of ['li', 'wu', 'li']) await open({ kind: 'apology', assignee })
    expect((await tasks(bench, ticket.id)).map(({ kind, assignee }) => [kind, assignee])).toEqual([
      ['tell_resident', null],
      ['apology', 'li'],
      ['apology', 'wu'],
    ])
    await settle(first, 'done')
    expect((await open()).id).not.toBe(first.id)
  })

  it('is done or dropped once, and history says so', async () => {
    const [told, dropped] = [await open(), await open({ kind: 'apology', assignee: 'li' })]
    await settle(told, 'done', 'called')
    await expect(settle(told, 'done')).rejects.toMatchObject({ code: 'conflict' })
    await expect(settle(dropped, 'dropped', ' ')).rejects.toMatchObject({ code: 'invalid' })
    await settle(dropped, 'dropped', 'moved away')
    expect(await lines(bench, ticket.id, 'task_done', 'task_dropped')).toEqual([
      'Zhang task_done: tell_resident: called',
      'Zhang task_dropped: apology: moved away',
    ])
  })

  it('is settled by whose it is, of his site', async () => {
    const task = await open({ kind: 'apology', assignee: 'li' })
    await expect(settle(task, 'done', '', as('wu'))).rejects.toMatchObject({ code: 'forbidden' })
    await expect(settle(task, 'done', '', { ...as('li'), sites: ['x'] })).rejects.toMatchObject({ code: 'not_found' })
    expect((await settle(task, 'done', '', as('li'))).task).toMatchObject({ state: 'done', settledBy: 'li' })
  })

  it('ends with a ticket that is cancelled; an apology stays owed', async () => {
    for (const kind of ['tell_resident', 'explain_delay', 'apology'] as const) await open({ kind })
    await bench.cancel(ticket.id)
    expect((await tasks(bench, ticket.id)).map(({ state }) => state)).toEqual(['dropped', 'dropped', 'open'])
  })

  it('that is done by explaining or handing over is done by that alone', async () => {
    for (const kind of ['explain_delay', 'hand_over'] as const) {
      await expect(settle(await open({ kind }), 'done', 'x')).rejects.toThrow(`/tickets/${ticket.id}/`)
    }
  })
})
