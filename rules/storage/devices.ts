import type { ConditionReport, Device, DeviceKind, DeviceState, Site } from '../model.ts'
import type { Db } from './connect.ts'
import type { Row } from './schema.ts'
import { asGiven, rowWriter } from './statements.ts'

export async function allSites(db: Db): Promise<Site[]> {
  const rows = await db.selectFrom('sites').selectAll().orderBy('id').execute()
  return rows.map(({ created_at: _createdAt, public_reports, ...site }) => ({
    ...site,
    publicReports: public_reports === 1,
  }))
}

export async function saveSite(db: Db, { id, publicReports, ...site }: Site, now: number): Promise<void> {
  const told = { ...site, public_reports: publicReports ? 1 : 0 }
  await db
    .insertInto('sites')
    .values({ id, ...told, created_at: now })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(told))
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
  zone: row.zone,
  createdAt: row.created_at,
  retiredAt: row.retired_at,
  identity: row.identity,
  gateway: row.gateway,
  family: row.family,
  vendor: row.vendor,
  model: row.model,
  placedAt: row.placed_at,
  silenceMs: row.silence_ms,
  mergedInto: row.merged_into,
  tags: JSON.parse(row.tags) as string[],
})

export async function allDevices(db: Db): Promise<Device[]> {
  const rows = await db.selectFrom('devices').selectAll().execute()
  return rows.map(deviceOfRow)
}

const changeable = (device: Omit<Device, 'key'>) => ({
  site: device.site,
  kind: device.kind,
  name: device.name,
  location: device.location,
  building: device.building,
  zone: device.zone,
  retired_at: device.retiredAt,
  identity: device.identity,
  gateway: device.gateway,
  family: device.family,
  vendor: device.vendor,
  model: device.model,
  placed_at: device.placedAt,
  silence_ms: device.silenceMs,
  merged_into: device.mergedInto,
  tags: JSON.stringify(device.tags),
})

export async function insertDevice(db: Db, device: Omit<Device, 'key'>): Promise<Device> {
  const row = await db
    .insertInto('devices')
    .values({ id: device.id, created_at: device.createdAt, ...changeable(device) })
    .returningAll()
    .executeTakeFirstOrThrow()
  return deviceOfRow(row)
}

export async function updateDevice(db: Db, device: Device): Promise<void> {
  await db.updateTable('devices').set(changeable(device)).where('key', '=', device.key).execute()
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
      previousHealth: JSON.parse(row.previous_health) as DeviceState['health'],
      lastSeenAt: row.last_seen_at,
      silentSince: row.silent_since,
      recent: JSON.parse(row.recent) as DeviceState['recent'],
      measures: new Map(JSON.parse(row.measures) as [string, never][]),
      onsets: new Map(JSON.parse(row.onsets) as [string, never][]),
    },
  }))
}

export async function saveDeviceState(db: Db, { deviceKey, state, readingId }: StoredState): Promise<void> {
  const row = {
    points: JSON.stringify([...state.points]),
    conditions: JSON.stringify([...state.conditions]),
    health: JSON.stringify(state.health),
    previous_health: JSON.stringify(state.previousHealth),
    last_seen_at: state.lastSeenAt,
    silent_since: state.silentSince,
    recent: JSON.stringify(state.recent),
    measures: JSON.stringify([...state.measures]),
    onsets: JSON.stringify([...state.onsets]),
    reading_id: readingId,
  }
  await writeState(db, { device_key: deviceKey, ...row })
}

const writeState = rowWriter((db, row: Row<'device_states'>) => {
  const { device_key: _key, ...told } = row
  return db
    .insertInto('device_states')
    .values(row)
    .onConflict((conflict) => conflict.column('device_key').doUpdateSet(asGiven(told)))
})

export async function insertEvent(
  db: Db,
  deviceKey: number,
  { code, state, detail }: ConditionReport,
  at: number,
  receivedAt: number,
): Promise<void> {
  const told = detail === undefined ? null : JSON.stringify(detail)
  await writeEvent(db, { device_key: deviceKey, code, state, at, received_at: receivedAt, detail: told })
}

const writeEvent = rowWriter((db, row: Omit<Row<'events'>, 'id'>) => db.insertInto('events').values(row))

export interface DeviceIdentity {
  gateway: string
  key: string
  deviceKey: number
}

export async function allIdentities(db: Db): Promise<DeviceIdentity[]> {
  const rows = await db.selectFrom('device_identities').selectAll().execute()
  return rows.map((row) => ({ gateway: row.gateway, key: row.key, deviceKey: row.device_key }))
}

/** Says which device an identity is; a device may have several. */
export async function saveIdentity(db: Db, { gateway, key, deviceKey }: DeviceIdentity): Promise<void> {
  await db
    .insertInto('device_identities')
    .values({ gateway, key, device_key: deviceKey })
    .onConflict((conflict) => conflict.columns(['gateway', 'key']).doUpdateSet({ device_key: deviceKey }))
    .execute()
}

/** Everything that one device was known as is another one from now on. */
export async function moveIdentities(db: Db, fromKey: number, toKey: number): Promise<void> {
  await db.updateTable('device_identities').set({ device_key: toKey }).where('device_key', '=', fromKey).execute()
}
