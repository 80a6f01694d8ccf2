import { SEAL_PREFIX, type SealDetail, sealOf, type SealedRow, type SealedTable } from '../proof/seals.ts'
import { insertAudit } from './audit.ts'
import type { Db } from './connect.ts'

/** Lets the audit chain know a row, so that nobody changes it unseen; who seals it anew says that it changed. */
export async function sealRow<T extends SealedTable>(
  db: Db,
  table: T,
  row: SealedRow<T> & { id: string; ticket: string },
  { at, by }: { at: number; by: string },
): Promise<void> {
  const detail: SealDetail = { row: row.id, hash: sealOf(table, row) }
  await insertAudit(db, { at, by, action: `${SEAL_PREFIX}${table}`, subject: row.ticket, detail: { ...detail } })
}
