import type { Commitment } from '../model.ts'
import type { Db } from './connect.ts'

export async function findCommitment(db: Db, id: string): Promise<Commitment | null> {
  const row = await db.selectFrom('commitments').select('body').where('id', '=', id).executeTakeFirst()
  return row ? (JSON.parse(row.body) as Commitment) : null
}

export async function saveCommitment(db: Db, commitment: Commitment, now: number): Promise<void> {
  const body = JSON.stringify(commitment)
  await db
    .insertInto('commitments')
    .values({ id: commitment.id, version: 1, body, updated_at: now })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((e) => ({ body, version: e('commitments.version', '+', 1), updated_at: now })),
    )
    .execute()
}

export async function seedCommitment(db: Db, commitment: Commitment, now: number): Promise<void> {
  await db
    .insertInto('commitments')
    .values({ id: commitment.id, version: 1, body: JSON.stringify(commitment), updated_at: now })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}
