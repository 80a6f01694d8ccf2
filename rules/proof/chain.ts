import type { AuditHead, AuditRow } from '../storage/audit.ts'
import { chained, GENESIS } from '../storage/audit-hash.ts'

export const PROVEN_TABLES = [
  ...(['audit', 'ticket_history', 'tickets', 'clocks'] as const),
  ...(['intakes', 'signatures', 'follow_ups', 'survey_answers', 'promises'] as const),
] as const

/** One row that is not as it was written. */
export interface Fault {
  table: (typeof PROVEN_TABLES)[number]
  /** The row's id; of a clock `ticket/clock`. */
  row: string
  what: 'changed' | 'removed' | 'inserted'
  message: string
}

/** How far a walk along the chain has come. */
export interface Place {
  /** The last row, as it is numbered now. */
  id: number
  hash: string
  /** What its number was before rows were renumbered around one that was inserted or removed, less what it is now. */
  shift: number
  /** The place before it. */
  before: Omit<Place, 'before'> | null
}

export const CHAIN_START: Place = { id: 0, hash: GENESIS, shift: 0, before: null }

/**
 * The place after some rows, oldest first, and what is wrong with them. `next` is the row after them, `null` where
 * there is none: only what follows tells an inserted row from a changed one.
 */
export function followRows(from: Place, rows: readonly AuditRow[], next: AuditRow | null) {
  const faults: Fault[] = []
  let place = from
  for (const [index, row] of rows.entries()) {
    const step = followRow(place, row, rows[index + 1] ?? next)
    place = step.place
    if (step.fault) faults.push(step.fault)
  }
  return { place, faults }
}

function followRow(place: Place, row: AuditRow, next: AuditRow | null): { place: Place; fault?: Fault } {
  const { id, hash, shift, before } = place
  if (row.id < 1) return { place, fault: fault(row.id, 'inserted', 'the chain begins with row 1') }
  if (follows(hash, row, shift)) return { place: after(place, row) }

  const skipped = [shift, shift - 1].find((each) => next !== null && follows(hash, next, each))
  if (skipped !== undefined) {
    const message = `row ${next!.id} follows row ${id} and not this one`
    return { place: { ...place, id: row.id, shift: skipped }, fault: fault(row.id, 'inserted', message) }
  }
  if (before !== null && follows(before.hash, row, before.shift - 1)) {
    const message = `row ${row.id} follows row ${before.id} and not this one`
    return { place: after(place, row, before.shift - 1), fault: fault(id, 'inserted', message) }
  }
  if (row.id > id + 1) {
    const message = row.id === id + 2 ? 'this row is missing' : `rows ${id + 1} to ${row.id - 1} are missing`
    return { place: after(place, row), fault: fault(id + 1, 'removed', message) }
  }
  if (next !== null && follows(row.hash, next, shift + 1)) {
    const message = 'a row before this one is missing, and those after it were renumbered'
    return { place: after(place, row, shift + 1), fault: fault(row.id, 'removed', message) }
  }
  const message =
    id === 0 ? 'it was changed' : `it does not follow row ${id}: it was changed, or row ${id} was and got a new hash`
  return { place: after(place, row), fault: fault(row.id, 'changed', message) }
}

const follows = (hash: string, row: AuditRow, shift: number) =>
  chained(hash, { ...row, id: row.id + shift }) === row.hash

const after = ({ before: _, ...before }: Place, { id, hash }: AuditRow, shift = before.shift): Place => ({
  ...{ id, hash, shift, before },
})

/** What is wrong with the end: `head` is the last row as it is kept beside the chain, `lastId` the last there is. */
export function endOfChain(place: Place, head: AuditHead | null, lastId: number): Fault[] {
  if (head === null) {
    const message = 'the head of the chain, `audit.head` of the settings, is missing'
    return lastId === 0 ? [] : [fault(lastId, 'changed', message)]
  }
  const { id, hash } = place
  if (id < head.id) {
    const message = id + 1 === head.id ? 'the last row is missing' : `rows ${id + 1} to ${head.id} are missing`
    return [fault(id + 1, 'removed', message)]
  }
  const faults: Fault[] = []
  if (hash !== head.hash) faults.push(fault(id, 'changed', 'its hash is not the one of the head of the chain'))
  if (lastId > head.id) faults.push(fault(head.id + 1, 'inserted', `the chain ends with row ${head.id}`))
  return faults
}

const fault = (row: number, what: Fault['what'], message: string): Fault => ({
  ...{ table: 'audit', row: String(row), what, message },
})
