import type { Db } from './connect.ts'

/** A link expires long before. */
const KEPT_MS = 24 * 3_600_000

export async function isUsedLink(db: Db, hash: string): Promise<boolean> {
  const query = db.selectFrom('used_links').select('hash').where('hash', '=', hash)
  return (await query.executeTakeFirst()) !== undefined
}

export async function saveUsedLink(db: Db, hash: string, now: number): Promise<void> {
  await db
    .deleteFrom('used_links')
    .where('at', '<', now - KEPT_MS)
    .execute()
  await db.insertInto('used_links').values({ hash, at: now }).execute()
}
