import { auditAfter, type AuditHead, type AuditRow } from '../storage/audit.ts'
import { GENESIS } from '../storage/audit-hash.ts'
import type { Db } from '../storage/connect.ts'
import { promiseHash } from '../storage/promise-hash.ts'
import { answersAfter, answersByIds, historyAfter, promisesAfter, proofEnds, ticketsToProve } from '../storage/proof.ts'
import type { Row } from '../storage/schema.ts'
import { answerTold, compareAnswer, untold } from './answers.ts'
import { CHAIN_START, endOfChain, type Fault, followRows } from './chain.ts'
import { type Begun, begunOf, compareLine, compareTicket, detailOf, lineFault } from './tickets.ts'
import type { TicketDetail } from './times.ts'

/** Whether the audit chain is whole, and tickets are as it says. */
export interface AuditVerdict {
  /** Of the chain. */
  rows: number
  head: AuditHead
  ok: boolean
  /** The first of them. */
  faults: readonly Fault[]
  faultCount: number
}

/** More of them say the same. */
export const FAULTS_LISTED_MAX = 100
/** So many rows are hashed and compared in some 2 ms; between two slices others have their turn. */
const SLICE_ROWS = 200
const SLICE_TICKETS = 50
const HISTORY_PAGE_ROWS = 500
const SLICE_ANSWERS = 1_000
/** Each some 10 kB. */
const SLICE_PROMISES = 50

export interface VerifyOptions {
  /** So many of so many rows and tickets are checked. */
  onProgress?: (done: number, of: number) => void
  /** Ends it between two slices, by what it throws. */
  signal?: AbortSignal
}

/**
 * Walks the chain as it is at the start, then all tickets and what is beside them. A row that was changed, removed or
 * inserted is found, also the last one, unless who did it also wrote every hash after it anew: then the head is another
 * than the one that was noted before, which every archive of evidence and every check prints.
 */
export async function verifyAudit(db: Db, { onProgress, signal }: VerifyOptions = {}): Promise<AuditVerdict> {
  const { head, lastAuditId, lastHistoryId, tickets } = await proofEnds(db)
  const found = faultList()
  const lastId = head?.id ?? lastAuditId
  const of = lastId + tickets
  const breathe = async (done: number) => {
    onProgress?.(done, of)
    await new Promise((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
  }

  let place = CHAIN_START
  let rows = 0
  let begun: Begun = { history: 0, ticket: '' }
  const history = historyPairs(db, lastHistoryId, found.add)
  const answers = answerPairs(db, found.add)
  let slice = await auditAfter(db, Number.MIN_SAFE_INTEGER, lastId, SLICE_ROWS)
  while (slice.length > 0) {
    const following = await auditAfter(db, slice.at(-1)!.id, lastId, SLICE_ROWS)
    const step = followRows(place, slice, following[0] ?? null)
    place = step.place
    rows += slice.length
    found.add(step.faults)
    for (const row of slice) {
      begun = begunOf(row) ?? begun
      const said = detailOf(row)
      if (said !== null) await history.pair(row, said, begun)
    }
    await answers.pair(slice)
    slice = following
    await breathe(rows)
  }
  found.add(endOfChain(place, head, lastAuditId))
  await history.end(begun)
  for await (const _ of answers.rest(lastId)) await breathe(rows)
  for await (const faults of promisesChanged(db)) {
    found.add(faults)
    await breathe(rows)
  }

  let compared = 0
  for (let after = ''; ;) {
    const page = await ticketsToProve(db, after, SLICE_TICKETS)
    if (page.length === 0) break
    found.add(page.flatMap((ticket) => compareTicket(ticket, begun)))
    after = page.at(-1)!.id
    compared += page.length
    await breathe(lastId + compared)
  }
  const { faults, count } = found
  return { rows, head: head ?? { id: 0, hash: GENESIS }, ok: count() === 0, faults, faultCount: count() }
}

function faultList() {
  const faults: Fault[] = []
  let count = 0
  return {
    faults,
    count: () => count,
    add: (more: readonly Fault[]) => {
      count += more.length
      faults.push(...more.slice(0, FAULTS_LISTED_MAX - faults.length))
    },
  }
}

/** Goes along the tickets' history beside the chain: both were written line by line, so both have one order. */
function historyPairs(db: Db, lastId: number, report: (faults: Fault[]) => void) {
  let page: Row<'ticket_history'>[] = []
  let index = 0
  let after = Number.MIN_SAFE_INTEGER
  const peek = async (): Promise<Row<'ticket_history'> | null> => {
    if (index < page.length) return page[index]!
    page = await historyAfter(db, after, lastId, HISTORY_PAGE_ROWS)
    index = 0
    after = page.at(-1)?.id ?? after
    return page[0] ?? null
  }
  const passUpTo = async (before: number, begun: Begun) => {
    let row = await peek()
    for (; row !== null && row.id < before; row = await peek()) {
      index++
      if (row.id > begun.history || row.id < 1) {
        report([lineFault(row.id, 'inserted', 'the audit chain does not tell of it')])
      }
    }
    return row
  }
  return {
    async pair(chain: AuditRow, said: TicketDetail, begun: Begun) {
      const row = await passUpTo(said.history, begun)
      if (row?.id !== said.history) {
        const message = `row ${chain.id} of the audit chain tells of it`
        return report([lineFault(said.history, 'removed', message)])
      }
      index++
      report(compareLine(row, chain, said))
    },
    end: async (begun: Begun) => void (await passUpTo(Number.MAX_SAFE_INTEGER, begun)),
  }
}

/** Which answers the chain told of is held: some 10 MB of 100,000. */
function answerPairs(db: Db, report: (faults: Fault[]) => void) {
  const known = new Set<string>()
  const pair = async (slice: readonly AuditRow[]) => {
    const pairs = slice.flatMap((chain) => {
      const told = answerTold(chain)
      return told === null ? [] : [{ chain, told }]
    })
    if (pairs.length === 0) return
    const ids = pairs.map(({ told }) => told.answer)
    const rows = new Map((await answersByIds(db, JSON.stringify(ids))).map((row) => [row.id, row]))
    for (const { chain, told } of pairs) report(compareAnswer(rows.get(told.answer), chain, told))
    for (const id of ids) known.add(id)
  }
  return {
    pair,
    /** What was answered meanwhile is told after the row that was the chain's last. */
    async *rest(lastId: number) {
      let heardUpTo = lastId
      for (let page = await answersAfter(db, '', SLICE_ANSWERS); page.length > 0;) {
        while (untold(page, known).length > 0) {
          const slice = await auditAfter(db, heardUpTo, Number.MAX_SAFE_INTEGER, SLICE_ROWS)
          if (slice.length === 0) break
          await pair(slice)
          heardUpTo = slice.at(-1)!.id
        }
        report(untold(page, known))
        yield
        page = await answersAfter(db, page.at(-1)!.id, SLICE_ANSWERS)
      }
    },
  }
}

/** Each is known by its own hash. */
async function* promisesChanged(db: Db): AsyncGenerator<Fault[], void> {
  for (let page = await promisesAfter(db, '', SLICE_PROMISES); page.length > 0;) {
    const changed = page.filter(({ hash, body }) => promiseHash(body) !== hash)
    const message = 'it is not what its hash stands for'
    yield changed.map(({ hash }) => ({ table: 'promises', row: hash, what: 'changed', message }))
    page = await promisesAfter(db, page.at(-1)!.hash, SLICE_PROMISES)
  }
}
