import { PLAN_KINDS, type PlanKind, type Roster, type Whom } from '../model.ts'
import { type PlanBook, plansOf } from './book.ts'

/** Where other plans name one, so that it cannot be deleted; overrides that are over do not count. */
export function usesOf(book: PlanBook, kind: PlanKind, id: string, now: number): string[] {
  return [
    ...plansOf(book, 'crew')
      .filter(({ members }) => kind === 'responder' && members.includes(id))
      .map((crew) => `crew ${crew.id}`),
    ...plansOf(book, 'roster')
      .filter((roster) => namesPeople(roster, kind, id, now))
      .map((roster) => `roster ${roster.id}`),
    ...plansOf(book, 'escalation')
      .filter(({ steps, fallback }) => [...steps.flatMap(({ whom }) => whom), ...fallback].some(calls(kind, id)))
      .map((policy) => `escalation ${policy.id}`),
    ...plansOf(book, 'escalation')
      .filter(({ steps }) => kind === 'channel' && steps.some(({ channels }) => channels?.includes(id)))
      .map((policy) => `escalation ${policy.id}`),
    ...plansOf(book, 'responder')
      .filter(({ channels }) => kind === 'channel' && channels?.includes(id))
      .map((responder) => `responder ${responder.id}`),
  ]
}

/** Plans that name a site, so that it cannot be deleted. */
export function plansNaming(book: PlanBook, site: string): string[] {
  return PLAN_KINDS.flatMap((kind) =>
    plansOf(book, kind)
      .filter(({ sites }) => sites?.includes(site))
      .map(({ id }) => `${kind} ${id}`),
  )
}

function namesPeople({ rotations, overrides }: Roster, kind: PlanKind, id: string, now: number): boolean {
  const turns = rotations.flatMap((rotation) => rotation.turns)
  if (kind === 'crew') return turns.some(({ crews }) => crews.includes(id))
  if (kind !== 'responder') return false
  const coming = overrides.filter(({ until }) => until > now)
  return turns.some(({ responders }) => responders.includes(id)) || coming.some((o) => o.in === id || o.out === id)
}

const calls = (kind: PlanKind, id: string) => (whom: Whom) =>
  (kind === 'responder' && 'responder' in whom && whom.responder === id) ||
  (kind === 'crew' && 'crew' in whom && whom.crew === id)
