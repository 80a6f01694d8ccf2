import type { EscalationPolicy, PlanFault, Responder, Whom } from '../model.ts'
import { routesTo } from '../notify/routes.ts'
import { type PlanBook, planOf, plansOf } from '../plans/book.ts'
import type { PlanSurroundings, PlanVerdict } from '../plans/check.ts'

/** So many are told; a property with a hundred sites and nobody in them does not need each of them said. */
const WARNINGS_MAX = 50

/** Whether a ladder is in order, names who and what there is, and would reach somebody on each of its sites. */
export function checkEscalation(policy: EscalationPolicy, { book, sites }: PlanSurroundings): PlanVerdict {
  const errors = [...unordered(policy), ...endless(policy), ...unknown(policy, book), ...unreachable(policy, book)]
  if (errors.length > 0) return { errors, warnings: [] }
  const warnings = (policy.sites ?? [...sites.keys()]).flatMap((site) => atSite(policy, book, site))
  return { errors, warnings: warnings.slice(0, WARNINGS_MAX) }
}

function unordered({ steps }: EscalationPolicy): PlanFault[] {
  return steps.flatMap(({ afterMs }, index) => {
    const before = steps[index - 1]?.afterMs ?? 0
    const message = `comes before the step above it (${before} ms); put the steps in the order of their times`
    return afterMs < before ? [{ field: `steps[${index}].afterMs`, message }] : []
  })
}

/** Of the maintenance firm nothing but its arrival is told: another milestone of it would never stop a step. */
function endless({ steps }: EscalationPolicy): PlanFault[] {
  const message = 'only the arrival of the maintenance firm is told; choose arrive, or leave unlessParty out'
  return steps.flatMap(({ unless, unlessParty }, index) =>
    unlessParty === 'maintenance_firm' && unless !== 'arrive' ? [{ field: `steps[${index}].unless`, message }] : [],
  )
}

/** Every `whom` of a policy with its place. */
function named({ steps, fallback }: EscalationPolicy): { whom: Whom; field: string }[] {
  const list = (whom: readonly Whom[], field: string) =>
    whom.map((each, index) => ({ whom: each, field: `${field}[${index}]` }))
  return [...steps.flatMap(({ whom }, index) => list(whom, `steps[${index}].whom`)), ...list(fallback, 'fallback')]
}

function unknown(policy: EscalationPolicy, book: PlanBook): PlanFault[] {
  const people = named(policy).flatMap(({ whom, field }) => {
    if ('responder' in whom && !planOf(book, 'responder', whom.responder)) return [{ field, id: whom.responder }]
    if ('crew' in whom && !planOf(book, 'crew', whom.crew)) return [{ field, id: whom.crew }]
    return []
  })
  const channels = policy.steps.flatMap((step, index) =>
    (step.channels ?? []).flatMap((id, at) =>
      planOf(book, 'channel', id) ? [] : [{ field: `steps[${index}].channels[${at}]`, id }],
    ),
  )
  return [...people, ...channels].map(({ field, id }) => ({ field, message: `${id} does not exist; add it first` }))
}

/** Roles, rosters and channels fill up later; whoever is named by name is either there or not. */
function unreachable(policy: EscalationPolicy, book: PlanBook): PlanFault[] {
  const everybody = named(policy)
  const isNamed = ({ whom }: { whom: Whom }) => 'responder' in whom || 'crew' in whom
  if (!everybody.every(isNamed)) return []
  const people = everybody.flatMap(({ whom }) => byName(whom, book))
  if (people.length === 0 || people.some(canBeReached)) return []
  const message = 'nobody who is named can be reached: each has left, or has neither telephone, e-mail nor chat'
  return [{ field: 'steps', message }]
}

function byName(whom: Whom, book: PlanBook): Responder[] {
  const ids = 'crew' in whom ? planOf(book, 'crew', whom.crew)?.members : 'responder' in whom ? [whom.responder] : []
  return (ids ?? []).flatMap((id) => planOf(book, 'responder', id) ?? [])
}

function canBeReached({ enabled, phone, email, mentions, channels }: Responder): boolean {
  const ways = [phone, email, ...Object.values(mentions ?? {}), ...(channels ?? [])]
  return enabled && ways.some((way) => way !== undefined && way !== '')
}

function atSite(policy: EscalationPolicy, book: PlanBook, site: string): PlanFault[] {
  const reaches = (whom: Whom) => reachable(whom, book, site).length > 0
  if (book.responder.size === 0) return [{ field: 'steps', message: `site ${site}: no people are set up to be called` }]
  const hasFallback = policy.fallback.some(reaches)
  return policy.steps.flatMap(({ whom }, index) => {
    const field = `steps[${index}].whom`
    if (!hasFallback && !whom.some(reaches)) {
      return [{ field, message: `site ${site}: neither this step nor the fallback reaches anybody` }]
    }
    const idle = whom.flatMap((each) => ('role' in each && !reaches(each) ? [each.role] : []))
    return idle.map((role) => ({ field, message: `site ${site}: nobody who can be reached has the role ${role}` }))
  })
}

function reachable(whom: Whom, book: PlanBook, site: string): Responder[] {
  const people = 'onDuty' in whom ? onRosters(book, site) : 'role' in whom ? [] : byName(whom, book)
  const inRole = 'role' in whom ? plansOf(book, 'responder').filter(({ roles }) => roles.includes(whom.role)) : []
  const all = [...people, ...inRole.filter(({ sites }) => sites.includes(site))]
  return all.filter((each) => each.enabled && routesTo(each, book, site).length > 0)
}

/** Whoever is ever on duty there; hours that nobody covers are the rosters' own warnings. */
function onRosters(book: PlanBook, site: string): Responder[] {
  const rosters = plansOf(book, 'roster').filter(({ sites }) => sites.includes(site))
  const turns = rosters.flatMap(({ rotations }) => rotations.flatMap((rotation) => rotation.turns))
  const members = (crew: string) => planOf(book, 'crew', crew)?.members ?? []
  const ids = turns.flatMap(({ crews, responders }) => [...crews.flatMap(members), ...responders])
  return ids.flatMap((id) => planOf(book, 'responder', id) ?? [])
}
