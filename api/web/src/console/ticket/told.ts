import type { Milestone } from '../../../../../rules/model.ts'
import type { Titles } from '../../api/types.ts'

/** What the service notes beside what it did itself, taken apart so that it can be said in any language. */

/** `步骤 / step: names`, as a step of a ladder is noted; `null` where it is noted otherwise. */
export function escalationOf(note: string): { titles: Titles; names: string } | null {
  const match = /^(.*?) \/ (.*?): (.*)$/s.exec(note)
  return match && { titles: { zh: match[1]!, en: match[2]! }, names: match[3]! }
}

/** `arrive` or `arrive: maintenance_firm`. */
export function breachOf(note: string): { milestone: Milestone; isFirm: boolean } | null {
  const match = /^(respond|dispatch|accept|arrive|first_handling|complete|follow_up)(: maintenance_firm)?$/.exec(note)
  return match && { milestone: match[1] as Milestone, isFirm: match[2] !== undefined }
}

/** `customer: 陈先生`. */
export function signingOf(note: string): { signer: 'customer' | 'responder' | 'superior'; name: string } | null {
  const match = /^(customer|responder|superior): (.*)$/s.exec(note)
  return match && { signer: match[1] as 'customer' | 'responder' | 'superior', name: match[2]! }
}

/** `damage: 3f…: 顶板`: what was said of the photo, or why it was removed. */
export const saidOfPhoto = (note: string) => note.split(': ').slice(2).join(': ')

/** `张伟 (zhang): on duty, free, at the site`, as it is noted who was sent and why; `null` where a person sent him. */
export function sendingOf(note: string) {
  const match = SENDING.exec(note)
  if (!match) return null
  const [, name, leaving, jobs, where] = match
  // His id stands behind his name in brackets.
  return {
    name: name!.replace(/ \([\w-]+\)$/, ''),
    isLeaving: leaving !== undefined,
    jobs: Number(jobs ?? 0),
    where: WHERE[where!]!,
  }
}

const SENDING = new RegExp(
  '^(.*): on duty(, shift just over)?, (?:free|at (\\d+) other jobs?), ' +
    '(in the same building|at the site|at another site)$',
  's',
)

const WHERE: Record<string, 'building' | 'site' | 'elsewhere'> = {
  'in the same building': 'building',
  'at the site': 'site',
  'at another site': 'elsewhere',
}
