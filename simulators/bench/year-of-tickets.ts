import BetterSqlite3 from 'better-sqlite3'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ulid } from 'ulid'
import { manualClock } from '../../rules/clock.ts'
import { addSites } from './people.ts'
import { type Ask } from './service.ts'
import { startInside } from './inside.ts'

/** A year of a property company: what a data file has after it. */
export interface YearOfTickets {
  tickets: number
  historyRows: number
  grades: number
}

export interface YearOptions {
  tickets: number
  /** When the year ends. */
  until: number
  log: (line: string) => void
}

export const SITES = 10
const CATEGORIES = ['water_leak', 'elevator', 'power', 'other'] as const
export const DEVICES = 2_000
export const PEOPLE = 40
const YEAR_MS = 365 * 24 * 3_600_000
const MINUTE_MS = 60_000
const LOGGED_EVERY = 20_000
/** Of each ticket one in so many is asked about afterwards. */
const GRADED_EVERY = 3
/** Times in UTC milliseconds, wherever they stand in a text. */
const TIMES = /\b1\d{12}\b/g

export const deviceOf = (index: number) => `bench-device-${index % DEVICES}`
export const personOf = (index: number) => `bench-person-${index % PEOPLE}`

type Row = Record<string, string | number | null>
type Step = [action: string, body?: object]
interface Template {
  ticket: Row
  clocks: Row[]
  history: Row[]
}

/**
 * Some tickets go their ways through the service on a clock that is moved; the data file gets copies of their rows,
 * with ids, times, devices and people of their own, until it has as many as were asked for.
 */
export async function seedYear(dataDir: string, options: YearOptions): Promise<YearOfTickets> {
  const { tickets, until, log } = options
  await mkdir(dataDir, { recursive: true })
  const openedAt = until - YEAR_MS - 24 * 3_600_000
  await walkTemplates(dataDir, openedAt)
  log(`a year of ${tickets} tickets`)
  const db = new BetterSqlite3(join(dataDir, 'shifen.db'))
  try {
    db.pragma('synchronous = OFF')
    return copyTemplates(db, options)
  } finally {
    db.close()
  }
}

/** Which of them each ticket is like, by its place: most are on time; the rework ticket (6) stays one of a kind. */
const USUAL = '01121201120121301121201512012110112012131112012470112012110112812130112012110112012141112012117011201215'

/** On time and late, held, cancelled, reworked, a complaint, one that is still open. */
async function walkTemplates(dataDir: string, openedAt: number): Promise<void> {
  const clock = manualClock(openedAt)
  const inside = await startInside(dataDir, clock)
  try {
    const ask: Ask = (method, path, body) => inside.api(method, path, body)
    const sites = await addSites(ask, SITES)
    const go = async (id: string, minutes: number, steps: readonly Step[]) => {
      for (const [action, body] of steps) {
        clock.advance(minutes * MINUTE_MS)
        const noun = action === 'settle' ? 'complaints' : 'tickets'
        await ask('POST', `${noun}/${id}/${action}`, body ?? {})
      }
    }
    const open = async (more: object) => {
      const usual = {
        site: sites[0],
        category: 'water_leak',
        title: '水管漏水',
        location: '1 号楼 101',
        priority: 'high',
      }
      return ((await ask('POST', 'tickets', { ...usual, ...more })) as { id: string }).id
    }
    const there: Step[] = [['contact'], ['assign', { assignee: 'bench' }], ['accept'], ['depart'], ['arrive']]
    const held: Step[] = [['first-handling'], ['hold', { note: '等待配件' }], ['resume']]
    const done: Step[] = [['complete'], ['sign-off', { signature: '业主' }], ['close']]
    const settled: Step = ['settle', { answer: '已致歉', cause: '排班疏漏', prevention: '两人值守' }]
    const given: Step = ['assign', { assignee: 'bench' }]
    const ways: [object, number, readonly Step[]][] = [
      [{ priority: 'critical' }, 0.5, [...there, ...held, ...done]],
      [{}, 0.6, [...there, ...held, ...done]],
      [{ category: 'elevator' }, 1, [...there, ...held, ...done]],
      [{ priority: 'medium' }, 4, [...there, ...held, ...done]],
      [{ kind: 'complaint' }, 1, [...there.slice(0, 3), settled, ...done.slice(1)]],
      [{ category: 'power' }, 1, [...there, ...held, ...done, ['rework', { note: '又漏' }]]],
      [{}, 2, [given, ['cancel', { note: '误报' }]]],
      [{ kind: 'request' }, 1, [...there, ...held]],
    ]
    for (const [more, minutes, steps] of ways) {
      await go(await open(more), minutes, steps)
    }
    clock.advance(YEAR_MS / 100)
    await inside.tick()
  } finally {
    await inside.stop()
  }
}

function copyTemplates(db: BetterSqlite3.Database, { tickets, until, log }: YearOptions): YearOfTickets {
  const rows = <T = Row>(table: string, where = '', ...values: unknown[]) =>
    db.prepare<unknown[], T>(`select * from ${table} ${where}`).all(...values)
  const templates = rows('tickets', 'order by opened_at').map((ticket): Template => ({
    ticket,
    clocks: rows('clocks', 'where ticket = ?', ticket.id),
    history: rows('ticket_history', 'where ticket = ? order by id', ticket.id),
  }))
  const sites = rows<{ id: string }>('sites', "where id <> 'default'").map(({ id }) => id)
  const writers = new Map<string, BetterSqlite3.Statement<unknown[]>>()
  const write = (table: string, row: Row) => {
    const names = Object.keys(row).map((name) => `"${name}"`)
    const text = `insert into ${table} (${names.join()}) values (${names.map(() => '?').join()})`
    const known = writers.get(table) ?? db.prepare<unknown[]>(text)
    writers.set(table, known)
    known.run(...Object.values(row))
  }
  const found = { tickets: templates.length, historyRows: rows('ticket_history').length, grades: 0 }
  const missing = tickets - found.tickets

  const copy = (index: number) => {
    const { ticket, clocks, history } = templates[Number(USUAL[index % USUAL.length])]!
    const openedAt = Math.round(until - YEAR_MS + (YEAR_MS * index) / missing)
    const shiftMs = openedAt - Number(ticket.opened_at)
    const id = ulid(openedAt)
    const moved = (row: Row): Row =>
      Object.fromEntries(Object.entries(row).map(([column, value]) => [column, later(column, value, shiftMs)]))
    const own = {
      ...{ id, number: `bench-${String(index).padStart(6, '0')}`, site: sites[index % sites.length]! },
      ...{ device: deviceOf(index), category: CATEGORIES[(index * 7) % CATEGORIES.length]! },
      ...{ assignee: ticket.assignee === null ? null : personOf(index), location: `${index % 500} 室` },
      ...{ rework_of: null, follows: null },
    }
    write('tickets', { ...moved(ticket), ...own })
    for (const clock of clocks) write('clocks', { ...moved(clock), ticket: id })
    for (const { id: _, ...line } of history) write('ticket_history', { ...moved(line), ticket: id })
    found.tickets++
    found.historyRows += history.length
    if (index % GRADED_EVERY === 0) {
      write('follow_ups', gradeOf(id, own.site, openedAt, index))
      found.grades++
    }
  }

  for (let start = 0; start < missing; start += LOGGED_EVERY) {
    const end = Math.min(missing, start + LOGGED_EVERY)
    db.transaction(() => {
      for (let index = start; index < end; index++) copy(index)
    })()
    log(`${found.tickets} tickets, ${found.historyRows} rows of history`)
  }
  return found
}

function later(column: string, value: string | number | null, shiftMs: number): string | number | null {
  if (typeof value === 'number') return value > 1e12 ? value + shiftMs : value
  // A hash may hold digits that look like a time.
  if (value === null || column === 'promise') return value
  return value.replace(TIMES, (time) => String(Number(time) + shiftMs))
}

function gradeOf(ticket: string, site: string, openedAt: number, index: number): Row {
  const at = openedAt + 26 * 60 * MINUTE_MS
  const grade = 5 - (index % 17 === 0 ? 3 : index % 2)
  const answer = { at, by: 'bench', way: 'telephone', grade, reason: '', faults: [] }
  const none = { rework: null, complaint: null, apology: null }
  return {
    ...{
      id: ulid(at),
      site,
      ticket,
      rule: '{"due":{"afterMs":86400000},"ways":["telephone"],"quote":""}',
      state: 'done',
    },
    ...{ completed_at: openedAt + 2 * 60 * MINUTE_MS, due_at: at, rainy_day: null, attempts: '[]' },
    ...{ answer: JSON.stringify({ ...answer, ...none }), grade, answered_at: at },
  }
}
