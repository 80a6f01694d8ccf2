import type { Principal, Role } from '../model.ts'
import type { Db } from './connect.ts'

export interface Credential {
  id: string
  /** Empty for a gateway's. */
  device: string
  gateway: string | null
  username: string
  secretHash: string
}

/** What a login may be: one device's, or a gateway's with the topics that it may use. */
export type LiveCredential = Credential & { site: string; topics: readonly string[] }

export async function liveCredential(db: Db, username: string): Promise<LiveCredential | null> {
  const row = await db
    .selectFrom('credentials')
    .leftJoin('devices', 'devices.id', 'credentials.device')
    .leftJoin('gateways', 'gateways.id', 'credentials.gateway')
    .select(['credentials.id', 'credentials.device', 'credentials.gateway', 'credentials.username'])
    .select(['credentials.secret_hash', 'devices.site as device_site', 'devices.retired_at'])
    .select(['gateways.site as gateway_site', 'gateways.topics', 'gateways.revoked_at'])
    .where('credentials.username', '=', username)
    .where('credentials.revoked_at', 'is', null)
    .executeTakeFirst()
  if (!row) return null
  const site = row.gateway === null ? row.device_site : row.gateway_site
  const ended = row.gateway === null ? row.retired_at : row.revoked_at
  if (site === null || ended !== null) return null
  const { id, device, gateway, secret_hash: secretHash } = row
  const topics = row.topics === null ? [] : (JSON.parse(row.topics) as string[])
  return { id, device, gateway, username, secretHash, site, topics }
}

export async function hasCredential(db: Db, username: string): Promise<boolean> {
  const query = db.selectFrom('credentials').select('id').where('username', '=', username)
  return (await query.where('revoked_at', 'is', null).executeTakeFirst()) !== undefined
}

export async function insertCredential(db: Db, credential: Credential, now: number): Promise<void> {
  await db
    .insertInto('credentials')
    .values({
      id: credential.id,
      device: credential.device,
      gateway: credential.gateway,
      username: credential.username,
      secret_hash: credential.secretHash,
      created_at: now,
      revoked_at: null,
    })
    .execute()
}

/** Answers whether there was one. */
export async function revokeCredentials(db: Db, username: string, now: number): Promise<boolean> {
  const result = await db
    .updateTable('credentials')
    .set({ revoked_at: now })
    .where('username', '=', username)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

const sitesOf = (text: string | null) => (text === null ? null : (JSON.parse(text) as string[]))

export async function principalOfToken(db: Db, secretHash: string): Promise<Principal | null> {
  const row = await db
    .selectFrom('tokens')
    .selectAll()
    .where('secret_hash', '=', secretHash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return row ? { id: row.id, name: row.name, role: row.role as Role, sites: sitesOf(row.sites) } : null
}

/** Who has a session that is not over, and when it will be. */
export async function liveSession(
  db: Db,
  secretHash: string,
  now: number,
): Promise<{ principal: Principal; expiresAt: number } | null> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('tokens', 'tokens.id', 'sessions.token')
    .select(['tokens.id', 'tokens.name', 'tokens.role', 'tokens.sites', 'sessions.expires_at'])
    .where('sessions.secret_hash', '=', secretHash)
    .where('sessions.expires_at', '>', now)
    .where('tokens.revoked_at', 'is', null)
    .executeTakeFirst()
  if (!row) return null
  const principal = { id: row.id, name: row.name, role: row.role as Role, sites: sitesOf(row.sites) }
  return { principal, expiresAt: row.expires_at }
}

export interface Token {
  id: string
  name: string
  role: Role
  sites: readonly string[] | null
  createdAt: number
}

export async function saveToken(db: Db, token: Token, secretHash: string): Promise<void> {
  const row = {
    name: token.name,
    role: token.role,
    sites: token.sites === null ? null : JSON.stringify(token.sites),
    secret_hash: secretHash,
    revoked_at: null,
  }
  await db
    .insertInto('tokens')
    .values({ id: token.id, created_at: token.createdAt, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}

export async function listTokens(db: Db): Promise<Token[]> {
  const rows = await db.selectFrom('tokens').selectAll().where('revoked_at', 'is', null).orderBy('id').execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    role: row.role as Role,
    sites: sitesOf(row.sites),
    createdAt: row.created_at,
  }))
}

export async function findToken(db: Db, id: string): Promise<Token | null> {
  return (await listTokens(db)).find((token) => token.id === id) ?? null
}

/** Its sessions end with it. */
export async function revokeToken(db: Db, id: string, now: number): Promise<void> {
  await db.updateTable('tokens').set({ revoked_at: now }).where('id', '=', id).execute()
  await deleteSessionsOf(db, id)
}

/** Whoever logged in with a token that now is another one logs in again. */
export async function deleteSessionsOf(db: Db, token: string): Promise<void> {
  await db.deleteFrom('sessions').where('token', '=', token).execute()
}

export async function insertSession(db: Db, secretHash: string, token: string, now: number, expiresAt: number) {
  await db.deleteFrom('sessions').where('expires_at', '<=', now).execute()
  await db
    .insertInto('sessions')
    .values({ secret_hash: secretHash, token, created_at: now, expires_at: expiresAt })
    .execute()
}

/** One that is over stays so. */
export async function prolongSession(db: Db, secretHash: string, now: number, expiresAt: number): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ expires_at: expiresAt })
    .where('secret_hash', '=', secretHash)
    .where('expires_at', '>', now)
    .execute()
}

export async function deleteSession(db: Db, secretHash: string): Promise<void> {
  await db.deleteFrom('sessions').where('secret_hash', '=', secretHash).execute()
}
