import { type Crew, type PlanFault, type Responder } from '../model.ts'
import { planOf } from '../plans/book.ts'
import type { PlanSurroundings, PlanVerdict } from '../plans/check.ts'
import { usesOf } from '../plans/uses.ts'

export const fault = (field: string, message: string): PlanFault => ({ field, message })

export const sharesSite = (one: { sites: readonly string[] }, other: { sites: readonly string[] }) =>
  one.sites.some((site) => other.sites.includes(site))

export function checkResponder(responder: Responder, { book, now }: PlanSurroundings): PlanVerdict {
  const { id, phone, email, mentions = {}, channels = [], enabled } = responder
  const warnings: PlanFault[] = []
  if (phone === undefined && email === undefined && Object.keys(mentions).length === 0) {
    warnings.push(fault('phone', 'nothing reaches him; give a phone, an email or mentions'))
  }
  channels.forEach((channel, index) => {
    if (planOf(book, 'channel', channel)) return
    warnings.push(fault(`channels[${index}]`, `channel ${channel} does not exist; add it, or take it out here`))
  })
  const uses = enabled ? [] : usesOf(book, 'responder', id, now)
  if (uses.length > 0) {
    warnings.push(fault('enabled', `${uses.join(', ')} name him all the same; nobody is called in his place`))
  }
  return { errors: [], warnings }
}

export function checkCrew(crew: Crew, { book }: PlanSurroundings): PlanVerdict {
  const errors: PlanFault[] = []
  const warnings: PlanFault[] = []
  crew.members.forEach((id, index) => {
    const member = planOf(book, 'responder', id)
    const field = `members[${index}]`
    if (!member) errors.push(fault(field, `responder ${id} does not exist; add him first`))
    else if (!sharesSite(member, crew)) errors.push(fault(field, `${member.name} has no site of the crew`))
    else if (!member.enabled) warnings.push(fault(field, `${member.name} is disabled and is not called`))
  })
  return { errors, warnings }
}
