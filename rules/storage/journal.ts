import type BetterSqlite3 from 'better-sqlite3'
import { sql } from 'kysely'
import { isEmpty } from '../alarms/device-state.ts'
import type { ConditionReport, DeviceMessage, Health, Measurement } from '../model.ts'
import { kept } from '../kept.ts'
import { pointDefinition } from '../model.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'

const LIVE = 1
const HEARD = 2

interface Body {
  v?: Record<string, Measurement['value']>
  /** So many of the values, the last ones, are derived. */
  d?: number
  c?: Record<string, ConditionReport['state']>
  h?: Health
}

/** Appends messages to the journal inside the running transaction; prepared once, since every message passes here. */
export interface Journal {
  append(deviceKey: number, message: DeviceMessage): void
}

export function openJournal(sqlite: BetterSqlite3.Database): Journal {
  const insert = sqlite.prepare(
    'insert into readings (device_key, received_at, device_at, flags, seq, body) values (?, ?, ?, ?, ?, ?)',
  )
  return {
    append(deviceKey, message) {
      const flags = (message.live ? LIVE : 0) | (message.heard ? HEARD : 0)
      insert.run(deviceKey, message.receivedAt, message.deviceAt, flags, message.seq, bodyOf(message))
    },
  }
}

const NAMES_KEPT = 10_000

/** `"name":`, kept since each name comes again with every message. */
const keyOf = kept(NAMES_KEPT, (name: string) => `${JSON.stringify(name)}:`)

/** What is kept of a message: JSON that is the same for the same content, written piece by piece on the hot path. */
function bodyOf({ measurements, conditions, health }: DeviceMessage): string {
  const parts: string[] = []
  if (measurements.length > 0) {
    let values = ''
    let derivedCount = 0
    for (const { name, value, derived } of measurements) {
      values += `${values === '' ? '' : ','}${keyOf(name)}${typeof value === 'string' ? JSON.stringify(value) : value}`
      if (derived) derivedCount += 1
    }
    parts.push(`"v":{${values}}`)
    if (derivedCount > 0) parts.push(`"d":${derivedCount}`)
  }
  if (conditions.length > 0) {
    parts.push(`"c":{${conditions.map(({ code, state }) => `${keyOf(code)}"${state}"`).join()}}`)
  }
  if (!isEmpty(health)) parts.push(`"h":${JSON.stringify(health)}`)
  return `{${parts.join()}}`
}

/** A journal row as the message it was, for its device. */
export function messageOfRow(row: Row<'readings'>, device: string): DeviceMessage {
  const body = JSON.parse(row.body) as Body
  const values = Object.entries(body.v ?? {})
  const told = values.length - (body.d ?? 0)
  return {
    device,
    receivedAt: row.received_at,
    deviceAt: row.device_at,
    live: (row.flags & LIVE) !== 0,
    heard: (row.flags & HEARD) !== 0,
    seq: row.seq,
    measurements: values.map(([name, value], index) => ({
      name,
      value,
      unit: pointDefinition(name)?.unit ?? null,
      ...(index < told ? {} : { derived: true }),
    })),
    conditions: Object.entries(body.c ?? {}).map(([code, state]) => ({ code, state })),
    health: body.h ?? {},
  }
}

/** Of a row what is needed to tell what it said of some points, conditions and fields of health. */
export type ReadingRow = Pick<Row<'readings'>, 'device_key' | 'received_at' | 'flags' | 'body'>

/** Only what it said of `names`: much less work than the whole message, of which a rule reads little. */
export function messageAbout(row: ReadingRow, device: string, names: Iterable<string>): DeviceMessage {
  const { v, c, h } = JSON.parse(row.body) as Body
  const measurements: Measurement[] = []
  const conditions: ConditionReport[] = []
  const health: Record<string, unknown> = {}
  for (const name of names) {
    if (v !== undefined && Object.hasOwn(v, name)) measurements.push({ name, value: v[name]!, unit: null })
    if (c !== undefined && Object.hasOwn(c, name)) conditions.push({ code: name, state: c[name]! })
    if (h !== undefined && Object.hasOwn(h, name)) health[name] = h[name as keyof Health]
  }
  const live = (row.flags & LIVE) !== 0
  const heard = (row.flags & HEARD) !== 0
  const told = { device, receivedAt: row.received_at, deviceAt: null, live, heard, seq: null }
  return { ...told, measurements, conditions, health }
}

/** Rows after `afterId`, oldest first, at most `limit`. */
export function journalAfter(db: Db, afterId: number, limit: number): Promise<Row<'readings'>[]> {
  return db.selectFrom('readings').selectAll().where('id', '>', afterId).orderBy('id').limit(limit).execute()
}

/** Rows of some devices (their numbers, as a JSON array) after `afterId` up to `lastId`, oldest first. */
export function journalOf(db: Db, deviceKeys: string, afterId: number, lastId: number): Promise<ReadingRow[]> {
  return db
    .selectFrom('readings')
    .select(['device_key', 'received_at', 'flags', 'body'])
    .where('id', '>', afterId)
    .where('id', '<=', lastId)
    .where('device_key', 'in', sql<number>`(select value from json_each(${deviceKeys}))`)
    .orderBy('id')
    .execute()
}

/** As `journalOf`, with all that the messages said. */
export function messagesOf(db: Db, deviceKeys: string, afterId: number, lastId: number): Promise<Row<'readings'>[]> {
  return db
    .selectFrom('readings')
    .selectAll()
    .where('id', '>', afterId)
    .where('id', '<=', lastId)
    .where('device_key', 'in', sql<number>`(select value from json_each(${deviceKeys}))`)
    .orderBy('id')
    .execute()
}

export async function lastJournalId(db: Db): Promise<number> {
  const row = await db
    .selectFrom('readings')
    .select((e) => e.fn.max('id').as('id'))
    .executeTakeFirst()
  return row?.id ?? 0
}

/** The journal grows in time order, so the first row at or after a moment is found by halving. */
export async function firstJournalIdAt(db: Db, atMs: number): Promise<number> {
  // One by one: asked for together, SQLite goes through every row for them.
  const ids = db.selectFrom('readings').select('id').limit(1)
  let low = (await ids.orderBy('id').executeTakeFirst())?.id ?? 1
  let high = ((await ids.orderBy('id', 'desc').executeTakeFirst())?.id ?? 0) + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const row = await db
      .selectFrom('readings')
      .select(['id', 'received_at'])
      .where('id', '>=', middle)
      .orderBy('id')
      .limit(1)
      .executeTakeFirst()
    if (row && row.received_at < atMs) low = row.id + 1
    else high = middle
  }
  return low
}
