import type { ConditionReport, Device, DeviceKind, DeviceState, Site } from '../model.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'

export async function allSites(db: Db): Promise<Site[]> {
  return db.selectFrom('sites').select(['id', 'name', 'timezone']).orderBy('id').execute()
}

export async function saveSite(db: Db, site: Site, now: number): Promise<void> {
  await db
    .insertInto('sites')
    .values({ ...site, created_at: now })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ name: site.name, timezone: site.timezone }))
    .execute()
}

export async function deleteSite(db: Db, id: string): Promise<void> {
  await db.deleteFrom('sites').where('id', '=', id).execute()
}

const deviceOfRow = (row: Row<'devices'>): Device => ({
  key: row.key,
  id: row.id,
  site: row.site,
  kind: row.kind as DeviceKind,
  name: row.name,
  location: row.location,
  building: row.building,
  createdAt: row.created_at,
  retiredAt: row.retired_at,
})

export async function allDevices(db: Db): Promise<Device[]> {
  const rows = await db.selectFrom('devices').selectAll().execute()
  return rows.map(deviceOfRow)
}

export async function insertDevice(db: Db, device: Omit<Device, 'key'>): Promise<Device> {
  const row = await db
    .insertInto('devices')
    .values({
      id: device.id,
      site: device.site,
      kind: device.kind,
      name: device.name,
      location: device.location,
      building: device.building,
      created_at: device.createdAt,
      retired_at: device.retiredAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return deviceOfRow(row)
}

export async function updateDevice(db: Db, device: Device): Promise<void> {
  await db
    .updateTable('devices')
    .set({
      name: device.name,
      location: device.location,
      building: device.building,
      kind: device.kind,
      retired_at: device.retiredAt,
    })
    .where('key', '=', device.key)
    .execute()
}

export interface StoredState {
  deviceKey: number
  state: DeviceState
  /** The journal's last row that the state includes. */
  readingId: number
}

export async function allDeviceStates(db: Db): Promise<StoredState[]> {
  const rows = await db.selectFrom('device_states').selectAll().execute()
  return rows.map((row) => ({
    deviceKey: row.device_key,
    readingId: row.reading_id,
    state: {
      points: new Map(JSON.parse(row.points) as [string, never][]),
      conditions: new Map(JSON.parse(row.conditions) as [string, never][]),
      health: JSON.parse(row.health) as DeviceState['health'],
      lastSeenAt: row.last_seen_at,
      silentSince: row.silent_since,
      recent: JSON.parse(row.recent) as DeviceState['recent'],
    },
  }))
}

export async function saveDeviceState(db: Db, { deviceKey, state, readingId }: StoredState): Promise<void> {
  const row = {
    points: JSON.stringify([...state.points]),
    conditions: JSON.stringify([...state.conditions]),
    health: JSON.stringify(state.health),
    last_seen_at: state.lastSeenAt,
    silent_since: state.silentSince,
    recent: JSON.stringify(state.recent),
    reading_id: readingId,
  }
  await db
    .insertInto('device_states')
    .values({ device_key: deviceKey, ...row })
    .onConflict((conflict) => conflict.column('device_key').doUpdateSet(row))
    .execute()
}

export async function insertEvent(
  db: Db,
  deviceKey: number,
  report: ConditionReport,
  at: number,
  receivedAt: number,
): Promise<void> {
  await db
    .insertInto('events')
    .values({
      device_key: deviceKey,
      code: report.code,
      state: report.state,
      at,
      received_at: receivedAt,
      detail: report.detail === undefined ? null : JSON.stringify(report.detail),
    })
    .execute()
}
