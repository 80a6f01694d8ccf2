import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { manualClock } from '../../rules/clock.ts'
import type { Summary } from './histogram.ts'
import { startInside } from './inside.ts'
import { BESIDE_CONNECTIONS, loadJob } from './measurements.ts'
import { addPeople, addSites, CALL_PATH, untilCalm } from './people.ts'
import { startReceiver } from './receiver.ts'
import { type Ask, askOf, provision, startService } from './service.ts'
import { startLoad } from './thread.ts'

/** Steps of ladders that all fall due at one instant, worked off while messages come in. */
export interface DueSteps {
  tickets: number
  steps: number
  /** From the due instant until the last step was settled. */
  settledMs: number
  /** Calls to people that they made, and until the receiver had read the last. */
  calls: number
  toldMs: number
  messagesPerSecond: number
  /** From the write of a message to its PUBACK, before the instant and from it until the last step was settled. */
  before: Summary
  during: Summary
}

export interface DueStepsOptions {
  tickets: number
  /** Measured time before the instant. */
  seconds: number
  log: (line: string) => void
  signal?: AbortSignal
}

const TICKETS_OF_SITE = 25
const MESSAGES_PER_SECOND = 1_000
/** For opening the tickets and for starting the service on them. */
const AHEAD_MS = 20_000
const AHEAD_MS_PER_TICKET = 20
const SECOND_JOB_MS = 4_000
const SETTLED_WITHIN_MS = 120_000
const POLL_MS = 100
/** No more call is waited for after so long without one. */
const QUIET_MS = 3_000
const SAMPLED = 20
const AT_ONCE = 8

/** The default ladder, all of it at once: who is on duty, the second with 主管, and the two managers. */
const LADDER = [
  { whom: [{ onDuty: 'assigned' }], unless: 'accept', passesOn: true },
  { whom: [{ role: 'supervisor' }], unless: 'accept' },
  { whom: [{ role: 'engineering_manager' }], unless: 'arrive' },
  { whom: [{ role: 'general_manager' }], unless: 'arrive' },
]

/**
 * The tickets are opened on a clock that stands still, in this process; then a service of its own starts on the data
 * folder, and the instant comes by the real clock.
 *
 * @throws Error when the machine is too slow to be ready before it, or when a step called nobody.
 */
export async function measureDueSteps(folder: string, options: DueStepsOptions): Promise<DueSteps> {
  const { tickets, seconds, log, signal } = options
  const heard = { calls: 0, lastAt: 0 }
  const receiver = await startReceiver(({ path }) => {
    if (path !== CALL_PATH) return
    heard.calls += 1
    heard.lastAt = Date.now()
  })
  try {
    log(`${tickets * LADDER.length} steps due at one instant`)
    const openedAt = Date.now()
    const afterMs = AHEAD_MS + tickets * AHEAD_MS_PER_TICKET + seconds * 1_000
    const dueAt = openedAt + afterMs
    const ids = await openTickets(join(folder, 'service', 'data'), receiver.url, { tickets, openedAt, afterMs })
    const service = await startService(folder, { SHIFEN_OUTGOING_ALLOW: '127.0.0.1' })
    try {
      const meters = await provision(service, 'power_meter', 'bench-meter', BESIDE_CONNECTIONS, signal)
      await untilCalm(tickets / TICKETS_OF_SITE, signal)
      const bench = { service, meters, seconds, log, ...(signal ? { signal } : {}) }
      const job = loadJob(bench, BESIDE_CONNECTIONS, { kind: 'rate', messagesPerSecond: MESSAGES_PER_SECOND })
      const earlier = await startLoad({ ...job, measureMs: seconds * 1_000 }, signal).result
      const warmUpMs = dueAt - SECOND_JOB_MS / 4 - Date.now()
      const load = startLoad({ ...job, warmUpMs }, signal)
      if (warmUpMs > 0) await load.started
      if (Date.now() >= dueAt) throw new Error('this machine is too slow to be ready before the steps are due')
      const ask = askOf(service, signal)
      await untilSettled(ask, ids, dueAt)
      load.stop()
      const later = await load.result
      const settledMs = (await lastSettledAt(ask, ids)) - dueAt
      while (Date.now() < heard.lastAt + QUIET_MS) await sleep(POLL_MS)
      return {
        ...{ tickets, steps: tickets * LADDER.length, settledMs },
        ...{ calls: heard.calls, toldMs: heard.lastAt - dueAt },
        ...{ messagesPerSecond: later.perSecond, before: earlier.latency, during: later.latency },
      }
    } finally {
      await service.stop()
    }
  } finally {
    await receiver.stop()
  }
}

type Opening = { tickets: number; openedAt: number; afterMs: number }

/** Nobody is there yet to be given an emergency, so all wait for the ladder's steps. */
async function openTickets(dataDir: string, receiver: string, { tickets, openedAt, afterMs }: Opening) {
  await mkdir(dataDir, { recursive: true })
  const inside = await startInside(dataDir, manualClock(openedAt))
  try {
    const ask: Ask = (method, path, body) => inside.api(method, path, body)
    const sites = await addSites(ask, Math.ceil(tickets / TICKETS_OF_SITE))
    const name = { zh: '同时到期', en: 'All at once' }
    const steps = LADDER.map((step) => ({ ...step, name, afterMs }))
    const covers = { priorities: ['critical'] }
    await ask('POST', 'escalations', { id: 'bench', name, sites: null, covers, rank: 0, steps, fallback: [] })
    const ids: string[] = []
    for (let index = 0; index < tickets; index++) {
      const site = sites[index % sites.length]
      const ticket = { site, category: 'water', title: `burst pipe ${index + 1}`, priority: 'critical' }
      ids.push(((await ask('POST', 'tickets', ticket)) as { id: string }).id)
    }
    await addPeople(ask, sites, receiver)
    return ids
  } finally {
    await inside.stop()
  }
}

interface SeenStep {
  state: string
  settledAt: string | null
}

const stepsOf = async (ask: Ask, ticket: string) =>
  ((await ask('GET', `tickets/${ticket}/steps`)) as { items: SeenStep[] }).items

/** A few tickets are looked at, so that looking costs the service little. */
async function untilSettled(ask: Ask, ids: readonly string[], dueAt: number): Promise<void> {
  const every = Math.max(1, Math.floor(ids.length / SAMPLED))
  const waiting = new Set(ids.filter((_, index) => index % every === 0 || index === ids.length - 1))
  for (const id of waiting) {
    while ((await stepsOf(ask, id)).some(({ state }) => state === 'waiting')) {
      if (Date.now() > dueAt + SETTLED_WITHIN_MS) throw new Error('the steps were not worked off within 2 min')
      await sleep(POLL_MS)
    }
  }
}

async function lastSettledAt(ask: Ask, ids: readonly string[]): Promise<number> {
  let last = 0
  let next = 0
  const look = async () => {
    for (let id = ids[next++]; id !== undefined; id = ids[next++]) {
      for (const { state, settledAt } of await stepsOf(ask, id)) {
        if (state !== 'fired' || settledAt === null) throw new Error(`a step of ticket ${id} is ${state}, not fired`)
        last = Math.max(last, Date.parse(settledAt))
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, look))
  return last
}
