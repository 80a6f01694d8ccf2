import type { SeededRandom } from '../random.ts'
import type { Customers, ResponderDescription } from '../scenario.ts'
import type { Around } from './around.ts'
import type { Action, SeenTicket } from './news.ts'

/** Who signs, by hand. */
const NAMES = ['周主任', '吴女士', '郑先生', '黄经理', '何女士']
const DRAWING = { width: 300, height: 100, strokes: [[10, 60, 60, 20, 90, 80]] }
const TRIES_MAX = 3

/** Who signs for a ticket's work, and how long after it; `null`: nobody does. The same for the same ticket. */
export function planSignature({ sign, signsMs }: Customers, ticket: string, random: SeededRandom) {
  const own = random.fork(`customer ${ticket}`)
  return own.chance(sign) ? { afterMs: own.integer(...signsMs), name: own.pick(NAMES) } : null
}

export interface CustomersOptions {
  customers: Customers
  around: Around
  responders: readonly ResponderDescription[]
  /** Whether a responder can be asked to do something with his phone. */
  isReachable: (responder: string, atMs: number) => boolean
}

/** Answers who accepts completed work or doesn't, at whose phone, else at the desk. */
export function createCustomers({ customers, around, responders, isReachable }: CustomersOptions) {
  const { agenda, ask } = around
  const decided = new Set<string>()

  const sign = (ticket: SeenTicket, name: string, atMs: number, signers: readonly string[], tries = 0): Action[] => {
    const { assignee } = ticket
    const person = assignee !== null && isReachable(assignee, atMs) ? assignee : null
    const as = person ?? 'dispatcher'
    const post = (action: string, body: object) => ({ person, path: `tickets/${ticket.id}/${action}`, body, as })
    const own = responders.find(({ id }) => id === assignee)?.name ?? assignee
    const signature = (signer: string) =>
      post('signatures', signer === 'customer' ? { signer, name, drawing: DRAWING } : { signer, name: own })
    const signOff = ask(post('sign-off', {}), (_status, detail, now) => {
      const missing = /not signed yet by: ([a-z, ]+)/.exec(detail)?.[1]?.split(', ') ?? []
      if (missing.length === 0 || tries >= TRIES_MAX) return
      agenda.note(`sign ${ticket.id}`, now, (again) => sign(ticket, name, again, missing, tries + 1))
    })
    return [...signers.map((signer) => ask(signature(signer))), signOff]
  }

  return {
    seen(ticket: SeenTicket, atMs: number) {
      if (ticket.state !== 'completed') {
        decided.delete(ticket.id)
        agenda.drop(`sign ${ticket.id}`)
      } else if (!decided.has(ticket.id)) {
        decided.add(ticket.id)
        const signature = planSignature(customers, ticket.number, around.random)
        if (!signature) return
        const { afterMs, name } = signature
        agenda.note(`sign ${ticket.id}`, atMs + afterMs, (now) => sign(ticket, name, now, ['customer']))
      }
    },
  }
}
