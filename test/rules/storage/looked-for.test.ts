import BetterSqlite3 from 'better-sqlite3'
import { type CompiledQuery, Kysely, SqliteDialect } from 'kysely'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { callInsOverdue } from '../../../rules/storage/call-ins.ts'
import { type Db, openStore } from '../../../rules/storage/connect.ts'
import { untoldFollowUps } from '../../../rules/storage/follow-up-queue.ts'
import { earliestDueRow } from '../../../rules/storage/next-due.ts'
import { dueStepIds } from '../../../rules/storage/ladder-steps.ts'
import { dueTargets, waitingTooLong } from '../../../rules/storage/outbox.ts'
import type { Database } from '../../../rules/storage/schema.ts'
import { overdueTicketIds } from '../../../rules/storage/tickets.ts'
import { temporaryFolder } from '../../support/process.ts'

/** A table of which every row is read; an index that lists only what is open may be, from its beginning. */
const LISTS_OPEN = ['outbox_target', 'outbox_queued', 'clocks_running', 'call_ins_running', 'ladder_steps_due'].join(
  '|',
)
const READS_ALL = new RegExp(`^SCAN (?!CONSTANT ROW$|\\w+ USING COVERING INDEX (${LISTS_OPEN})$)`)

const LOOKED_FOR: Record<string, (db: Db) => Promise<unknown>> = {
  'overdue clocks': (db) => overdueTicketIds(db, 1, 10),
  'call-ins that nobody answered': (db) => callInsOverdue(db, 1),
  'steps of ladders': (db) => dueStepIds(db, 1, 10),
  'notices that wait too long': (db) => waitingTooLong(db, 1, 1),
  'notices to send': (db) => dueTargets(db, 1),
  'follow-ups that nobody asked': (db) => untoldFollowUps(db, 1, 10),
  'the first of all that waits': earliestDueRow,
}

it.each(Object.entries(LOOKED_FOR))('%s are looked for every second without reading what is over', async (_, look) => {
  const { path, remove } = temporaryFolder()
  await (await openStore(path)).close()
  const sqlite = new BetterSqlite3(join(path, 'shifen.db'), { readonly: true })
  const asked: CompiledQuery[] = []
  const log = ({ query }: { query: CompiledQuery }) => void asked.push(query)
  const db = new Kysely<Database>({ dialect: new SqliteDialect({ database: sqlite }), log })

  await look(db)
  expect(asked).toHaveLength(1)
  const plan = sqlite.prepare<unknown[], { detail: string }>(`explain query plan ${asked[0]!.sql}`)
  const steps = plan.all(...asked[0]!.parameters).map(({ detail }) => detail)
  expect(steps.filter((step) => READS_ALL.test(step))).toEqual([])
  await db.destroy()
  remove()
})
