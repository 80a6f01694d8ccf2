import { nameOf } from '../dispatch/assign.ts'
import { type DutyRole, type Principal, Refusal, type Responder } from '../model.ts'
import { planOf, plansOf } from '../plans/book.ts'
import type { Work } from '../work.ts'

/** Who approves a work order and accepts work in a customer's place. */
export const SUPERIORS = ['supervisor', 'engineering_manager', 'general_manager'] as const
/** Who consents to work beyond the rules (部门主管). */
export const DEPARTMENT_HEADS = ['engineering_manager', 'general_manager'] as const
/** Who agrees with a resident (客服主管). */
export const CUSTOMER_SERVICE = ['customer_service'] as const

/** Whether somebody is a responder of the site with one of these roles. A token has its responder's id as its name. */
export function isOneOf(work: Work, id: string, site: string, roles: readonly DutyRole[]): boolean {
  const responder = planOf(work.draft.plans(), 'responder', id)
  if (!responder?.enabled || !responder.sites.includes(site)) return false
  return responder.roles.some((role) => roles.includes(role))
}

/** A responder without one of these roles is refused; other roles are let through by the door. */
export function mustBeOneOf(work: Work, by: Principal, site: string, roles: readonly DutyRole[]): void {
  if (by.role !== 'responder' || isOneOf(work, by.name, site, roles)) return
  throw new Refusal('forbidden', `this needs a responder of site ${site} with the role ${roles.join(' or ')}`)
}

/** The responders of a site with one of these roles. */
export function peopleWith(work: Work, site: string, roles: readonly DutyRole[]): Responder[] {
  return plansOf(work.draft.plans(), 'responder').filter(({ id }) => isOneOf(work, id, site, roles))
}

/** A decision at a site, who may make it, and whose own matter it is. */
export interface Deciding {
  site: string
  roles: readonly DutyRole[]
  own: readonly (string | null)[]
}

/** Nobody whose own matter it is, unless the site has nobody else who may. */
export function decidersOf(work: Work, { site, roles, own }: Deciding): Responder[] {
  const able = peopleWith(work, site, roles)
  const others = able.filter(({ id }) => !own.includes(id))
  return others.length > 0 ? others : able
}

/** `what`: what nobody does with his own. Throws `Refusal` `forbidden`, which says whom to ask. */
export function mustNotBeOwn(work: Work, by: Principal, deciding: Deciding, what: string): void {
  if (!deciding.own.includes(by.name)) return
  const deciders = decidersOf(work, deciding)
  if (deciders.some(({ id }) => id === by.name)) return
  const whom = deciders.map(({ id }) => nameOf(work, id)).join(' or ') || 'an admin'
  throw new Refusal('forbidden', `nobody ${what}; ask ${whom}`)
}
