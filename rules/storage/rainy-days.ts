import type { RainyDay } from '../model.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'

const rainyDayOfRow = (row: Row<'rainy_days'>): RainyDay => ({
  site: row.site,
  day: row.day,
  at: row.at,
  source: row.source as RainyDay['source'],
  by: row.by,
  amountMm: row.amount_mm,
  note: row.note,
})

/** Kept as it was first told. */
export async function insertRainyDay(db: Db, { amountMm, ...day }: RainyDay): Promise<void> {
  await db
    .insertInto('rainy_days')
    .values({ ...day, amount_mm: amountMm })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function findRainyDay(db: Db, site: string, day: string): Promise<RainyDay | null> {
  const query = db.selectFrom('rainy_days').selectAll().where('site', '=', site)
  const row = await query.where('day', '=', day).executeTakeFirst()
  return row ? rainyDayOfRow(row) : null
}

/** Newest first, before a day. */
export async function listRainyDays(db: Db, site: string, limit: number, before?: string): Promise<RainyDay[]> {
  let query = db.selectFrom('rainy_days').selectAll().where('site', '=', site)
  if (before !== undefined) query = query.where('day', '<', before)
  return (await query.orderBy('day', 'desc').limit(limit).execute()).map(rainyDayOfRow)
}
