import BetterSqlite3 from 'better-sqlite3'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Credentials } from '../../simulators/bench/packets.ts'
import { NumberedDevice } from '../support/numbered-device.ts'
import { ADMIN_TOKEN, beginService, startService, temporaryFolder, type ServiceProcess } from '../support/process.ts'
import { startShiftedService } from '../support/shifted-service.ts'
import { eventually } from '../support/eventually.ts'

/** `CRASH_ROUNDS=200 npx vitest run test/crash/crash.test.ts` for a longer run. */
const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 10)
const ROUND_WITHIN_MS = 15_000

const METERS = 4
const LEAKS_A_ROUND = 3
const LEAK = '{"event":"water.leak","active":true}'
/** A window below the 256 numbers that a device's re-sends are recognised among. */
const WINDOW = 40

let folder: ReturnType<typeof temporaryFolder>
let running: ServiceProcess | null = null

beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(async () => {
  await running?.kill()
  running = null
  folder.remove()
})

const dataDir = () => join(folder.path, 'data')

function rows<T>(sql: string, ...values: unknown[]): T[] {
  const db = new BetterSqlite3(join(dataDir(), 'shifen.db'), { readonly: true })
  try {
    return db.prepare(sql).all(...values) as T[]
  } finally {
    db.close()
  }
}

async function provision(service: ServiceProcess, kind: string, id: string): Promise<Credentials> {
  const device = { id, site: 'default', kind, location: `room of ${id}` }
  return (await service.api<{ mqtt: Credentials }>('POST', '/devices', device)).mqtt
}

interface TicketRow {
  id: string
  number: string
  device: string
  opened_at: number
  raised_at: number
  dues: string
}

/** Every ticket with what must never change about it. */
const ticketRows = () =>
  rows<TicketRow>(`
    select tickets.id, number, tickets.device, opened_at, alarms.raised_at,
      (select group_concat(milestone || '+' || (due_at - opened_at), ' ') from
        (select * from clocks where ticket = tickets.id order by milestone)) as dues
    from tickets join ticket_alarms on ticket_alarms.ticket = tickets.id join alarms on alarms.id = ticket_alarms.alarm
    order by tickets.id`)

/** A power meter whose every message carries the next number, as `seq` and as its value. */
interface Meter {
  id: string
  device: NumberedDevice
  sent: number
}

function expectStored(meters: readonly Meter[]): void {
  const doubled = rows('select device_key, seq, count(*) from readings where seq > 0 group by 1, 2 having count(*) > 1')
  expect(doubled).toEqual([])
  for (const { id, device } of meters) {
    const stored = new Set(
      rows<{ seq: number; body: string }>(
        'select seq, body from readings join devices on devices.key = device_key where devices.id = ?',
        id,
      ).map(
        ({ seq, body }) => `${seq} ${(JSON.parse(body) as { v: Record<string, number> }).v['energy.active.import']}`,
      ),
    )
    const acknowledged = device.acknowledged.map(({ payload }) => (JSON.parse(payload) as { seq: number }).seq)
    const lost = acknowledged.filter((seq) => !stored.has(`${seq} ${seq}`))
    expect({ id, lost }).toEqual({ id, lost: [] })
  }
}

/** Answers the tickets; those of `before` must be among them as they were. */
function expectTickets(acknowledged: ReadonlySet<string>, before: readonly TicketRow[]): TicketRow[] {
  const tickets = ticketRows()
  const devices = tickets.map(({ device }) => device)
  expect(devices).toHaveLength(new Set(devices).size)
  expect([...acknowledged].filter((device) => !devices.includes(device))).toEqual([])
  expect(tickets.slice(0, before.length)).toEqual(before)
  for (const { opened_at, raised_at, dues } of tickets) {
    expect(dues).toBe('accept+180000 arrive+600000 complete+172800000')
    expect(opened_at).toBe(raised_at)
  }
  const open = rows('select device, rule from alarms where ended_at is null group by 1, 2 having count(*) > 1')
  expect(open).toEqual([])
  return tickets
}

describe('killed at random moments under load', () => {
  it(
    `loses nothing that it acknowledged and doubles nothing, in ${ROUNDS} rounds`,
    { timeout: ROUNDS * ROUND_WITHIN_MS + 30_000 },
    async () => {
      let service = await startService(dataDir())
      running = service
      const meters: Meter[] = []
      for (let index = 1; index <= METERS; index += 1) {
        const login = await provision(service, 'power_meter', `meter-${index}`)
        meters.push({ id: `meter-${index}`, device: new NumberedDevice(login, WINDOW), sent: 0 })
      }
      const leakLogins: Credentials[] = []
      for (let index = 1; index <= ROUNDS * LEAKS_A_ROUND; index += 1) {
        leakLogins.push(await provision(service, 'water_leak', `leak-${index}`))
      }

      const leaks: { id: string; device: NumberedDevice }[] = []
      const acknowledgedLeaks = () =>
        new Set(leaks.filter(({ device }) => device.acknowledged.length > 0).map(({ id }) => id))
      let tickets: TicketRow[] = []
      const assigned = new Set<string>()
      let killedWhileStarting = 0
      let cutOff = 0

      for (let round = 0; round < ROUNDS; round += 1) {
        for (const meter of meters) {
          await meter.device.connect(service.mqtt)
          meter.device.publishFrom(() => {
            meter.sent += 1
            const values = { 'energy.active.import': meter.sent }
            return { channel: 'telemetry', payload: JSON.stringify({ seq: meter.sent, values }) }
          })
        }
        const fresh = leakLogins.slice(round * LEAKS_A_ROUND, (round + 1) * LEAKS_A_ROUND).map((login) => ({
          id: login.clientId,
          device: new NumberedDevice(login, 5),
        }))
        leaks.push(...fresh)
        const leaking = fresh.map(async ({ device }) => {
          await sleep(Math.random() * 400)
          await device.connect(service.mqtt)
          device.publish(...Array.from({ length: 5 }, () => ({ channel: 'event' as const, payload: LEAK })))
        })
        const commanding = tickets.slice(-LEAKS_A_ROUND).map(async ({ id }) => {
          await sleep(Math.random() * 400)
          if (await assign(service, id)) assigned.add(id)
        })
        const busy = Promise.allSettled([...leaking, ...commanding])

        await sleep(20 + Math.random() * 500)
        await service.kill()
        if ((await busy).some(({ status }) => status === 'rejected')) cutOff += 1
        for (const { device } of [...meters, ...leaks]) device.close()
        for (const { device } of meters) device.publishFrom(() => null)

        expectStored(meters)
        tickets = expectTickets(acknowledgedLeaks(), tickets)
        expectAssigned(assigned)

        if (Math.random() < 0.4) {
          const starting = beginService(dataDir())
          await sleep(200 + Math.random() * 500)
          starting.signal('SIGKILL')
          await starting.ended
          killedWhileStarting += 1
          tickets = expectTickets(acknowledgedLeaks(), tickets)
        }
        service = await startService(dataDir())
        running = service
        tickets = expectTickets(acknowledgedLeaks(), tickets)
        // What the kill cut off is said again, as devices and people do.
        for (const { device } of fresh) {
          await device.connect(service.mqtt)
          if (device.acknowledged.length === 0) device.publish({ channel: 'event', payload: LEAK })
          await device.settled()
          device.close()
        }
        for (const { id } of tickets) if (!assigned.has(id) && (await assign(service, id))) assigned.add(id)
        tickets = expectTickets(acknowledgedLeaks(), tickets)
        expect(acknowledgedLeaks().size).toBe((round + 1) * LEAKS_A_ROUND)
      }

      for (const { device } of meters) {
        await device.connect(service.mqtt)
        await device.settled()
        device.close()
      }
      expect((await service.stop()).code).toBe(0)
      running = null
      expectStored(meters)
      expectTickets(acknowledgedLeaks(), tickets)
      expectAssigned(assigned)
      // Everything that was ever sent is there, each number once: acknowledged, or sent again until it was.
      const counts = rows<{ id: string; stored: number }>(
        `select devices.id, count(*) as stored from readings join devices on devices.key = device_key
         where kind = 'power_meter' group by 1 order by 1`,
      )
      expect(counts).toEqual(meters.map(({ id, sent }) => ({ id, stored: sent })))
      expect(ticketRows()).toHaveLength(ROUNDS * LEAKS_A_ROUND)
      const total = meters.reduce((sum, { device }) => sum + device.acknowledged.length, 0)
      expect(total).toBeGreaterThan(ROUNDS * 100)
      console.log(
        `${ROUNDS} kills (${cutOff} cut leaks or commands off, ${killedWhileStarting} more while starting): ` +
          `${total} acknowledged messages and ${tickets.length} tickets, none lost, none doubled`,
      )
    },
  )
})

/** The same key each time: however often it is asked for, it is done once. `false`: no answer. */
async function assign(service: ServiceProcess, ticket: string): Promise<boolean> {
  const response = await fetch(`${service.http}/api/v1/tickets/${ticket}/assign`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      'content-type': 'application/json',
      'idempotency-key': `assign-${ticket}`,
    },
    body: '{"assignee":"王师傅"}',
  }).catch(() => null)
  if (response !== null) expect(response.status).toBe(200)
  return response !== null
}

function expectAssigned(assigned: ReadonlySet<string>): void {
  const done = rows<{ ticket: string; times: number }>(
    `select ticket, count(*) as times from ticket_history where action = 'assign' group by 1`,
  )
  expect(done.filter(({ times }) => times !== 1)).toEqual([])
  const tickets = new Set(done.map(({ ticket }) => ticket))
  expect([...assigned].filter((ticket) => !tickets.has(ticket))).toEqual([])
}

describe('killed at minute five and started at minute twelve', () => {
  const MINUTE_MS = 60_000
  const breaches = (milestone: string) =>
    rows<{ at: number }>(`select at from ticket_history where action = 'breach' and note = ?`, milestone)
  const arrival = () =>
    rows<{ state: string; due_at: number; breached_at: number | null }>(
      `select state, due_at, breached_at from clocks where milestone = 'arrive'`,
    )
  const notices = () => rows(`select id from outbox where kind = 'clock.breached' and body like '%"arrive"%'`)

  it('breaches the arrival clock exactly once, at the millisecond after it was due', { timeout: 60_000 }, async () => {
    running = await startShiftedService(dataDir(), 0)
    const login = await provision(running, 'water_leak', 'leak-1')
    const device = new NumberedDevice(login, 1)
    await device.connect(running.mqtt)
    device.publish({ channel: 'event', payload: LEAK })
    await device.settled()
    await running.kill()
    device.close()
    const [opened] = ticketRows()
    const dueAt = opened!.opened_at + 10 * MINUTE_MS
    expect(arrival()).toEqual([{ state: 'running', due_at: dueAt, breached_at: null }])

    running = await startShiftedService(dataDir(), 5 * MINUTE_MS)
    expect(await running.api('GET', `/tickets/${opened!.id}`)).toMatchObject({ state: 'pending_dispatch' })
    await running.kill()
    expect(arrival()).toEqual([{ state: 'running', due_at: dueAt, breached_at: null }])
    expect([breaches('accept').length, breaches('arrive').length]).toEqual([1, 0])

    for (let start = 1; start <= 3; start += 1) {
      running = await startShiftedService(dataDir(), 12 * MINUTE_MS)
      const { http } = running
      await eventually(async () => {
        const metrics = await (await fetch(`${http}/metrics`)).text()
        expect(metrics).toMatch(/shifen_tickets_open 1/)
      })
      // Longer than a tick of one second.
      await sleep(1_200)
      await running.kill()
      expect(arrival()).toEqual([{ state: 'breached', due_at: dueAt, breached_at: dueAt + 1 }])
      expect(breaches('arrive')).toEqual([{ at: dueAt + 1 }])
      expect(notices()).toHaveLength(1)
    }
    expect(ticketRows()).toEqual([opened])
    running = null
  })
})
