import { sql } from 'kysely'
import { TICKET_STATES, WORKING_STATES } from '../model.ts'
import type { Db } from './connect.ts'
import { amongst, keptQuery } from './statements.ts'

/** Who has so many is busy: whether there are more decides nothing. */
const JOBS_COUNTED_MAX = 50

/** How many tickets each of them is working on, 50 at most; absent: none. */
export async function workingJobs(db: Db, responders: readonly string[]): Promise<Map<string, number>> {
  const jobs = new Map<string, number>()
  for (const id of responders) {
    const [row] = await countJobs(db, id)
    if (row && row.jobs > 0) jobs.set(id, row.jobs)
  }
  return jobs
}

const countJobs = keptQuery((db, id: string) => {
  const own = db.selectFrom('tickets').select('id').where('assignee', '=', id).where('state', 'in', WORKING_STATES)
  return db.selectFrom(own.limit(JOBS_COUNTED_MAX).as('own')).select((e) => e.fn.countAll<number>().as('jobs'))
})

/** Nobody has arrived at a ticket in one of the others. */
const AFTER_ARRIVAL = TICKET_STATES.slice(TICKET_STATES.indexOf('on_site'))

/** Where each of them last arrived since a moment; absent: nowhere. `device`: of that ticket. */
export async function lastArrivals(
  db: Db,
  responders: readonly string[],
  since: number,
): Promise<Map<string, { site: string; device: string | null }>> {
  const rows = await readArrivals(db, JSON.stringify(responders), since)
  return new Map(rows.map(({ assignee, site, device }) => [assignee!, { site, device }]))
}

const readArrivals = keptQuery((db, responders: string, since: number) => {
  const arrivedAt = sql<number | null>`json_extract(reached, '$.arrive')`
  return (
    db
      .selectFrom('tickets')
      .select(['assignee', 'site', 'device'])
      .where('assignee', 'in', amongst(responders))
      // By name, so that the index finds the few that moved since then.
      .where('state', 'in', AFTER_ARRIVAL)
      .where('updated_at', '>=', since)
      .where(arrivedAt, '>=', since)
      .orderBy(arrivedAt)
      .orderBy('id')
  )
})
