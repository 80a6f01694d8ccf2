import { type DutyRole, type Principal, Refusal } from '../model.ts'
import { planOf } from '../plans/book.ts'
import type { Work } from '../work.ts'

/** Who approves a work order and accepts work in a customer's place. */
export const SUPERIORS = ['supervisor', 'engineering_manager', 'general_manager'] as const
/** Who consents to work beyond the rules (部门主管). */
export const DEPARTMENT_HEADS = ['engineering_manager', 'general_manager'] as const

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
