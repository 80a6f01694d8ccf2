import { ApiProblem } from '../../api/client.ts'
import type { Client, Told } from '../../api/client.ts'
import { actOnJob, addPhoto, readJob, signJob, writeCosts } from '../../api/jobs.ts'
import { readTicket } from '../../api/tickets.ts'
import type { JobView, TicketView } from '../../api/types.ts'
import { plainCosts, sameCosts } from './entry.ts'
import type { Entry, Expected, Refusal } from './entry.ts'
import { isBehind } from '../jobs/steps.ts'

/** `ticket`: as it is after it, where that is told. */
export type Outcome = { kind: 'done'; ticket: TicketView | null } | { kind: 'refused'; refusal: Refusal }

/** How often a work order that somebody else is writing at the same moment is read again. */
const READS_MAX = 3
const CHANGED: Told = { status: 412, detail: '', reason: 'version', facts: {} }
/** Not the entry's fault: it is sent again. */
const AGAIN = [401, 408, 425, 429]

export const isRefusal = (error: unknown): error is ApiProblem =>
  error instanceof ApiProblem && error.status < 500 && !AGAIN.includes(error.status)

/**
 * Sends one entry. Throws where nobody knows whether it was done, or where the service cannot take it now: it is then
 * sent again as it is. `remember` keeps what it is first sent against, before it is.
 */
export async function sendEntry(
  client: Client,
  entry: Entry,
  remember: (entry: Entry) => Promise<void>,
): Promise<Outcome> {
  try {
    return await sendOnce(client, entry, remember)
  } catch (error) {
    if (!isRefusal(error)) throw error
    const { status } = error
    const ticket = status === 403 || status === 409 ? await readTicket(client, entry.job) : null
    // The desk has told it for him meanwhile: what he did is written down already.
    if (ticket && isBehind(ticket, entry)) return { kind: 'done', ticket }
    const holder = ticket && ticket.assignee !== entry.owner ? ticket.assigneeName : null
    return { kind: 'refused', refusal: { ...error.told, holder, theirs: null } }
  }
}

async function sendOnce(client: Client, entry: Entry, remember: (entry: Entry) => Promise<void>): Promise<Outcome> {
  const { job, deed, idempotencyKey } = entry
  switch (deed.kind) {
    case 'photo': {
      const bytes = new Blob([deed.bytes], { type: deed.type })
      await addPhoto(client, job, { kind: deed.photoKind, caption: deed.caption, bytes }, { idempotencyKey })
      return { kind: 'done', ticket: null }
    }
    case 'signature':
      await signJob(client, job, deed.signature, { idempotencyKey })
      return { kind: 'done', ticket: null }
    case 'step': {
      if (deed.expected === null) {
        return { kind: 'done', ticket: await actOnJob(client, job, deed.action, deed.body, { idempotencyKey }) }
      }
      const { cause = '', measure = '' } = deed.body
      return against(client, entry, deed.expected, { cause, measure }, remember, (ifMatch) =>
        actOnJob(client, job, deed.action, deed.body, { idempotencyKey, ifMatch }),
      )
    }
    case 'costs':
      return against(client, entry, deed.expected, { costs: deed.costs }, remember, async (ifMatch) => {
        await writeCosts(client, job, deed.costs, { ifMatch })
        return null
      })
  }
}

/** Writes into a work order that still says what it said when somebody wrote, or says what he wrote already. */
async function against(
  client: Client,
  entry: Entry,
  expected: Expected,
  wanted: Expected,
  remember: (entry: Entry) => Promise<void>,
  send: (ifMatch: string) => Promise<TicketView | null>,
): Promise<Outcome> {
  let ifMatch = entry.ifMatch
  for (let reads = 0; ; reads += 1) {
    if (ifMatch === null) {
      const job = await readJob(client, entry.job)
      const theirs = differing(job, expected, wanted)
      if (theirs !== null) return { kind: 'refused', refusal: { ...CHANGED, holder: null, theirs } }
      ifMatch = `"${job.version}"`
      await remember({ ...entry, ifMatch })
    }
    try {
      return { kind: 'done', ticket: await send(ifMatch) }
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 412 || reads >= READS_MAX) throw error
      ifMatch = null
    }
  }
}

/** What somebody else has written where `expected` was, and not what is `wanted`; `null`: nothing. */
export function differing(job: Pick<JobView, 'cause' | 'measure' | 'costs'>, expected: Expected, wanted: Expected) {
  const theirs: Expected = {}
  for (const field of ['cause', 'measure'] as const) {
    const was = expected[field]
    if (was !== undefined && job[field] !== was && job[field] !== wanted[field]) theirs[field] = job[field]
  }
  const { costs } = expected
  if (costs && !sameCosts(job.costs, costs) && !sameCosts(job.costs, wanted.costs ?? []))
    theirs.costs = plainCosts(job.costs)
  return Object.keys(theirs).length > 0 ? theirs : null
}
