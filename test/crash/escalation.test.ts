import BetterSqlite3 from 'better-sqlite3'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Credentials } from '../../simulators/bench/packets.ts'
import { seededRandom } from '../../simulators/random.ts'
import { NumberedDevice } from '../support/numbered-device.ts'
import { startService, temporaryFolder, type ServiceProcess } from '../support/process.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'

const ROUNDS = 8
/** In the first rounds so many leaks begin; fewer in all than make a flood. */
const LEAKING_ROUNDS = 4
const LEAKS_A_ROUND = 2
const AFTER_MS = [0, 200, 450, 800, 1_300, 1_900, 2_600, 3_400, 4_300, 5_300, 6_400, 7_600]
/** This step's role is nobody's, and there is no fallback. */
const NOBODYS = 5
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

let folder: ReturnType<typeof temporaryFolder>
let receiver: Receiver
let running: ServiceProcess | null = null

beforeEach(async () => {
  folder = temporaryFolder()
  receiver = await startReceiver()
})
afterEach(async () => {
  await running?.kill()
  running = null
  await receiver.close()
  folder.remove()
})

const dataDir = () => join(folder.path, 'data')
const start = async () => (running = await startService(dataDir(), { env: { SHIFEN_OUTGOING_ALLOW: '127.0.0.1' } }))

function rows<T>(sql: string): T[] {
  const db = new BetterSqlite3(join(dataDir(), 'shifen.db'), { readonly: true })
  try {
    return db.prepare(sql).all() as T[]
  } finally {
    db.close()
  }
}

interface StepRow {
  id: string
  ticket: string
  opened_at: number
  position: number
  repetition: number
  due_at: number
  state: string
  settled_at: number | null
  called: string
}

/** The rungs of every leak's ladder. */
const stepRows = () =>
  rows<StepRow>(`
    select ladder_steps.id, ticket, opened_at, position, repetition, due_at, ladder_steps.state, settled_at, called
    from ladder_steps join tickets on tickets.id = ticket where device like 'leak-%' order by opened_at, ticket, position`)

interface NoticeRow {
  id: string
  channel: string
  recipient: string | null
  kind: string
  ticket: string
  step: string | null
  state: string
}

const noticeRows = () =>
  rows<NoticeRow>(`select id, channel, recipient, kind, ticket, step, state from outbox where channel <> 'log'`)

const caller = (position: number) => `caller-${position}`

function whomOf(position: number) {
  if (position === 0) return { onDuty: 'assigned' }
  return position === NOBODYS ? { role: 'nobody_has_it' } : { responder: caller(position) }
}

/** One person a step, the first on duty; people are reached through a gateway, what is broadcast goes to a webhook. */
async function setUp(service: ServiceProcess): Promise<void> {
  const api = (path: string, body: object) => service.api('POST', path, body)
  const channel = (id: string, kind: string, rest: object) =>
    api('/channels', { id, name: id, kind, ...rest, options: { url: `${receiver.url}/${id}` } })
  await channel('sms', 'http_sms', { secrets: {} })
  await channel('hook', 'webhook', { broadcasts: ['ticket.opened', 'escalation.nobody'], secrets: { secret: SECRET } })
  for (const [position] of AFTER_MS.entries()) {
    const id = caller(position)
    const phone = `138000000${10 + position}`
    await api('/responders', { id, name: id, sites: ['default'], skills: ['water', 'general'], phone })
  }
  const turns = [{ crews: [], responders: [caller(0)] }]
  const always = { startsOn: '2026-01-01', turnDays: 1, turns, shift: { from: '00:00', to: '00:00' } }
  const rotations = [{ id: 'r', name: 'R', ...always }]
  await api('/rosters', { id: 'all', name: 'All', sites: ['default'], rotations })
  const steps = AFTER_MS.map((afterMs, position) => ({
    ...{ name: { zh: `第${position}步`, en: `Step ${position}` }, afterMs, unless: 'accept' },
    whom: [whomOf(position)],
  }))
  const covers = { priorities: ['critical'] }
  const name = { zh: '快', en: 'Fast' }
  await api('/escalations', { id: 'fast', name, sites: null, covers, rank: 1, steps, fallback: [] })
}

/** What was there stays as it was: no due time moves, and what is settled is settled for good. */
function expectKept(before: readonly StepRow[]): StepRow[] {
  const after = stepRows()
  const now = new Map(after.map((step) => [step.id, step]))
  for (const step of before) {
    const { due_at, position, ticket } = step
    expect(now.get(step.id)).toMatchObject(step.state === 'waiting' ? { due_at, position, ticket } : step)
  }
  const places = after.map(({ ticket, position, repetition }) => `${ticket} ${position} ${repetition}`)
  expect(places).toHaveLength(new Set(places).size)
  for (const { due_at, opened_at, position } of after) expect(due_at - opened_at).toBe(AFTER_MS[position])
  return after
}

it(
  `killed in the middle of escalations, ${ROUNDS} times: no step is lost, none doubled, and each notice arrives`,
  { timeout: 120_000 },
  async () => {
    const random = seededRandom('kill -9').next
    let onArrival: () => void = () => undefined
    let kept: StepRow[] = []
    const first = new Set<string>()
    receiver.answer = async ({ id }, response) => {
      onArrival()
      await sleep(random() * 60)
      // Every seventh notice fails at first.
      const status = !first.has(id) && first.add(id).size % 7 === 0 ? 503 : 200
      response.writeHead(status).end()
    }
    let service = await start()
    await setUp(service)
    const logins: Credentials[] = []
    for (let index = 1; index <= LEAKING_ROUNDS * LEAKS_A_ROUND; index += 1) {
      const device = { id: `leak-${index}`, site: 'default', kind: 'water_leak' }
      logins.push((await service.api<{ mqtt: Credentials }>('POST', '/devices', device)).mqtt)
    }
    const devices: NumberedDevice[] = []
    let inTheAir = 0

    for (let round = 0; round < ROUNDS; round += 1) {
      const fresh = logins.slice(round * LEAKS_A_ROUND, (round + 1) * LEAKS_A_ROUND)
      const begun = fresh.map((login) => new NumberedDevice(login, 1))
      devices.push(...begun)
      for (const device of begun) device.publish({ channel: 'event', payload: '{"event":"water.leak","active":true}' })
      const connecting = devices.map((device) => device.connect(service.mqtt).catch(() => undefined))
      await sleep(50 + random() * 1_200)
      if (round % 2 === 1) {
        // While a notice is in the air: it came, and the process that sent it never knows.
        const arrived = new Promise<void>((resolve) => (onArrival = resolve))
        await Promise.race([arrived.then(() => (inTheAir += 1)), sleep(2_000)])
      }
      await service.kill()
      await Promise.all(connecting)
      for (const device of devices) device.close()
      kept = expectKept(kept)
      service = await start()
      kept = expectKept(kept)
    }

    for (const device of devices) {
      await device.connect(service.mqtt)
      await device.settled()
      device.close()
    }
    const isDone = () => {
      expect(stepRows()).toHaveLength(logins.length * AFTER_MS.length)
      expect(stepRows().filter(({ state }) => state === 'waiting')).toEqual([])
      expect(noticeRows().filter(({ state }) => state === 'queued')).toEqual([])
    }
    await vi.waitFor(isDone, { timeout: 25_000, interval: 100 })
    expect((await service.stop()).code).toBe(0)
    running = null

    const steps = expectKept(kept)
    const tickets = rows<{ id: string; device: string }>(`select id, device from tickets where device like 'leak-%'`)
    expect(tickets.map(({ device }) => device).sort()).toEqual(logins.map(({ clientId }) => clientId).sort())
    const notices = noticeRows()
    const of = (step: StepRow) => notices.filter((notice) => notice.step === step.id)
    for (const { id: ticket } of tickets) {
      const ladder = steps.filter((step) => step.ticket === ticket)
      const settled = ladder.map(({ position, repetition, state, called }) => [position, repetition, state, called])
      expect(settled).toEqual(
        AFTER_MS.map((_, position) =>
          position === NOBODYS ? [position, 0, 'nobody', '[]'] : [position, 0, 'fired', `["${caller(position)}"]`],
        ),
      )
      // Who is on duty is called when the job is given to him; his step finds him called.
      const given = notices.filter((notice) => notice.ticket === ticket && notice.recipient === caller(0))
      expect(given).toMatchObject([{ channel: 'sms', kind: 'ticket.call', state: 'sent' }])
      for (const step of ladder.slice(1)) {
        const { position } = step
        const told =
          position === NOBODYS
            ? { channel: 'hook', kind: 'escalation.nobody', recipient: null }
            : { channel: 'sms', kind: 'ticket.call', recipient: caller(position) }
        expect(of(step)).toMatchObject([{ ...told, ticket, state: 'sent' }])
      }
      const opened = notices.filter((notice) => notice.ticket === ticket && notice.kind === 'ticket.opened')
      expect(opened).toMatchObject([{ channel: 'hook', state: 'sent' }])
      const history = rows<{ note: string }>(
        `select note from ticket_history where ticket = '${ticket}' and action = 'escalate'`,
      )
      expect(new Set(history.map(({ note }) => note)).size).toBe(AFTER_MS.length)
      expect(history).toHaveLength(AFTER_MS.length)
    }
    for (const channel of ['sms', 'hook']) {
      const queued = notices.filter((notice) => notice.channel === channel).map(({ id }) => id)
      expect([...new Set(receiver.idsAt(`/${channel}`))].sort()).toEqual(queued.sort())
    }
    expect(inTheAir).toBeGreaterThan(0)
    expect(receiver.arrivals.length).toBeGreaterThan(notices.length)
    console.log(
      `${ROUNDS} kills, ${inTheAir} with a notice in the air: ${steps.length} steps of ${tickets.length} tickets and ` +
        `${notices.length} notices, none lost, none doubled; ${receiver.arrivals.length} arrivals`,
    )
  },
)
