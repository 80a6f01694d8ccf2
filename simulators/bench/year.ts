import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { summarise, type Summary } from './histogram.ts'
import { residentMemoryMB } from './process.ts'
import { type Service, startService } from './service.ts'
import { deviceOf, personOf, seedYear, type YearOfTickets } from './year-of-tickets.ts'

/** What is asked of a data file with a year of tickets, over HTTP, one question at a time. */
export interface Year {
  seeded: YearOfTickets
  /** Lists with each filter, and one ticket. */
  questions: { name: string; times: Summary }[]
  report: {
    tickets: number
    times: Summary
    /** Of a question beside it whether the service is well: how long it kept others waiting. */
    beside: Summary
  }
  /** Null where this service has no such export, and where the platform cannot tell. */
  export: { lines: number; seconds: number; grownMB: number | null } | null
}

export interface YearOptions {
  tickets: number
  /** Of each question so many. */
  times: number
  log: (line: string) => void
  signal?: AbortSignal
}

const WARM_UP = 3
const SETTLE_MS = 3_000
const WATCHED_EVERY_MS = 50

/** In a service of its own. @throws Error when an answer is a refusal. */
export async function measureYear(folder: string, options: YearOptions): Promise<Year> {
  const { tickets, times, log, signal } = options
  const until = Date.now()
  const seeded = await seedYear(join(folder, 'service', 'data'), { tickets, until, log })
  const service = await startService(folder)
  try {
    await sleep(SETTLE_MS)
    log('lists, tickets and reports of it')
    const ask = asker(service, signal)
    const questions = []
    for (const [name, paths] of await questionsOf(ask)) {
      questions.push({ name, times: await timed(ask, paths, times) })
    }
    const month = new Date(until - 45 * 24 * 3_600_000).toISOString().slice(0, 7)
    const path = `reports/service?month=${month}&groupBy=person`
    const report = (await (await ask(path)).json()) as { opened: number }
    const reports = await timed(ask, [path], times)
    const beside = await whileAsked(ask, path, times)
    const exported = await measureExport(service, ask, until)
    return { seeded, questions, report: { tickets: report.opened, times: reports, beside }, export: exported }
  } finally {
    await service.stop()
  }
}

type AskFor = (path: string) => Promise<Response>

/** Below `/api/v1/`, or from the root. */
function asker(service: Service, signal?: AbortSignal): AskFor {
  const headers = { authorization: `Bearer ${service.token}` }
  return (path) => fetch(new URL(path, `${service.http}/api/v1/`), { headers, ...(signal ? { signal } : {}) })
}

interface Listed {
  items: { id: string }[]
  next: string | null
}

async function questionsOf(ask: AskFor): Promise<[name: string, paths: string[]][]> {
  const many = (path: (index: number) => string) => Array.from({ length: 50 }, (_, index) => path(index))
  const first = (await (await ask('tickets?limit=500')).json()) as Listed
  const deep = 'tickets?cursor=01' + first.items[0]!.id.slice(2, 6)
  return [
    ['tickets, first page', ['tickets']],
    ['tickets, a page of long ago', many((index) => `${deep.slice(0, -1)}${'0123456789'[index % 10]}`)],
    ['by state: open', ['tickets?state=pending_dispatch,assigned,accepted,en_route,on_site,on_hold']],
    ['by state: ended', ['tickets?state=completed,signed_off,closed']],
    ['by site', many((index) => `tickets?site=${siteOf(index)}`)],
    ['by category', ['tickets?category=elevator', 'tickets?category=power', 'tickets?category=nothing']],
    ['by device', many((index) => `tickets?device=${deviceOf(index * 37)}`)],
    ['by person', many((index) => `tickets?assignee=${personOf(index)}`)],
    ['by kind', ['tickets?kind=complaint', 'tickets?kind=request', 'tickets?kind=special_event']],
    [
      'site, category and state',
      many((index) => `tickets?site=bench-site-0004&category=power&state=${STATES[index % 3]}`),
    ],
    ['site and a rare state', many((index) => `tickets?site=${siteOf(index)}&state=${RARE_STATES[index % 3]}`)],
    ['site and person', many((index) => `tickets?site=${siteOf(index)}&assignee=${personOf(index * 7)}`)],
    ['one ticket with its history', first.items.slice(0, 200).map(({ id }) => `tickets/${id}`)],
  ]
}
const STATES = ['closed', 'cancelled', 'on_site']
const RARE_STATES = ['on_hold', 'pending_dispatch', 'accepted']
const siteOf = (index: number) => `bench-site-${String((index % 10) + 1).padStart(4, '0')}`

async function timed(ask: AskFor, paths: readonly string[], times: number): Promise<Summary> {
  const tookMs: number[] = []
  for (let index = -WARM_UP; index < times; index++) {
    const startedAt = performance.now()
    await answered(ask, paths[Math.max(0, index) % paths.length]!)
    if (index >= 0) tookMs.push(performance.now() - startedAt)
  }
  return summarise(tookMs)
}

async function answered(ask: AskFor, path: string): Promise<void> {
  const answer = await ask(path)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${text}`)
}

/** Small questions, one after the other, while reports are made. */
async function whileAsked(ask: AskFor, path: string, times: number): Promise<Summary> {
  let making = true
  const reports = (async () => {
    for (let index = 0; index < times; index++) await answered(ask, path)
  })().finally(() => (making = false))
  const tookMs: number[] = []
  while (making) {
    const startedAt = performance.now()
    await answered(ask, '/healthz')
    tookMs.push(performance.now() - startedAt)
    await sleep(1)
  }
  await reports
  return summarise(tookMs)
}

/** Reads a year's export as it comes and watches what it costs the service. */
async function measureExport(service: Service, ask: AskFor, until: number): Promise<Year['export']> {
  const span = new URLSearchParams({
    from: new Date(until - 365 * 24 * 3_600_000).toISOString(),
    to: new Date(until).toISOString(),
    format: 'ndjson',
  })
  const before = await residentMemoryMB(service.pid)
  const startedAt = performance.now()
  const answer = await ask(`tickets/export?${span.toString()}`)
  if (answer.status === 404) {
    await answer.body?.cancel()
    return null
  }
  if (!answer.ok || answer.body === null) throw new Error(`the export was answered ${answer.status}`)
  let [lines, most, watchedAt] = [0, before ?? 0, 0]
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    for (const byte of chunk) if (byte === 10) lines++
    if (performance.now() < watchedAt + WATCHED_EVERY_MS) continue
    watchedAt = performance.now()
    most = Math.max(most, (await residentMemoryMB(service.pid)) ?? 0)
  }
  const seconds = (performance.now() - startedAt) / 1_000
  return { lines, seconds, grownMB: before === null ? null : most - before }
}
