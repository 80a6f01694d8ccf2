import { inject } from 'vue'
import type { InjectionKey } from 'vue'
import type { SessionInfo } from '../api/types.ts'

export const whoKey: InjectionKey<SessionInfo> = Symbol('who')

/** Who is signed in here; another one gets pages of his own. */
export function useWho(): SessionInfo {
  const who = inject(whoKey)
  if (!who) throw new Error('nobody is signed in')
  return who
}
