import { type Principal, Refusal, type Ticket } from '../model.ts'
import { planOf } from '../plans/book.ts'
import { isUsedLink, saveUsedLink } from '../storage/used-links.ts'
import type { Work } from '../work.ts'
import { performTicketCommand } from './commands.ts'

/** Somebody tapped the link that he was sent; `hash` is the link's, which is used once. */
export interface UseLinkCommand {
  type: 'use_link'
  hash: string
  ticket: string
  responder: string
}

/**
 * Accepts the ticket for the link's responder, with no rights but his, and none where he is not one any more. Answers
 * it without a ticket where the link was used before; throws what accepting throws, and then the link stays unused.
 */
export async function performUseLink(work: Work, command: UseLinkCommand): Promise<{ ticket?: Ticket }> {
  const { hash, ticket, responder } = command
  if (await isUsedLink(work.db, hash)) return {}
  if (!planOf(work.draft.plans(), 'responder', responder)?.enabled) {
    throw new Refusal('conflict', `${responder} is no responder any more`)
  }
  await saveUsedLink(work.db, hash, work.now)
  const by: Principal = { id: `link:${responder}`, name: responder, role: 'responder', sites: null }
  return performTicketCommand(work, { type: 'act_on_ticket', ticket, action: 'accept' }, by)
}
