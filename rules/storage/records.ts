import type { Db } from './connect.ts'

/** Small records of the installation itself. */

export async function readSetting(db: Db, key: string): Promise<string | null> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst()
  return row?.value ?? null
}

export async function saveSetting(db: Db, key: string, value: string): Promise<void> {
  await db
    .insertInto('settings')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute()
}

/** A phone may lie without a network over the days off, and send again what had arrived before. */
const IDEMPOTENCY_KEPT_MS = 7 * 24 * 3_600_000

export async function findIdempotent(
  db: Db,
  principal: string,
  key: string,
): Promise<{ request: string; result: string } | null> {
  const row = await db
    .selectFrom('idempotency_keys')
    .select(['request', 'result'])
    .where('principal', '=', principal)
    .where('key', '=', key)
    .executeTakeFirst()
  return row ?? null
}

export async function saveIdempotent(
  db: Db,
  principal: string,
  key: string,
  request: string,
  result: string,
  now: number,
): Promise<void> {
  await db
    .deleteFrom('idempotency_keys')
    .where('created_at', '<', now - IDEMPOTENCY_KEPT_MS)
    .execute()
  await db.insertInto('idempotency_keys').values({ principal, key, request, result, created_at: now }).execute()
}
