import type { Context, MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import type { Clock } from '../rules/clock.ts'
import type { Engine } from '../rules/engine.ts'
import type { Principal, Role } from '../rules/model.ts'
import { isToBeProlonged } from '../rules/places/access.ts'
import { hashSecret } from '../rules/secrets.ts'
import { liveSession, principalOfToken } from '../rules/storage/access.ts'
import type { Db } from '../rules/storage/connect.ts'
import { problem } from './problem.ts'

export const SESSION_COOKIE = 'shifen_session'
/** A page of another origin cannot set it, so a request with the cookie and without it is not the dashboard's. */
export const CSRF_HEADER = 'x-shifen-request'

export interface Env {
  Variables: {
    principal: Principal
    /** Asks again who this is; `null` once the token is revoked or the session over. */
    recheck: () => Promise<Principal | null>
  }
}

export interface Authenticate {
  /** Who has this token, or `null`. */
  token(secret: string): Promise<Principal | null>
  session(secret: string): Promise<Principal | null>
}

export interface AuthenticateOptions {
  engine: Engine
  reader: Db
  clock: Clock
  onError: (error: unknown, doing: string) => void
}

export function createAuthenticate({ engine, reader, clock, onError }: AuthenticateOptions): Authenticate {
  const prolonging = new Set<string>()

  /** Nobody waits for it, and of a page's many requests at once one does it. */
  function prolong(secretHash: string, by: Principal): void {
    if (prolonging.has(secretHash)) return
    prolonging.add(secretHash)
    engine
      .command({ type: 'prolong_session', secretHash }, { by })
      .catch((error: unknown) => onError(error, 'prolonging a session'))
      .finally(() => prolonging.delete(secretHash))
  }

  return {
    token: (secret) => principalOfToken(reader, hashSecret(secret)),
    async session(secret) {
      const secretHash = hashSecret(secret)
      const now = clock.now()
      const found = await liveSession(reader, secretHash, now)
      if (found === null) return null
      if (isToBeProlonged(found.expiresAt, now)) prolong(secretHash, found.principal)
      return found.principal
    },
  }
}

/** Lets nobody through whom a token or the dashboard's cookie does not name. */
export function requireLogin(authenticate: Authenticate): MiddlewareHandler<Env> {
  return async (c, next) => {
    const bearer = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
    const cookie = getCookie(c, SESSION_COOKIE)
    let recheck: Env['Variables']['recheck'] = () => Promise.resolve(null)
    if (bearer !== undefined) {
      recheck = () => authenticate.token(bearer)
    } else if (cookie !== undefined) {
      const safe = c.req.method === 'GET' || c.req.method === 'HEAD'
      if (!safe && c.req.header(CSRF_HEADER) === undefined) {
        return problem(c, 403, `a request with the cookie needs the header ${CSRF_HEADER}`)
      }
      recheck = () => authenticate.session(cookie)
    }
    const principal = await recheck()
    if (principal === null) {
      c.header('www-authenticate', 'Bearer')
      return problem(c, 401, 'send `Authorization: Bearer <token>`; tokens come from `shifen token add`')
    }
    c.set('principal', principal)
    c.set('recheck', recheck)
    await next()
  }
}

/** Lets these roles through, and always the admin. */
export function allow(...roles: Role[]): MiddlewareHandler<Env> {
  return async (c: Context<Env>, next) => {
    const { role } = c.get('principal')
    if (role === 'admin' || roles.includes(role)) return next()
    return problem(c, 403, `this needs the role ${[...roles, 'admin'].join(' or ')}; you are ${role}`, {
      reason: 'role',
      facts: { role, roles },
    })
  }
}
