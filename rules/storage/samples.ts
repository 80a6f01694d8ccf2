import { sql } from 'kysely'
import type { Sample, Ticket } from '../model.ts'
import type { Db } from './connect.ts'
import { promisesByHash } from './promises.ts'
import type { Row } from './schema.ts'
import { amongst } from './statements.ts'

const sampleOfRow = (row: Row<'samples'>): Sample => ({
  site: row.site,
  month: row.month,
  seed: row.seed,
  drawnAt: row.drawn_at,
  population: row.population,
  taken: JSON.parse(row.taken) as string[],
})

/** Fails where the month was drawn already. */
export async function insertSample(db: Db, { drawnAt, taken, ...sample }: Sample): Promise<void> {
  const row = { ...sample, drawn_at: drawnAt, taken: JSON.stringify(taken) }
  await db.insertInto('samples').values(row).execute()
}

export async function isSampled(db: Db, site: string, month: string): Promise<boolean> {
  const query = db.selectFrom('samples').select('month').where('site', '=', site).where('month', '=', month)
  return (await query.executeTakeFirst()) !== undefined
}

/** Newest first, before a month. */
export async function listSamples(db: Db, site: string, limit: number, before?: string): Promise<Sample[]> {
  let query = db.selectFrom('samples').selectAll().where('site', '=', site)
  if (before !== undefined) query = query.where('month', '<', before)
  return (await query.orderBy('month', 'desc').limit(limit).execute()).map(sampleOfRow)
}

/** What of a ticket decides whether its household is asked. */
export interface Serviced extends Pick<
  Ticket,
  'id' | 'category' | 'priority' | 'origin' | 'kind' | 'size' | 'problems' | 'commitments' | 'openedAt'
> {
  completedAt: number
  /** One and the same for all jobs of a household. */
  household: string
}

const COMPLETED_AT = sql<number>`json_extract(job, '$.completedAt')`
const SERVICED_MAX = 50_000

/** Work for a resident that was completed at a site from a moment on and before another, the earlier first. */
export async function servicedWithin(db: Db, site: string, from: number, to: number): Promise<Serviced[]> {
  const rows = await db
    .selectFrom('tickets')
    .select(['id', 'category', 'priority', 'origin', 'kind', 'size', 'problems', 'promise', 'reporter'])
    .select(['opened_at', 'location', COMPLETED_AT.as('completedAt')])
    .where('site', '=', site)
    .where(COMPLETED_AT, '>=', from)
    .where(COMPLETED_AT, '<', to)
    .where('kind', 'in', ['repair', 'request', 'appointment'])
    .where('drill', 'is', null)
    .orderBy(COMPLETED_AT)
    .limit(SERVICED_MAX)
    .execute()
  const reported = await firstReports(
    db,
    rows.map(({ id }) => id),
  )
  const promised = await promisesByHash(
    db,
    rows.map(({ promise }) => promise),
  )
  return rows.flatMap((row) => {
    const resident = reported.get(row.id) ?? (JSON.parse(row.reporter ?? 'null') as Resident | null)
    if (resident === null) return []
    const { household = '', phone = '', name = '' } = resident
    if (household + phone + name === '') return []
    return {
      id: row.id,
      category: row.category,
      priority: row.priority as Ticket['priority'],
      origin: row.origin as Ticket['origin'],
      kind: row.kind as Ticket['kind'],
      size: row.size as Ticket['size'],
      problems: JSON.parse(row.problems) as string[],
      commitments: promised(row.promise),
      openedAt: row.opened_at,
      completedAt: row.completedAt,
      household: household || phone || `${name} ${row.location}`.trim() || row.id,
    }
  })
}

export interface Resident {
  household?: string
  name?: string
  phone?: string
}

/** Who reported first what became each of these tickets. */
export async function firstReports(db: Db, tickets: readonly string[]): Promise<Map<string, Resident>> {
  if (tickets.length === 0) return new Map()
  const query = db.selectFrom('intakes').select(['ticket', 'household', 'name', 'phone'])
  const rows = await query
    .where('ticket', 'in', amongst(JSON.stringify(tickets)))
    .orderBy('id', 'desc')
    .execute()
  return new Map(rows.map(({ ticket, ...resident }) => [ticket, resident]))
}
