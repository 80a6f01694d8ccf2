import type { Drawing, Signature } from '../model.ts'
import type { Db } from './connect.ts'
import { sealRow } from './seals.ts'

/** A signature as a ticket's job names it, with its drawing. */
export type DrawnSignature = Signature & { drawing: Drawing | null }

export async function insertSignature(
  db: Db,
  ticket: string,
  { drawn: _, signedFor = null, ...signature }: DrawnSignature,
): Promise<void> {
  const drawing = signature.drawing === null ? null : JSON.stringify(signature.drawing)
  const row = { ...signature, ticket, drawing, signed_for: signedFor }
  await db.insertInto('signatures').values(row).execute()
  await sealRow(db, 'signatures', row, signature)
}

/** Oldest first. */
export async function signaturesOf(db: Db, ticket: string): Promise<DrawnSignature[]> {
  const rows = await db.selectFrom('signatures').selectAll().where('ticket', '=', ticket).orderBy('id').execute()
  return rows.map(({ id, signer, name, at, by, drawing, signed_for: signedFor }) => ({
    ...{ id, signer: signer as Signature['signer'], name, at, by, drawn: drawing !== null, signedFor },
    drawing: drawing === null ? null : (JSON.parse(drawing) as Drawing),
  }))
}
