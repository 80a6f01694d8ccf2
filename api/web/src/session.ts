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

/** Who was here last, for a start without a network. */
export interface LastWho {
  read(): SessionInfo | null
  write(who: SessionInfo | null): void
}

/** `takeToken` hands over the token of the page's address, once. */
export function createSession(client: Client, takeToken: () => string | null, last: LastWho): SessionStore {
  const state = shallowRef<SessionState>({ kind: 'unknown' })

  async function signIn(token: string): Promise<void> {
    begin(await beginSession(client, token))
  }

  function begin(who: SessionInfo): void {
    state.value = { kind: 'signed_in', who }
    last.write(who)
  }

  /** Without an answer whoever was here last goes on with what this device has kept for him, until there is one. */
  function goOnAsBefore(): void {
    const who = last.read()
    if (who && state.value.kind === 'unknown') state.value = { kind: 'signed_in', who }
  }

  async function restore(): Promise<void> {
    const token = takeToken()
    for (let failures = 0; ; failures += 1) {
      try {
        if (token === null) begin(await readSession(client))
        else await signIn(token)
        return
      } catch (error) {
        // Without a token only 401 says who this is not: another refusal is of something on the way.
        if (error instanceof ApiProblem && (token === null ? error.status === 401 : error.status < 500)) {
          const failure = token === null ? null : error
          const expired = failure === null && state.value.kind === 'signed_in'
          state.value = { kind: 'signed_out', expired, failure }
          return
        }
        if (token === null) goOnAsBefore()
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
      last.write(null)
      state.value = { kind: 'signed_out', expired: false, failure: null }
    },
    expire() {
      if (state.value.kind === 'signed_in') state.value = { kind: 'signed_out', expired: true, failure: null }
    },
  }
}
