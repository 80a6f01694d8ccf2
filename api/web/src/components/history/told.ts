import type { CallInAnswer, FollowUpFault, Milestone } from '../../../../../rules/model.ts'
import type { Titles } from '../../api/types.ts'

/** What the service notes beside what it did itself, taken apart so that it can be said in any language. */

/** `步骤 / step: names`, as a step of a ladder is noted; `null` where it is noted otherwise. */
export function escalationOf(note: string): { titles: Titles; names: string } | null {
  // A step may be called something with a colon in it, as those that are shipped are.
  const match = /^(.*?) \/ (.*): (.*)$/s.exec(note)
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

/** `张伟 (zhang)` without the id, which stands in brackets behind a name. */
export const plainName = (name: string) => name.replace(/ \([\w-]+\)$/, '')

/** `张伟 (zhang) → 李强 (li): why`: the names alone, and why as it was typed. */
export function handingOf(note: string): { names: string; said: string } | null {
  const match = /^(.*?) → (.*? \([\w-]+\))(?:: (.*))?$/s.exec(note)
  return match && { names: `${plainName(match[1]!)} → ${plainName(match[2]!)}`, said: match[3] ?? '' }
}

/**
 * `张伟 (zhang): on duty, free, at the site`, as it is noted who was sent and why; before it may stand whom it was taken
 * from: `李强 (li) declined; `, `no answer from 李强 (li); `. `null` where a person sent him.
 */
export function sendingOf(note: string) {
  const match = SENDING.exec(note)
  if (!match) return null
  const [, declined, silent, name, leaving, jobs, where] = match
  return {
    name: plainName(name!),
    isLeaving: leaving !== undefined,
    jobs: Number(jobs ?? 0),
    where: WHERE[where!]!,
    before: from('declined', declined) ?? from('silent', silent),
  }
}

const from = (why: 'declined' | 'silent', name: string | undefined) =>
  name === undefined ? null : { why, name: plainName(name) }

const SENDING = new RegExp(
  '^(?:(.*?) declined; |no answer from (.*?); )?(.*): on duty(, shift just over)?, ' +
    '(?:free|at (\\d+) other jobs?), (in the same building|at the site|at another site)$',
  's',
)

const WHERE: Record<string, 'building' | 'site' | 'elsewhere'> = {
  'in the same building': 'building',
  'at the site': 'site',
  'at another site': 'elsewhere',
}

/** `张伟 (zhang): the first to accept`: his name. */
export function firstOf(note: string): string | null {
  const match = /^(.*): the first to accept$/s.exec(note)
  return match && plainName(match[1]!)
}

/** `20 needed, 31 called`. */
export function calledInOf(note: string): { people: number; called: number } | null {
  const match = /^(\d+) needed, (\d+) called$/.exec(note)
  return match && { people: Number(match[1]), called: Number(match[2]) }
}

/** `call_in: 3 of 20 arrived`, `3 of 20 had arrived`, `20 of 20 arrived, late`. */
export function arrivedOf(note: string): { arrived: number; people: number; isLate: boolean } | null {
  const match = /^(?:call_in: )?(\d+) of (\d+)(?: had)? arrived(, late)?$/.exec(note)
  return match && { arrived: Number(match[1]), people: Number(match[2]), isLate: match[3] !== undefined }
}

/** `张伟 (zhang): coming; 3 of 20 arrived`. */
export function answerOf(note: string) {
  const match = /^(.*): (coming|arrived|declined); (\d+ of \d+ arrived)$/s.exec(note)
  if (!match) return null
  return { name: plainName(match[1]!), answer: match[2] as CallInAnswer, ...arrivedOf(match[3]!)! }
}

/** `12800 fen`, `陈先生 agreed to 12800 fen`. */
export function priceOf(note: string): { name: string | null; fen: number } | null {
  const match = /^(?:(.*) agreed to )?(\d+) fen$/s.exec(note)
  return match && { name: match[1] ?? null, fen: Number(match[2]) }
}

/** What stands before the first colon, where that is one of `codes`, and what was said after it. */
export function codedOf<C extends string>(codes: readonly C[], note: string): { code: C; said: string } | null {
  const [before = ''] = note.split(': ', 1)
  const code = codes.find((each) => each === before)
  return code === undefined ? null : { code, said: note.slice(before.length + 2) }
}

const FAULTS = ['quality', 'attitude', 'lateness'] as const

/** `grade 2: quality: lateness: why`. */
export function gradeOf(note: string): { grade: number; faults: FollowUpFault[]; said: string } | null {
  const match = /^grade (\d+)(?:: (.*))?$/s.exec(note)
  if (!match) return null
  const faults: FollowUpFault[] = []
  let said = match[2] ?? ''
  for (let fault = codedOf(FAULTS, said); fault; fault = codedOf(FAULTS, said)) {
    faults.push(fault.code)
    said = fault.said
  }
  return { grade: Number(match[1]), faults, said }
}

const UNAGREED = '(the price was not agreed)'

/** What was said with a step, and whether it went on before its price was agreed. */
export function unagreedOf(note: string): { said: string; isUnagreed: boolean } {
  const isUnagreed = note.endsWith(UNAGREED)
  return { said: isUnagreed ? note.slice(0, -UNAGREED.length).trim() : note, isUnagreed }
}

/** `close: not sent: the drill sends no commands`. */
export const isUnsent = (note: string): boolean => /^\w+: not sent: /.test(note)
