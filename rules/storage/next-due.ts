import { sql } from 'kysely'
import type { Db } from './connect.ts'
import { keptQuery } from './statements.ts'

/** What is late is so from the millisecond after its time on; what is due is so at its time. */
const AFTER_MS = 1

const earliest = keptQuery((db: Db) => {
  const running = db.selectFrom('clocks').select('due_at').where('state', '=', sql.lit('running'))
  const callIns = db.selectFrom('call_ins').select('due_at').where('state', '=', sql.lit('running'))
  const steps = db.selectFrom('ladder_steps').select('due_at').where('state', '=', sql.lit('waiting'))
  const queued = db.selectFrom('outbox').where('state', '=', sql.lit('queued'))
  const untold = db.selectFrom('follow_ups').where('state', '=', sql.lit('open')).where('told_at', 'is', null)
  return db.selectNoFrom([
    running.orderBy('due_at').limit(sql.lit(1)).as('clock'),
    callIns.orderBy('due_at').limit(sql.lit(1)).as('call_in'),
    untold.select('due_at').orderBy('due_at').limit(sql.lit(1)).as('follow_up'),
    steps.orderBy('due_at').limit(sql.lit(1)).as('step'),
    queued.select('due_at').orderBy('due_at').limit(sql.lit(1)).as('notice'),
    queued
      .select('otherwise_at')
      .where('otherwise_at', 'is not', null)
      .orderBy('otherwise_at')
      .limit(sql.lit(1))
      .as('otherwise'),
  ])
})

/** When the first of all rows that wait for a moment falls due, however long ago that was; `Infinity`: none waits. */
export async function earliestDueRow(db: Db): Promise<number> {
  const [row] = await earliest(db)
  const { clock, call_in: callIn, follow_up: followUp, step, notice, otherwise } = row!
  const late = [clock, callIn, followUp].map((at) => (at ?? Infinity) + AFTER_MS)
  return Math.min(...late, ...[step, notice, otherwise].map((at) => at ?? Infinity))
}
