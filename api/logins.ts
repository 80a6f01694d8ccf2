import type { Engine } from '../rules/engine.ts'
import type { Principal, VerifyLogin } from '../rules/model.ts'
import { hashSecret, newSecret } from '../rules/secrets.ts'
import { listTokens, liveCredential, principalOfToken } from '../rules/storage/access.ts'
import type { Store } from '../rules/storage/connect.ts'
import type { Config } from './config.ts'

const ADMIN_TOKEN_ID = 'admin'
/** Who asks for what the service does by itself. */
export const SYSTEM: Principal = { id: 'system', name: 'system', role: 'admin', sites: null }

/** The configured admin token, or at the first start a made one, which is answered to be shown once. */
export async function provideAdmin(engine: Engine, store: Store, { adminToken }: Config): Promise<string | null> {
  if (adminToken !== undefined && (await principalOfToken(store.reader, hashSecret(adminToken))) !== null) return null
  if (adminToken === undefined && (await listTokens(store.reader)).some(({ role }) => role === 'admin')) return null
  const secret = adminToken ?? newSecret('shf')
  const command = { type: 'add_token' as const, id: ADMIN_TOKEN_ID, name: 'admin', role: 'admin' as const, sites: null }
  await engine.command({ ...command, secret }, { by: SYSTEM })
  return adminToken === undefined ? secret : null
}

/** What a login to the embedded broker may do, `null` where it is none. */
export function verifyLogin(store: Store): VerifyLogin {
  return async (username, password) => {
    const credential = await liveCredential(store.reader, username)
    if (credential === null || credential.secretHash !== hashSecret(password)) return null
    return {
      credential: credential.id,
      clientId: credential.username,
      site: credential.site,
      device: credential.gateway === null ? credential.device : null,
      topics: credential.topics,
    }
  }
}
