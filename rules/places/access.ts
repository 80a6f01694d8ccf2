import { HOUR_MS, type Principal, Refusal, type Role } from '../model.ts'
import { covers } from '../rights.ts'
import { hashSecret, newSecret } from '../secrets.ts'
import {
  deleteSession,
  deleteSessionsOf,
  findToken,
  insertSession,
  prolongSession,
  revokeToken,
  saveToken,
} from '../storage/access.ts'
import { insertAudit } from '../storage/audit.ts'
import type { Work } from '../work.ts'

export type AccessCommand =
  | { type: 'add_token'; name: string; role: Role; sites: readonly string[] | null; id?: string; secret?: string }
  | { type: 'revoke_token'; id: string }
  | { type: 'start_session' }
  | { type: 'prolong_session'; secretHash: string }
  | { type: 'end_session'; secretHash: string }

const SESSION_MS = 12 * HOUR_MS

/** Whether a session that is used gets its full time again: not at every use, which would each be a write. */
export const isToBeProlonged = (expiresAt: number, now: number) => expiresAt - now < SESSION_MS / 2

/** Tokens are for programs and for logging in; a session is a token's, ends with it, and 12 hours after it was used. */
export async function performAccessCommand(work: Work, command: AccessCommand, by: Principal) {
  switch (command.type) {
    case 'add_token': {
      const secret = command.secret ?? newSecret('shf')
      const token = { id: command.id ?? work.newId(), name: command.name, role: command.role, sites: command.sites }
      if (!covers(by, token.sites)) throw new Refusal('invalid', '`sites` must name sites that you see yourself')
      await deleteSessionsOf(work.db, token.id)
      await saveToken(work.db, { ...token, createdAt: work.now }, hashSecret(secret))
      await audit(work, by, command.type, token.id)
      return { id: token.id, secret }
    }
    case 'revoke_token': {
      const token = await findToken(work.db, command.id)
      if (token === null || !covers(by, token.sites)) {
        throw new Refusal('not_found', `token ${command.id} does not exist`)
      }
      await revokeToken(work.db, command.id, work.now)
      await audit(work, by, command.type, command.id)
      return { id: command.id }
    }
    case 'start_session': {
      const secret = newSecret('shs')
      await insertSession(work.db, hashSecret(secret), by.id, work.now, work.now + SESSION_MS)
      return { secret }
    }
    case 'prolong_session':
      await prolongSession(work.db, command.secretHash, work.now, work.now + SESSION_MS)
      return {}
    case 'end_session':
      await deleteSession(work.db, command.secretHash)
      return {}
  }
}

async function audit(work: Work, by: Principal, action: string, subject: string): Promise<void> {
  await insertAudit(work.db, { at: work.now, by: by.name, action, subject, detail: {} })
}
