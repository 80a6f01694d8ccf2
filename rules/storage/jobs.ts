import { sql } from 'kysely'
import { TICKET_STATES, WORKING_STATES } from '../model.ts'
import type { Db } from './connect.ts'

/** How many tickets each of them is working on; absent: none. */
export async function workingJobs(db: Db, responders: readonly string[]): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('tickets')
    .select(['assignee', (e) => e.fn.countAll<number>().as('jobs')])
    .where('assignee', 'in', responders)
    .where('state', 'in', WORKING_STATES)
    .groupBy('assignee')
    .execute()
  return new Map(rows.map(({ assignee, jobs }) => [assignee!, jobs]))
}

/** Where each of them last arrived since a moment; absent: nowhere. `device`: of that ticket. */
export async function lastArrivals(
  db: Db,
  responders: readonly string[],
  since: number,
): Promise<Map<string, { site: string; device: string | null }>> {
  const arrivedAt = sql<number | null>`json_extract(reached, '$.arrive')`
  const rows = await db
    .selectFrom('tickets')
    .select(['assignee', 'site', 'device'])
    .where('assignee', 'in', responders)
    // All of them: so that the index finds the few that moved since then.
    .where('state', 'in', TICKET_STATES)
    .where('updated_at', '>=', since)
    .where(arrivedAt, '>=', since)
    .orderBy(arrivedAt)
    .orderBy('id')
    .execute()
  return new Map(rows.map(({ assignee, site, device }) => [assignee!, { site, device }]))
}
