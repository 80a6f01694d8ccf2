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
  { now, keptMs }: { now: number; keptMs: number },
): Promise<void> {
  await db.deleteFrom('idempotency_keys').where('kept_until', '<', now).execute()
  await db
    .insertInto('idempotency_keys')
    .values({ principal, key, request, result, created_at: now, kept_until: now + keptMs })
    .execute()
}
