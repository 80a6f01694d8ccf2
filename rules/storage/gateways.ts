import type { Gateway } from '../model.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'

const gatewayOfRow = (row: Row<'gateways'>): Gateway => ({
  id: row.id,
  site: row.site,
  topics: JSON.parse(row.topics) as string[],
  createdAt: row.created_at,
})

/** Gateways that are in use, by id. */
export async function allGateways(db: Db): Promise<Gateway[]> {
  const rows = await db.selectFrom('gateways').selectAll().where('revoked_at', 'is', null).orderBy('id').execute()
  return rows.map(gatewayOfRow)
}

export async function findGateway(db: Db, id: string): Promise<Gateway | null> {
  const query = db.selectFrom('gateways').selectAll().where('id', '=', id).where('revoked_at', 'is', null)
  const row = await query.executeTakeFirst()
  return row ? gatewayOfRow(row) : null
}

/** The site of a gateway that is or was in use. */
export async function siteOfGateway(db: Db, id: string): Promise<string | null> {
  const row = await db.selectFrom('gateways').select('site').where('id', '=', id).executeTakeFirst()
  return row?.site ?? null
}

/** In use or removed. */
export async function siteHasGateways(db: Db, site: string): Promise<boolean> {
  return (
    (await db.selectFrom('gateways').select('id').where('site', '=', site).limit(1).executeTakeFirst()) !== undefined
  )
}

/** A gateway that was removed and comes back finds the devices that it had. */
export async function saveGateway(db: Db, gateway: Gateway): Promise<void> {
  const row = { site: gateway.site, topics: JSON.stringify(gateway.topics), revoked_at: null }
  await db
    .insertInto('gateways')
    .values({ id: gateway.id, created_at: gateway.createdAt, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}

export async function retireGateway(db: Db, id: string, now: number): Promise<void> {
  await db.updateTable('gateways').set({ revoked_at: now }).where('id', '=', id).execute()
}
