import type { PhotoKind, TicketAction } from '../../../../../rules/model.ts'
import type { CostLine, NewSignature } from '../../api/jobs.ts'
import type { Told } from '../../api/client.ts'
import type { TicketActionBody } from '../../api/types.ts'

/** What somebody does with a job, as it waits for the network. Pure: no clock, no storage, no network. */

/** What the work order said when he wrote: where it says something else by now, he is asked. */
export interface Expected {
  cause?: string
  measure?: string
  costs?: readonly CostLine[]
}

export type Deed =
  | { kind: 'step'; action: TicketAction; body: TicketActionBody; expected: Expected | null }
  | { kind: 'photo'; photoKind: PhotoKind; caption: string; type: string; bytes: ArrayBuffer }
  | { kind: 'costs'; costs: readonly CostLine[]; expected: Expected }
  | { kind: 'signature'; signature: NewSignature }

/**
 * Why the service did not take it. `holder`: the name of who has the job instead of him; `theirs`: what the work order
 * says instead of what was expected.
 */
export interface Refusal extends Told {
  holder: string | null
  theirs: Expected | null
}

export interface Entry {
  /** Counts up on this device: what is done earlier is sent earlier. */
  order: number
  /** The name of who did it; nobody else sees or sends it. */
  owner: string
  /** Also what makes it happen once, however often it is sent. */
  idempotencyKey: string
  job: string
  /** The number of the ticket, as people say it. */
  number: string
  /** When it was done, by the service's time in epoch milliseconds; 0 where that was not known. */
  doneAtMs: number
  /** It was worked out from this device's clock, which may be wrong. */
  isEstimated: boolean
  deed: Deed
  /** Of the work order that it was first sent against: sent again it must be the same request. */
  ifMatch: string | null
  /** How often it was sent without an answer. */
  unanswered: number
  refusal: Refusal | null
}

/** Whether others have to wait where it was refused: a photo says what was seen, whatever became of the rest. */
const isLink = ({ deed }: Entry) => deed.kind !== 'photo'

/**
 * Whether it waits for a decision: an earlier step, signature or list of materials of the same job was refused. Who was
 * not given a job does not arrive at it, and nobody signs for costs that were not taken. Photos and materials depend on
 * no step and go on.
 */
export function isHeld(entry: Entry, entries: readonly Entry[]): boolean {
  if (entry.deed.kind === 'photo' || entry.deed.kind === 'costs') return false
  return entries.some(
    (other) => other.job === entry.job && other.order < entry.order && other.refusal !== null && isLink(other),
  )
}

/** The earliest that may go; `null`: none. */
export function nextToSend(entries: readonly Entry[]): Entry | null {
  const able = entries.filter((entry) => entry.refusal === null && !isHeld(entry, entries))
  return able.reduce<Entry | null>((first, entry) => (first && first.order < entry.order ? first : entry), null)
}

export const entriesOf = (entries: readonly Entry[], job: string) => entries.filter((entry) => entry.job === job)

export const sizeOf = ({ deed }: Entry) => (deed.kind === 'photo' ? deed.bytes.byteLength : 0)

/** As they are sent: the service works the amounts out. */
export const plainCosts = (costs: readonly CostLine[]): CostLine[] =>
  costs.map(({ kind, name, quantity, unit, unitPriceFen }) => ({ kind, name, quantity, unit, unitPriceFen }))

/** Whether two lists of costs say the same. */
export const sameCosts = (one: readonly CostLine[], other: readonly CostLine[]): boolean =>
  JSON.stringify(plainCosts(one)) === JSON.stringify(plainCosts(other))

/** What was added to the list that was there, behind what others have made of it meanwhile. */
export function mergedCosts(
  mine: readonly CostLine[],
  expected: readonly CostLine[],
  theirs: readonly CostLine[],
): CostLine[] {
  const rest = [...expected, ...theirs]
  const added = mine.filter((line) => !rest.some((other) => sameCosts([line], [other])))
  return [...theirs, ...added]
}
