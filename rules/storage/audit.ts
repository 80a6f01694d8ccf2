import { chained, GENESIS } from './audit-hash.ts'
import type { Db } from './connect.ts'
import { readSetting, saveSetting } from './records.ts'
import { rowWriter } from './statements.ts'

/** Who did what to what. Each row carries a hash over itself and the one before it. */
export interface AuditEntry {
  at: number
  by: string
  action: string
  subject: string
  detail: Record<string, unknown>
}

/** The last row, so that one that is cut off at the end is missed too. */
export interface AuditHead {
  id: number
  hash: string
}

const AUDIT_HEAD = 'audit.head'

export async function auditHead(db: Db): Promise<AuditHead> {
  const head = await readSetting(db, AUDIT_HEAD)
  return head === null ? { id: 0, hash: GENESIS } : (JSON.parse(head) as AuditHead)
}

const writeRow = rowWriter((db, row: AuditHead & Omit<AuditEntry, 'detail'> & { detail: string }) =>
  db.insertInto('audit').values(row),
)

export async function insertAudit(db: Db, { at, by, action, subject, detail }: AuditEntry): Promise<void> {
  const head = await auditHead(db)
  const row = { id: head.id + 1, at, by, action, subject, detail: JSON.stringify(detail) }
  const hash = chained(head.hash, row)
  await writeRow(db, { ...row, hash })
  await saveSetting(db, AUDIT_HEAD, JSON.stringify({ id: row.id, hash }))
}
