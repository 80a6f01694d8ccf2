import { inject, shallowRef } from 'vue'
import type { InjectionKey, Ref } from 'vue'
import { ApiProblem } from './api/client.ts'
import type { Client } from './api/client.ts'
import { beginSession, endSession, readSession } from './api/session.ts'
import type { SessionInfo } from './api/types.ts'
import { waitMsAfter } from './live/connection.ts'

/**
 * Who uses this page. `expired`: signed in before, and no longer; `failure`: why the token of the address was not
 * taken.
 */
export type SessionState =
  | { kind: 'unknown' }
  | { kind: 'signed_out'; expired: boolean; failure: ApiProblem | null }
  | { kind: 'signed_in'; who: SessionInfo }

export interface SessionStore {
  state: Readonly<Ref<SessionState>>
  /** Asks the service who this is, until it answers. */
  restore(): Promise<void>
  /** Opens a session with a token. Throws `ApiProblem` or `Unreachable`. */
  signIn(token: string): Promise<void>
  signOut(): Promise<void>
  /** The service does not know us (any more). */
  expire(): void
}

export const sessionKey: InjectionKey<SessionStore> = Symbol('session')

export function useSession(): SessionStore {
  const session = inject(sessionKey)
  if (!session) throw new Error('no session provided')
  return session
}

/** `takeToken` hands over the token of the page's address, once. */
export function createSession(client: Client, takeToken: () => string | null): SessionStore {
  const state = shallowRef<SessionState>({ kind: 'unknown' })

  async function signIn(token: string): Promise<void> {
    const who = await beginSession(client, token)
    state.value = { kind: 'signed_in', who }
  }

  async function restore(): Promise<void> {
    const token = takeToken()
    for (let failures = 0; ; failures += 1) {
      try {
        if (token === null) state.value = { kind: 'signed_in', who: await readSession(client) }
        else await signIn(token)
        return
      } catch (error) {
        if (error instanceof ApiProblem && error.status < 500) {
          const failure = token === null && error.status === 401 ? null : error
          state.value = { kind: 'signed_out', expired: false, failure }
          return
        }
      }
      await new Promise((resolve) => setTimeout(resolve, waitMsAfter(failures, 500, Math.random)))
    }
  }

  return {
    state,
    restore,
    signIn,
    async signOut() {
      await endSession(client)
      state.value = { kind: 'signed_out', expired: false, failure: null }
    },
    expire() {
      if (state.value.kind === 'signed_in') state.value = { kind: 'signed_out', expired: true, failure: null }
    },
  }
}

/**
 * The token of an address like `…/#token=…`, removed from the address bar and the history at once. Browsers send a
 * fragment to no server and to no log.
 */
export function takeTokenFromAddress(): string | null {
  const match = /^#token=(.+)$/.exec(location.hash)
  if (!match) return null
  history.replaceState(history.state, '', location.pathname + location.search)
  try {
    return decodeURIComponent(match[1]!)
  } catch {
    return match[1]!
  }
}
