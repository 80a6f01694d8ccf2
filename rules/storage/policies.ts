import { parseRule } from '../alarms/rule-schema.ts'
import type { Commitment, Rule } from '../model.ts'
import type { Db } from './connect.ts'

export interface StoredRule {
  rule: Rule
  version: number
  updatedAt: number
}

export async function allRules(db: Db): Promise<StoredRule[]> {
  const rows = await db.selectFrom('rules').selectAll().orderBy('id').execute()
  return rows.map((row) => ({
    // What was stored before a field was known takes the field's default.
    rule: parseRule(JSON.parse(row.body)),
    version: row.version,
    updatedAt: row.updated_at,
  }))
}

/** Puts a shipped rule where it is missing or still an older shipped one; what its owner edited stays. */
export async function seedRule(db: Db, rule: Rule, shipped: number, now: number): Promise<void> {
  const body = JSON.stringify(rule)
  await db
    .insertInto('rules')
    .values({ id: rule.id, version: 1, shipped, body, updated_at: now })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet((e) => ({ body, shipped, version: e('rules.version', '+', 1), updated_at: now }))
        .where('rules.shipped', '>', 0)
        .where('rules.shipped', '<', shipped),
    )
    .execute()
}

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
