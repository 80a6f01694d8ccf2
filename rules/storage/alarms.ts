import { sql } from 'kysely'
import type { Insertable } from 'kysely'
import type { Alarm, AlarmEntry, AlarmState, LevelState, MuteKind, PointValue, Priority } from '../model.ts'
import type { Db } from './connect.ts'
import type { Database, Row } from './schema.ts'
import { asGiven, rowWriter } from './statements.ts'

export const alarmOfRow = (row: Row<'alarms'>): Alarm => ({
  id: row.id,
  rule: row.rule,
  device: row.device,
  site: row.site,
  priority: row.priority as Priority,
  category: row.category,
  state: row.state as AlarmState,
  active: row.active === 1,
  value: row.value === null ? null : (JSON.parse(row.value) as PointValue),
  levels: JSON.parse(row.levels) as LevelState[],
  raisedAt: row.raised_at,
  acknowledgedAt: row.acknowledged_at,
  acknowledgedBy: row.acknowledged_by,
  returnedAt: row.returned_at,
  endedAt: row.ended_at,
  reAlarmAt: row.re_alarm_at,
  acknowledgementExpiresAt: row.acknowledgement_expires_at,
  count: row.count,
  messages: row.messages,
  transitions: row.transitions,
  changedAt: JSON.parse(row.changed_at) as number[],
  chattering: row.chattering === 1,
  muted: row.muted === null || row.mute === null ? null : { kind: row.muted as MuteKind, mute: row.mute },
  ticket: row.ticket,
  ageUnknown: row.age_unknown === 1,
  dueAt: row.due_at,
  drill: row.drill,
})

const rowOfAlarm = (alarm: Alarm): Row<'alarms'> => ({
  id: alarm.id,
  rule: alarm.rule,
  device: alarm.device,
  site: alarm.site,
  priority: alarm.priority,
  category: alarm.category,
  state: alarm.state,
  active: alarm.active ? 1 : 0,
  value: alarm.value === null ? null : JSON.stringify(alarm.value),
  levels: JSON.stringify(alarm.levels),
  raised_at: alarm.raisedAt,
  acknowledged_at: alarm.acknowledgedAt,
  acknowledged_by: alarm.acknowledgedBy,
  returned_at: alarm.returnedAt,
  ended_at: alarm.endedAt,
  re_alarm_at: alarm.reAlarmAt,
  acknowledgement_expires_at: alarm.acknowledgementExpiresAt,
  count: alarm.count,
  messages: alarm.messages,
  transitions: alarm.transitions,
  changed_at: JSON.stringify(alarm.changedAt),
  chattering: alarm.chattering ? 1 : 0,
  muted: alarm.muted?.kind ?? null,
  mute: alarm.muted?.mute ?? null,
  ticket: alarm.ticket,
  age_unknown: alarm.ageUnknown ? 1 : 0,
  due_at: alarm.dueAt,
  drill: alarm.drill,
})

const writeAlarm = rowWriter((db, row: Row<'alarms'>) =>
  db
    .insertInto('alarms')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(asGiven(row))),
)

/** Fails on a second open alarm of one device and rule: the index holds it. */
export async function saveAlarm(db: Db, alarm: Alarm): Promise<void> {
  await writeAlarm(db, rowOfAlarm(alarm))
}

/** An on-delay that never ran out leaves nothing. */
export async function deleteAlarm(db: Db, id: string): Promise<void> {
  await db.deleteFrom('alarms').where('id', '=', id).execute()
}

export async function openAlarms(db: Db): Promise<Alarm[]> {
  const rows = await db.selectFrom('alarms').selectAll().where('ended_at', 'is', null).execute()
  return rows.map(alarmOfRow)
}

export async function findAlarm(db: Db, id: string): Promise<Alarm | null> {
  const row = await db.selectFrom('alarms').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? alarmOfRow(row) : null
}

export async function alarmsByIds(db: Db, ids: readonly string[]): Promise<Alarm[]> {
  const rows = await db.selectFrom('alarms').selectAll().where('id', 'in', ids).execute()
  return rows.map(alarmOfRow)
}

export interface AlarmFilter {
  sites: readonly string[] | null
  /** As shown: an alarm that is muted is in no other state. */
  states?: readonly (AlarmState | MuteKind)[] | undefined
  /** Not ended. */
  open?: boolean | undefined
  chattering?: boolean | undefined
  /** Active since before then. */
  activeSinceBefore?: number | undefined
  device?: string | undefined
  ticket?: string | undefined
  drill?: string | undefined
  beforeId?: string | undefined
  limit: number
}

/** Newest first; what was never raised (an on-delay that runs) is not listed. */
export async function listAlarms(db: Db, filter: AlarmFilter): Promise<Alarm[]> {
  let query = db.selectFrom('alarms').selectAll().where('raised_at', 'is not', null)
  if (filter.sites !== null) query = query.where('site', 'in', filter.sites)
  if (filter.states) query = query.where((e) => e(e.fn.coalesce('muted', 'state'), 'in', filter.states!))
  if (filter.open) query = query.where('ended_at', 'is', null)
  if (filter.chattering !== undefined) query = query.where('chattering', '=', filter.chattering ? 1 : 0)
  if (filter.activeSinceBefore !== undefined) {
    const standing = query.where('ended_at', 'is', null).where('active', '=', 1).where('returned_at', 'is', null)
    const since = sql<number>`max(raised_at, coalesce(json_extract(changed_at, '$[#-1]'), 0))`
    query = standing.where(since, '<', filter.activeSinceBefore)
  }
  if (filter.device !== undefined) query = query.where('device', '=', filter.device)
  if (filter.ticket !== undefined) query = query.where('ticket', '=', filter.ticket)
  if (filter.drill !== undefined) query = query.where('drill', '=', filter.drill)
  if (filter.beforeId !== undefined) query = query.where('id', '<', filter.beforeId)
  const rows = await query.orderBy('id', 'desc').limit(filter.limit).execute()
  return rows.map(alarmOfRow)
}

const writeEntry = rowWriter((db, row: Insertable<Database['alarm_history']>) =>
  db.insertInto('alarm_history').values(row),
)

/** A line of an alarm's history, with what its reports are counted by. */
export async function insertAlarmEntry(db: Db, alarm: Alarm, entry: AlarmEntry): Promise<void> {
  const { site, device, rule, priority, muted, drill } = alarm
  const { at, by, action, note } = entry
  await writeEntry(db, {
    at,
    by,
    action,
    note,
    site,
    device,
    rule,
    priority,
    muted: muted?.kind ?? null,
    drill,
    alarm: alarm.id,
  })
}

/** So many lines of an alarm's history are told, the latest. */
const HISTORY_TOLD = 1_000

/** Oldest first. */
export async function historyOfAlarm(db: Db, alarm: string): Promise<AlarmEntry[]> {
  const query = db.selectFrom('alarm_history').select(['at', 'by', 'action', 'note']).where('alarm', '=', alarm)
  return (await query.orderBy('id', 'desc').limit(HISTORY_TOLD).execute()).reverse()
}

/** When real alarms of sites were told, as their histories say; oldest first. */
export async function toldSince(
  db: Db,
  sites: readonly string[],
  actions: readonly string[],
  sinceMs: number,
): Promise<{ at: number; site: string; device: string }[]> {
  const query = db.selectFrom('alarm_history').select(['at', 'site', 'device']).where('site', 'in', sites)
  const real = query.where('drill', 'is', null)
  const told = real.where('at', '>', sinceMs).where('muted', 'is', null).where('action', 'in', actions)
  return told.groupBy(['alarm', 'at', 'site', 'device']).orderBy('at').execute()
}
