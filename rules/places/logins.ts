import { hashSecret, newSecret } from '../secrets.ts'
import { insertCredential, revokeCredentials } from '../storage/access.ts'
import type { Work } from '../work.ts'

/** A device or gateway logs in under its own id; the password is shown this once. */
export async function newLogin(
  work: Work,
  owner: { device: string } | { gateway: string },
): Promise<{ username: string; secret: string }> {
  const secret = newSecret('shd')
  const device = 'device' in owner ? owner.device : ''
  const gateway = 'gateway' in owner ? owner.gateway : null
  const username = gateway ?? device
  const credential = { id: work.newId(), device, gateway, username, secretHash: hashSecret(secret) }
  await insertCredential(work.db, credential, work.now)
  return { username, secret }
}

/** Ends a login and cuts its sessions. */
export async function revokeLogin(work: Work, username: string): Promise<void> {
  await revokeCredentials(work.db, username, work.now)
  work.changes.push({ type: 'credential', username })
}
