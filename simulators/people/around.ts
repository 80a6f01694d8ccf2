import { SECOND_MS } from '../../rules/model.ts'
import type { SeededRandom } from '../random.ts'
import type { Agenda } from './agenda.ts'
import type { Action, Request, SeenTicket } from './news.ts'
import type { Spot } from './way.ts'

/** What everybody has around him. */
export interface Around {
  agenda: Agenda<Action>
  random: SeededRandom
  /** Those that are not over, by id. */
  tickets: ReadonlyMap<string, SeenTicket>
  /** What is behind a ticket, to be repaired. */
  devicesOf: (ticket: SeenTicket) => string[]
  spotOf: (ticket: SeenTicket) => Spot
  metres: (from: Spot, to: Spot) => number
  /** The request, to be made; `onRefusal` is told what the service has against it. */
  ask: (request: Omit<Request, 'method'>, onRefusal?: OnRefusal) => Request
}

/** What there is against a request as such: it is not told of a service that is away or busy for a moment. */
export type OnRefusal = (status: number, detail: string, atMs: number) => void

/** So long after a service did not answer, or was too busy to, it is asked again. */
const AGAIN_MS = 5 * SECOND_MS

const isPassing = (status: number) => status === 0 || status === 429 || status >= 500

/** Requests that were made, so that what comes back as refused is known again. */
export function createRequests(agenda: Agenda<Action>) {
  const onRefusals = new WeakMap<Request, OnRefusal>()
  return {
    ask: (request: Omit<Request, 'method'>, onRefusal: OnRefusal = () => undefined): Request => {
      const asked: Request = { ...request, method: 'POST' }
      onRefusals.set(asked, onRefusal)
      return asked
    },
    refused(request: Request, status: number, detail: string, atMs: number) {
      if (isPassing(status)) agenda.note(`again ${request.as} ${request.path}`, atMs + AGAIN_MS, () => [request])
      else onRefusals.get(request)?.(status, detail, atMs)
    },
  }
}

/** Somebody who can be called. */
export interface Person {
  /** His phone says that he is asked to take a ticket. */
  called(ticket: string, atMs: number): void
  /** How a ticket stands, as everybody can see who looks. */
  seen(ticket: SeenTicket, atMs: number): void
}
