import { TICKET_STATES } from '../../../../../rules/model/words.ts'
import type { TicketState } from '../../../../../rules/model.ts'
import type { Refusal } from '../queue/entry.ts'

/** What the service's refusal says, as far as people on the way need it; its own sentence is shown beside it. Pure. */
export type RefusalWords =
  | { is: 'faster' | 'holder'; name: string }
  | { is: 'state'; state: TicketState }
  | { is: 'needs'; needs: readonly Need[] }
  | { is: 'unsigned'; signers: readonly Signer[] }
  | { is: 'not_yours' | 'gone' | 'changed' | 'code' | 'too_large' | 'approval' | 'price' | 'invalid' | 'conflict' }

export const NEEDS = ['cause', 'measure', 'photo_before', 'photo_after'] as const
export type Need = (typeof NEEDS)[number]
export const SIGNERS = ['customer', 'responder', 'superior'] as const
export type Signer = (typeof SIGNERS)[number]

const among = <T extends string>(known: readonly T[], list: string | undefined) =>
  known.filter((word) => list?.split(/,\s*/).includes(word))

export function refusalWords({ status, detail, holder }: Omit<Refusal, 'theirs'>): RefusalWords {
  const faster = /already accepted by (.+?)(?: at \d{4}-\S+)?;/.exec(detail)
  if (faster) return { is: 'faster', name: holder ?? faster[1]! }
  if (holder !== null) return { is: 'holder', name: holder }
  const needs = among(NEEDS, /complete needs first: ([\w, ]+)/.exec(detail)?.[1])
  if (needs.length > 0) return { is: 'needs', needs }
  const signers = among(SIGNERS, /not signed yet by: ([\w, ]+)/.exec(detail)?.[1])
  if (signers.length > 0) return { is: 'unsigned', signers }
  if (/not approved yet|work order is refused|consent to "/.test(detail)) return { is: 'approval' }
  if (/price|fen (and|yet)/.test(detail)) return { is: 'price' }
  const state = /while the ticket is (\w+)/.exec(detail)?.[1]
  const known = TICKET_STATES.find((each) => each === state)
  if (known) return { is: 'state', state: known }
  if (/^code: /.test(detail) || status === 429) return { is: 'code' }
  if (status === 403) return { is: 'not_yours' }
  if (status === 404) return { is: 'gone' }
  if (status === 412) return { is: 'changed' }
  if (status === 413) return { is: 'too_large' }
  return { is: status === 409 ? 'conflict' : 'invalid' }
}
