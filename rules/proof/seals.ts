import { createHash } from 'node:crypto'
import type { FollowUpAnswer } from '../model.ts'
import type { Row } from '../storage/schema.ts'

/** What is said beside a ticket and decides a figure or a dispute: the audit chain knows each such row by its hash. */

export const SEALED_COLUMNS = {
  intakes: [
    ...['id', 'number', 'site', 'received_at', 'occurred_at', 'channel', 'taken_by', 'name', 'phone', 'household'],
    ...['location', 'text', 'category', 'priority', 'size', 'paid', 'appointment_at', 'progress', 'form_date'],
    ...['ticket', 'joined'],
  ],
  signatures: ['id', 'ticket', 'signer', 'name', 'at', 'by', 'drawing', 'signed_for'],
  follow_ups: [
    ...['id', 'site', 'ticket', 'rule', 'state', 'completed_at', 'due_at', 'rainy_day', 'attempts', 'answer', 'grade'],
    'answered_at',
  ],
} as const

export type SealedTable = keyof typeof SEALED_COLUMNS
export const SEALED_TABLES = Object.keys(SEALED_COLUMNS) as SealedTable[]

export type SealedRow<T extends SealedTable> = Omit<Row<T>, 'told_at'>

export type AnySealed = { [T in SealedTable]: { table: T; row: SealedRow<T> } }[SealedTable]

export const SEAL_PREFIX = 'seal.'

/** What the chain says of a row. */
export interface SealDetail {
  row: string
  hash: string
}

/**
 * SHA-256, in hexadecimal, of the table's name and the row's columns as one JSON array. Of an answer is left out what
 * came of it: a rework may be agreed later.
 */
export function sealOf<T extends SealedTable>(table: T, row: SealedRow<T>): string {
  const cells = row as unknown as Record<string, unknown>
  const values = SEALED_COLUMNS[table].map((name) => (name === 'answer' ? said(cells[name]) : cells[name]))
  return createHash('sha256')
    .update(JSON.stringify([table, ...values]))
    .digest('hex')
}

function said(answer: unknown): unknown {
  try {
    const { at, by, way, grade, reason, faults } = JSON.parse(String(answer)) as FollowUpAnswer
    return [at, by, way, grade, reason, faults]
  } catch {
    return answer
  }
}
