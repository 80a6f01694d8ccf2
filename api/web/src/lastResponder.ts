import type { SessionInfo } from './api/types.ts'
import type { LastWho } from './session.ts'

const REMEMBERED_AS = 'shifen.responder'

/**
 * A responder's name and sites, no secret, so that the page begins in a basement too. Nobody else is remembered: a desk
 * or a wall without the service has nothing to show.
 */
export const lastResponder: LastWho = {
  read() {
    try {
      const who = JSON.parse(localStorage.getItem(REMEMBERED_AS) ?? 'null') as SessionInfo | null
      return who?.role === 'responder' && typeof who.name === 'string' ? who : null
    } catch {
      return null
    }
  },
  write(who) {
    try {
      if (who?.role === 'responder') localStorage.setItem(REMEMBERED_AS, JSON.stringify(who))
      else localStorage.removeItem(REMEMBERED_AS)
    } catch {
      // A browser that keeps nothing begins with a network only.
    }
  },
}
