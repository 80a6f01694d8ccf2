import type { Photo, PhotoKind, PhotoType } from '../model.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'
import { amongst } from './statements.ts'

/** What is known of photos; their bytes are files beside the database. */

const photoOfRow = (row: Row<'photos'>): Photo => ({
  id: row.id,
  site: row.site,
  ticket: row.ticket,
  kind: row.kind as PhotoKind,
  type: row.type as PhotoType,
  sizeBytes: row.size_bytes,
  sha256: row.sha256,
  caption: row.caption,
  by: row.by,
  at: row.at,
})

export async function insertPhoto(db: Db, { sizeBytes, ...photo }: Photo): Promise<void> {
  await db
    .insertInto('photos')
    .values({ ...photo, size_bytes: sizeBytes })
    .execute()
}

export async function deletePhoto(db: Db, id: string): Promise<void> {
  await db.deleteFrom('photos').where('id', '=', id).execute()
}

export async function findPhoto(db: Db, id: string): Promise<Photo | null> {
  const row = await db.selectFrom('photos').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? photoOfRow(row) : null
}

/** Oldest first. */
export async function photosOf(db: Db, ticket: string): Promise<Photo[]> {
  const rows = await db
    .selectFrom('photos')
    .selectAll()
    .where('ticket', '=', ticket)
    .orderBy('at')
    .orderBy('id')
    .execute()
  return rows.map(photoOfRow)
}

/** Which of these ids are of photos. */
export async function photosAmongst(db: Db, ids: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('photos')
    .select('id')
    .where('id', 'in', amongst(JSON.stringify(ids)))
    .execute()
  return new Set(rows.map(({ id }) => id))
}
