import type { SessionInfo } from './api/types.ts'
import { kept } from './kept.ts'
import type { LastWho } from './session.ts'

const REMEMBERED_AS = 'responder'

/**
 * A responder's name and sites, no secret, so that the page begins in a basement too. Nobody else is remembered: a desk
 * or a wall without the service has nothing to show.
 */
export const lastResponder: LastWho = {
  read() {
    const who = kept.read(REMEMBERED_AS) as SessionInfo | null
    return who?.role === 'responder' && typeof who.name === 'string' ? who : null
  },
  write: (who) => kept.write(REMEMBERED_AS, who?.role === 'responder' ? who : null),
}
