import type { Delivery, Route } from '../model.ts'
import type { Db } from './connect.ts'
import type { NewRow, Row } from './schema.ts'
import { rowWriter } from './statements.ts'

const writeDelivery = rowWriter((db, row: NewRow<'deliveries'>) => db.insertInto('deliveries').values(row))

/** A line of the delivery log. */
export async function insertDelivery(db: Db, delivery: Delivery): Promise<void> {
  const { notice, message, at, channel, address, result, answer, tookMs, gathered } = delivery
  await writeDelivery(db, { notice, message, at, channel, address, result, answer, took_ms: tookMs, gathered })
}

const deliveryOfRow = (row: Row<'deliveries'>): Delivery => ({
  notice: row.notice,
  message: row.message,
  at: row.at,
  channel: row.channel,
  address: row.address,
  result: row.result as Delivery['result'],
  answer: row.answer,
  tookMs: row.took_ms,
  gathered: row.gathered,
})

/** Every try for these notices, the first first. */
export async function deliveriesOf(db: Db, notices: readonly string[]): Promise<Delivery[]> {
  if (notices.length === 0) return []
  const query = db.selectFrom('deliveries').selectAll().where('notice', 'in', notices)
  return (await query.orderBy('id').execute()).map(deliveryOfRow)
}

/** When the messages to a target were answered that were sent since, oldest first; one that told of many is one. */
export async function answeredSince(db: Db, { channel, address }: Route, since: number): Promise<number[]> {
  const rows = await db
    .selectFrom('deliveries')
    .select(['message', 'at', 'took_ms'])
    .distinct()
    .where('channel', '=', channel)
    .where('address', '=', address)
    .where('at', '>=', since)
    .where('result', '!=', 'held')
    .execute()
  return rows.map((row) => row.at + row.took_ms).sort((a, b) => a - b)
}
