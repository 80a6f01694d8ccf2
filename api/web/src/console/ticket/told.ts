import type { Milestone } from '../../../../../rules/model.ts'

/** What the service notes beside what it did itself, taken apart so that it can be said in any language. */

/** `步骤 / step: names`, as a step of a ladder is noted; `null` where it is noted otherwise. */
export function escalationOf(note: string) {
  // A step may be called something with a colon in it, as those that are shipped are.
  const match = /^(.*?) \/ (.*): (.*)$/s.exec(note)
  if (!match) return null
  const [, zh, en, names] = match
  const called = names === '-' ? 'nobody' : names === 'nobody whom the drill names' ? 'left_out' : 'people'
  return { titles: { zh: zh!, en: en! }, called, names: names! } as const
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

/** `phone: the reason; what happens next`. */
export const saidOfDelay = (note: string) => note.split(': ').slice(1).join(': ')

/** `close: not sent: …`: which command a drill did not send; `null` for another note. */
export const unsentOf = (note: string) => /^(\w+): not sent: the drill sends no commands$/.exec(note)?.[1] ?? null

/**
 * `no answer from 李强 (li); 张伟 (zhang): on duty, free, at the site`, as it is noted who was sent and why; `null` where
 * a person sent him.
 */
export function sendingOf(note: string) {
  const match = SENDING.exec(note)
  if (!match) return null
  const [, declined, silent, name, leaving, jobs, where] = match
  const before = passedOver(declined, 'declined') ?? passedOver(silent, 'no_answer')
  return {
    name: withoutId(name!),
    before,
    isLeaving: leaving !== undefined,
    jobs: Number(jobs ?? 0),
    where: WHERE[where!]!,
  }
}

const passedOver = <D extends string>(name: string | undefined, did: D) =>
  name === undefined ? null : { name: withoutId(name), did }

/** An id stands behind a name in brackets. */
const withoutId = (name: string) => name.replace(/ \([\w-]+\)$/, '')

const SENDING = new RegExp(
  '^(?:(.*) declined; |no answer from (.*); )?(.*): on duty(, shift just over)?, (?:free|at (\\d+) other jobs?), ' +
    '(in the same building|at the site|at another site)$',
  's',
)

const WHERE: Record<string, 'building' | 'site' | 'elsewhere'> = {
  'in the same building': 'building',
  'at the site': 'site',
  'at another site': 'elsewhere',
}
