import { sql } from 'kysely'
import { partyOf } from '../commitments/choose.ts'
import { type Commitment, type Crew, DAY_MS, type HistoryEntry, type Job } from '../model.ts'
import type { CrewOf, CrewVersion } from '../reports/service/crews.ts'
import type { LineClock, ServiceLine, Voice } from '../reports/service/line.ts'
import type { Occurrence } from '../reports/service/recurrence.ts'
import type { Db } from './connect.ts'
import { type Promised, promisesByHash } from './promises.ts'
import { amongst, type Column, keptPage } from './statements.ts'

/** Of these sites, `from` (UTC milliseconds) included and `to` not. */
export interface ServiceRange {
  sites: readonly string[]
  from: number
  to: number
}

/** One page takes some milliseconds; between two of them others have their turn. */
const PAGE_ROWS = 300
/** A page looks through no more than so long a time, or a site with few tickets would hold up those with many. */
const SPAN_MS = 4 * DAY_MS

/** What was promised, by its hash, as one report reads it. */
export type PropertyPromises = (db: Db, hashes: readonly string[]) => Promise<(hash: string) => readonly Commitment[]>

/** Of what was promised the property's own, the same object for the same commitment whatever it was promised with. */
export function propertyPromises(): PropertyPromises {
  const known = new Map<string, readonly Commitment[]>()
  const single = new Map<string, Commitment>()

  function ofProperty(promised: Promised): readonly Commitment[] {
    return promised
      .filter((each) => partyOf(each) === 'property')
      .map((each) => {
        const text = JSON.stringify(each)
        const same = single.get(text) ?? each
        single.set(text, same)
        return same
      })
  }

  return async (db, hashes) => {
    const missing = new Set(hashes.filter((hash) => !known.has(hash)))
    if (missing.size > 0) {
      const promised = await promisesByHash(db, missing)
      for (const hash of missing) known.set(hash, ofProperty(promised(hash)))
    }
    return (hash) => known.get(hash)!
  }
}

/** Pages of tickets in the order of their opening. */
export function serviceLines(
  db: Db,
  range: ServiceRange,
  { promises, crewOf }: { promises: PropertyPromises; crewOf: CrewOf },
): AsyncGenerator<ServiceLine[]> {
  return pagesOf(range, async (...after) => {
    const rows = await readLines(db, ...after)
    const promised = await promises(
      db,
      rows.map(({ promise }) => promise),
    )
    return rows.map((row) =>
      Object.assign(row, {
        crew: crewOf(row.assignee, row.site, row.at),
        commitments: promised(row.promise),
        clocks: row.clocks.map(clockOf),
      }),
    )
  })
}

type LineRow = Omit<ServiceLine, 'crew' | 'commitments' | 'clocks'> & { promise: string; clocks: ClockValues[] }

type ClockValues = [LineClock['milestone'], LineClock['party'], number, number | null, LineClock['state'], number]

const clockOf = ([milestone, party, dueAt, metAt, state, early]: ClockValues): LineClock => {
  return { milestone, party, dueAt, metAt, state, early: early === 1 }
}

const PLACE_COLUMNS: Record<keyof Occurrence | 'id', Column> = {
  ...{ id: 'value', number: 'value', at: 'value', site: 'value' },
  ...{ category: 'value', location: 'value', device: 'value' },
}

const LINE_COLUMNS: Record<keyof LineRow, Column> = {
  ...PLACE_COLUMNS,
  ...{ state: 'value', priority: 'value', origin: 'value', kind: 'value', assignee: 'value', occurredAt: 'value' },
  drill: 'value',
  ...{ reached: 'json', promise: 'value', warrantyUntil: 'value', reworkedAt: 'value', clocks: 'json' },
}

const readLines = keptPage<After, LineRow>(LINE_COLUMNS, (db, ...after) =>
  ticketsAfter(db, ...after)
    .select(['state', 'priority', 'origin', 'kind', 'assignee', 'occurred_at as occurredAt', 'reached', 'promise'])
    .select('drill')
    .select((ticket) => [
      sql`job ->> '$.warrantyUntil'`.as('warrantyUntil'),
      ticket
        .selectFrom('tickets as rework')
        .select((each) => each.fn.min('rework.opened_at').as('at'))
        .whereRef('rework.rework_of', '=', 'tickets.id')
        .as('reworkedAt'),
      sql`(select json_group_array(json_array(milestone, party, due_at, met_at, state, early))
        from clocks where clocks.ticket = tickets.id)`.as('clocks'),
    ]),
)

/** Where and when tickets were that count, in the order of their opening. */
export function ticketPlaces(db: Db, range: ServiceRange): AsyncGenerator<(Occurrence & { id: string })[]> {
  return pagesOf(range, (...after) => readPlaces(db, ...after))
}

const readPlaces = keptPage<After, Occurrence & { id: string }>(PLACE_COLUMNS, (db, ...after) =>
  ticketsAfter(db, ...after)
    .where('state', '!=', 'cancelled')
    .where('origin', '!=', 'flood')
    .where('drill', 'is', null),
)

function ticketsAfter(db: Db, ...[sites, at, id, to]: After) {
  return (
    db
      .selectFrom('tickets')
      .select(['id', 'number', 'site', 'category', 'location', 'device', 'opened_at as at'])
      .where((ticket) => ticket(ticket.refTuple('opened_at', 'id'), '>', ticket.tuple(at, id)))
      .where('opened_at', '<', to)
      // By the index of times: that of sites would have to be sorted anew for every page.
      .where(sql`+site`, 'in', amongst(sites))
      .orderBy('opened_at')
      .orderBy('id')
      .limit(PAGE_ROWS)
  )
}

/** Grades in the order in which they were given: of follow-ups, then of surveys. */
export async function* serviceVoices(
  db: Db,
  range: ServiceRange,
  {
    promises,
    crewOf,
    promisedAt,
  }: { promises: PropertyPromises; crewOf: CrewOf; promisedAt: (site: string) => readonly Commitment[] },
): AsyncGenerator<Voice[]> {
  for (const readVoices of [readFollowUps, readAnswers]) {
    yield* pagesOf(range, async (...after) => {
      const rows = await readVoices(db, ...after)
      const promised = await promises(
        db,
        rows.flatMap(({ promise }) => promise ?? []),
      )
      return rows.map((row) =>
        Object.assign(row, {
          crew: row.openedAt === null ? null : crewOf(row.assignee, row.site, row.openedAt),
          commitments: row.promise === null ? promisedAt(row.site) : promised(row.promise),
        }),
      )
    })
  }
}

type VoiceRow = Omit<Voice, 'crew' | 'commitments'> & { id: string; openedAt: number | null; promise: string | null }

const VOICE_COLUMNS: Record<keyof VoiceRow, Column> = {
  ...{ id: 'value', at: 'value', site: 'value', grade: 'value' },
  ...{ category: 'value', assignee: 'value', openedAt: 'value', promise: 'value' },
}

const readFollowUps = keptPage<After, VoiceRow>(VOICE_COLUMNS, (db, sites, at, id, to) =>
  db
    .selectFrom('follow_ups as voice')
    .innerJoin('tickets as ticket', 'ticket.id', 'voice.ticket')
    .select(['voice.id', 'voice.site', 'voice.grade', 'voice.answered_at as at'])
    .select(['ticket.category', 'ticket.assignee', 'ticket.opened_at as openedAt', 'ticket.promise'])
    .where((voice) => voice(voice.refTuple('voice.answered_at', 'voice.id'), '>', voice.tuple(at as number | null, id)))
    .where('voice.answered_at', '<', to)
    .where('voice.grade', 'is not', null)
    // By the index of times, as with tickets: that of sites would read and sort every follow-up for every page.
    .where(sql`+voice.site`, 'in', amongst(sites))
    .orderBy('voice.answered_at')
    .orderBy('voice.id')
    .limit(PAGE_ROWS),
)

const readAnswers = keptPage<After, VoiceRow>(VOICE_COLUMNS, (db, sites, at, id, to) =>
  db
    .selectFrom('survey_answers as voice')
    .leftJoin('tickets as ticket', 'ticket.id', 'voice.ticket')
    .select(['voice.id', 'voice.site', 'voice.at'])
    .select(['ticket.category', 'ticket.assignee', 'ticket.opened_at as openedAt', 'ticket.promise'])
    .select(sql`(select avg(value) from json_each(voice.grades))`.as('grade'))
    .where((voice) => voice(voice.refTuple('voice.at', 'voice.id'), '>', voice.tuple(at, id)))
    .where('voice.at', '<', to)
    .where('voice.site', 'in', amongst(sites))
    .where('voice.grades', '!=', '[]')
    .orderBy('voice.at')
    .orderBy('voice.id')
    .limit(PAGE_ROWS),
)

/** Sites as JSON, the time and the id that come next, and the time at which the span ends. */
type After = [sites: string, at: number, id: string, to: number]

/** Reads span by span, each in pages, and gives the others their turn after every one. */
async function* pagesOf<T extends { at: number; id: string }>(
  range: ServiceRange,
  read: (...after: After) => Promise<T[]>,
) {
  const sites = JSON.stringify(range.sites)
  for (let start = range.from; start < range.to; start += SPAN_MS) {
    const to = Math.min(range.to, start + SPAN_MS)
    let place: { at: number; id: string } | undefined = { at: start, id: '' }
    while (place !== undefined) {
      const page: T[] = await read(sites, place.at, place.id, to)
      if (page.length > 0) yield page
      await new Promise((resolve) => setImmediate(resolve))
      place = page.length < PAGE_ROWS ? undefined : page.at(-1)
    }
  }
}

/** Every version of every crew, in the order of their times. */
export async function crewVersions(db: Db): Promise<CrewVersion[]> {
  const query = db.selectFrom('plan_versions').select(['id', 'at', 'change', 'body']).where('kind', '=', 'crew')
  const rows = await query.orderBy('at').orderBy('version').execute()
  return rows.map(({ id, at, change, body }) => {
    return { id, at, crew: change === 'deleted' ? null : (JSON.parse(body) as Crew) }
  })
}

/** What was written of a ticket that says why: in its work order, and in its history. */
export interface WrittenOf {
  cause: string
  explanations: Job['explanations']
  /** Of holds and of a cancellation, oldest first. */
  notes: readonly Pick<HistoryEntry, 'at' | 'by' | 'action' | 'note'>[]
}

/** Of the tickets that a report lists. */
export async function writtenOf(db: Db, ids: readonly string[]): Promise<Map<string, WrittenOf>> {
  const found = new Map<string, WrittenOf>()
  for (let start = 0; start < ids.length; start += PAGE_ROWS) {
    const some = JSON.stringify(ids.slice(start, start + PAGE_ROWS))
    const notes = await db
      .selectFrom('ticket_history')
      .select(['ticket', 'at', 'by', 'action', 'note'])
      .where('ticket', 'in', amongst(some))
      .where('action', 'in', ['hold', 'cancel'])
      .orderBy('id')
      .execute()
    const tickets = await db.selectFrom('tickets').select(['id', 'job']).where('id', 'in', amongst(some)).execute()
    for (const { id, job } of tickets) {
      const { cause = '', explanations = [] } = JSON.parse(job) as Partial<Job>
      const own = notes.filter(({ ticket, note }) => ticket === id && note !== '')
      found.set(id, { cause, explanations, notes: own.map(({ at, by, action, note }) => ({ at, by, action, note })) })
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  return found
}
