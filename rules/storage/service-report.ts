import { type RawBuilder, sql } from 'kysely'
import { partyOf } from '../commitments/choose.ts'
import { type Commitment, type Crew, DAY_MS, type HistoryEntry, type Job } from '../model.ts'
import type { CrewOf, CrewVersion } from '../reports/service/crews.ts'
import type { LineClock, ServiceLine, Voice } from '../reports/service/line.ts'
import type { Occurrence } from '../reports/service/recurrence.ts'
import type { Db } from './connect.ts'
import { amongst } from './statements.ts'

/** Of these sites, `from` (UTC milliseconds) included and `to` not. */
export interface ServiceRange {
  sites: readonly string[]
  from: number
  to: number
}

/** One page takes some milliseconds; between two of them others have their turn. */
const PAGE_ROWS = 150
/** A page looks through no more than so long a time, or a site with few tickets would hold up those with many. */
const SPAN_MS = 4 * DAY_MS
/** As many texts of commitments are known to the database by their number; more are sent as they are. */
const TEXTS_KNOWN = 50

/**
 * Texts of commitments are thousands of bytes and nearly all alike: each is sent and read once, and after that the
 * database answers with its number.
 */
export interface CommitmentTexts {
  /** The number of a known text, or the text. */
  column(name: 'commitments' | 'ticket.commitments'): RawBuilder<number | string | null>
  read(found: number | string): readonly Commitment[]
}

export function commitmentTexts(): CommitmentTexts {
  const known = new Map<string, readonly Commitment[]>()
  const read: (readonly Commitment[])[] = []
  /** So that two tickets have the same object where they have the same commitment. */
  const single = new Map<string, Commitment>()

  function readText(text: string): readonly Commitment[] {
    const ofProperty = (JSON.parse(text) as Commitment[]).filter((each) => partyOf(each) === 'property')
    const commitments = ofProperty.map((each) => {
      const own = JSON.stringify(each)
      const same = single.get(own) ?? each
      single.set(own, same)
      return same
    })
    known.set(text, commitments)
    read.push(commitments)
    return commitments
  }

  return {
    column(name) {
      const cases = [...known.keys()].slice(0, TEXTS_KNOWN).map((text, index) => sql`when ${text} then ${index}`)
      if (cases.length === 0) return sql<string | null>`${sql.ref(name)}`
      return sql<number | string | null>`case ${sql.ref(name)} ${sql.join(cases, sql` `)} else ${sql.ref(name)} end`
    },
    read: (found) => (typeof found === 'number' ? read[found]! : (known.get(found) ?? readText(found))),
  }
}

/** Pages of tickets in the order of their opening. */
export function serviceLines(
  db: Db,
  range: ServiceRange,
  { texts, crewOf }: { texts: CommitmentTexts; crewOf: CrewOf },
): AsyncGenerator<ServiceLine[]> {
  return pagesOf(range, async (after) => {
    const rows = await ticketsAfter(db, after)
      .select(['state', 'priority', 'origin', 'kind', 'assignee', 'occurred_at', 'reached'])
      .$narrowType<Pick<ServiceLine, 'state' | 'priority' | 'origin' | 'kind'>>()
      .select((ticket) => [
        texts.column('commitments').as('commitments'),
        sql<number | null>`job ->> '$.warrantyUntil'`.as('warranty_until'),
        ticket
          .selectFrom('tickets as rework')
          .select((each) => each.fn.min('rework.opened_at').as('at'))
          .whereRef('rework.rework_of', '=', 'tickets.id')
          .as('reworked_at'),
        sql<string>`(select json_group_array(json_array(milestone, party, due_at, met_at, state, early))
          from clocks where clocks.ticket = tickets.id)`.as('clocks'),
      ])
      .execute()
    return rows.map((row): ServiceLine => {
      const { opened_at: at, site, assignee, state, priority, origin, kind, category, location, device } = row
      return {
        ...{ id: row.id, number: row.number, at, site, category, assignee, crew: crewOf(assignee, site, at) },
        ...{ state, priority, origin, kind, location, device, commitments: texts.read(row.commitments!) },
        occurredAt: row.occurred_at,
        reached: JSON.parse(row.reached) as ServiceLine['reached'],
        warrantyUntil: row.warranty_until,
        reworkedAt: row.reworked_at,
        clocks: (JSON.parse(row.clocks) as ClockValues[]).map(clockOf),
      }
    })
  })
}

type ClockValues = [LineClock['milestone'], LineClock['party'], number, number | null, LineClock['state'], number]

const clockOf = ([milestone, party, dueAt, metAt, state, early]: ClockValues): LineClock => {
  return { milestone, party, dueAt, metAt, state, early: early === 1 }
}

/** Where and when tickets were that count, in the order of their opening. */
export function ticketPlaces(db: Db, range: ServiceRange): AsyncGenerator<(Occurrence & { id: string })[]> {
  return pagesOf(range, async (after) => {
    const rows = await ticketsAfter(db, after)
      .where('state', '!=', 'cancelled')
      .where('origin', '!=', 'flood')
      .execute()
    return rows.map(({ opened_at: at, ...row }) => ({ ...row, at }))
  })
}

function ticketsAfter(db: Db, { sites, at, id, to }: After) {
  return (
    db
      .selectFrom('tickets')
      .select(['id', 'number', 'site', 'category', 'location', 'device', 'opened_at'])
      .where((ticket) => ticket(ticket.refTuple('opened_at', 'id'), '>', ticket.tuple(at, id)))
      .where('opened_at', '<', to)
      // By the index of times: that of sites would have to be sorted anew for every page.
      .where(sql`+site`, 'in', sites)
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
    texts,
    crewOf,
    promisedAt,
  }: { texts: CommitmentTexts; crewOf: CrewOf; promisedAt: (site: string) => readonly Commitment[] },
): AsyncGenerator<Voice[]> {
  const voiceOf = (row: VoiceRow, grade: number): Voice & { id: string } => {
    const { id, at, site, category, assignee, opened_at: openedAt, commitments } = row
    const crew = openedAt === null ? null : crewOf(assignee, site, openedAt)
    return {
      id,
      at,
      site,
      category,
      assignee,
      crew,
      commitments: commitments === null ? promisedAt(site) : texts.read(commitments),
      grade,
    }
  }
  yield* pagesOf(range, async ({ sites, at, id, to }) => {
    const rows = await db
      .selectFrom('follow_ups as voice')
      .innerJoin('tickets as ticket', 'ticket.id', 'voice.ticket')
      .select(['voice.id', 'voice.site', 'voice.grade', 'voice.answered_at as at'])
      .select([
        'ticket.category',
        'ticket.assignee',
        'ticket.opened_at',
        texts.column('ticket.commitments').as('commitments'),
      ])
      .$narrowType<{ at: number; grade: number }>()
      .where((voice) =>
        voice(voice.refTuple('voice.answered_at', 'voice.id'), '>', voice.tuple(at as number | null, id)),
      )
      .where('voice.answered_at', '<', to)
      .where('voice.grade', 'is not', null)
      // By the index of times, as with tickets: that of sites would read and sort every follow-up for every page.
      .where(sql`+voice.site`, 'in', sites)
      .orderBy('voice.answered_at')
      .orderBy('voice.id')
      .limit(PAGE_ROWS)
      .execute()
    return rows.map((row) => voiceOf(row, row.grade))
  })
  yield* pagesOf(range, async ({ sites, at, id, to }) => {
    const rows = await db
      .selectFrom('survey_answers as voice')
      .leftJoin('tickets as ticket', 'ticket.id', 'voice.ticket')
      .select(['voice.id', 'voice.site', 'voice.grades', 'voice.at'])
      .select([
        'ticket.category',
        'ticket.assignee',
        'ticket.opened_at',
        texts.column('ticket.commitments').as('commitments'),
      ])
      .where((voice) => voice(voice.refTuple('voice.at', 'voice.id'), '>', voice.tuple(at, id)))
      .where('voice.at', '<', to)
      .where('voice.site', 'in', sites)
      .where('voice.grades', '!=', '[]')
      .orderBy('voice.at')
      .orderBy('voice.id')
      .limit(PAGE_ROWS)
      .execute()
    return rows.map((row) => voiceOf(row, mean(JSON.parse(row.grades) as number[])))
  })
}

interface VoiceRow {
  id: string
  at: number
  site: string
  category: string | null
  assignee: string | null
  opened_at: number | null
  commitments: number | string | null
}

const mean = (grades: readonly number[]) => grades.reduce((sum, grade) => sum + grade, 0) / grades.length

type After = Pick<ServiceRange, 'sites' | 'to'> & { at: number; id: string }

/** Reads span by span, each in pages, and gives the others their turn after every one. */
async function* pagesOf<T extends { at: number; id: string }>(
  range: ServiceRange,
  read: (after: After) => Promise<T[]>,
) {
  for (let start = range.from; start < range.to; start += SPAN_MS) {
    const to = Math.min(range.to, start + SPAN_MS)
    let place: { at: number; id: string } | undefined = { at: start, id: '' }
    while (place !== undefined) {
      const page: T[] = await read({ sites: range.sites, to, at: place.at, id: place.id })
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
