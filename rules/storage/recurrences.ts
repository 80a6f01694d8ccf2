import { sql } from 'kysely'
import type { Db } from './connect.ts'
import { keptQuery } from './statements.ts'

/** An earlier ticket of the same trouble. */
export interface Earlier {
  id: string
  number: string
  openedAt: number
  title: { zh: string; en: string }
}

export interface Trouble {
  id: string
  site: string
  device: string | null
  location: string
  category: string
  openedAt: number
}

export const RECURRENCES_MAX = 20

/** Tickets before this one since a moment, of the same device or place and the same category, newest first. */
export async function earlierOf(db: Db, trouble: Trouble, since: number): Promise<Earlier[]> {
  const { id, site, device, location, category } = trouble
  if (device === null && location === '') return []
  const rows = await readEarlier(db, device ?? '', category, site, location, since, id)
  return rows.map(({ id, number, opened_at, title }) => ({
    ...{ id, number, openedAt: opened_at },
    title: JSON.parse(title) as Earlier['title'],
  }))
}

/** Newest first. Exported so that it can be seen which indexes it goes by. */
export function earlierQuery(
  db: Db,
  device: string,
  category: string,
  site: string,
  location: string,
  since: number,
  before: string,
) {
  const earlier = db
    .selectFrom('tickets')
    .select(['id', 'number', 'opened_at', 'title'])
    .where('site', '=', site)
    // Few have one device or place, many one category or an earlier id: not by their indexes.
    .where(sql`+category`, '=', category)
    .where(sql`+id`, '<', before)
    .where('kind', '<>', 'complaint')
    .where('opened_at', '>=', since)
    .where('state', '<>', 'cancelled')
    .where('drill', 'is', null)
  // A place that has no name is no place; said in words, so that the index of places is used.
  const atPlace = earlier.where('location', '=', location).where('location', '<>', '')
  return earlier.where('device', '=', device).union(atPlace).orderBy('id', 'desc').limit(RECURRENCES_MAX)
}

const readEarlier = keptQuery(earlierQuery)
