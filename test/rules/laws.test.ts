import BetterSqlite3 from 'better-sqlite3'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Commitment, Ticket } from '../../rules/model.ts'
import { noticesOf } from '../../rules/storage/outbox.ts'
import { historyOf } from '../../rules/storage/tickets.ts'
import { defaultCommitment } from '../../rules/commitments/default.ts'
import { EngineBench, HOUR, LEAK, LIFT, METER, MINUTE, saying, SECOND, START } from '../support/engine.ts'

/**
 * What always holds, rule by rule, on a real data file. Breaking one makes the test that bears its name fail.
 * Rules 8 and 9 are in laws-silence.test.ts.
 */

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open()))
afterEach(() => bench.close())

const clockOf = (ticket: Ticket, milestone: string) => ticket.clocks.find((clock) => clock.milestone === milestone)
const TABLES = ['readings', 'events', 'alarms', 'tickets', 'clocks', 'ticket_history', 'outbox'] as const

async function counts(): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const table of TABLES) found[table] = await bench.count(table)
  return found
}

const NOTHING = { readings: 0, events: 0, alarms: 0, tickets: 0, clocks: 0, ticket_history: 0, outbox: 0 }
const ONE_LEAK = { readings: 1, events: 1, alarms: 1, tickets: 1, clocks: 3, ticket_history: 1, outbox: 2 }

describe('1. PUBACK means done: one transaction, before the broker acknowledges', () => {
  it('has everything committed when ingest resolves, as another connection sees it', async () => {
    await bench.leak()
    const other = new BetterSqlite3(join(bench.folder, 'shifen.db'), { readonly: true })
    const seen = Object.fromEntries(
      TABLES.map((table) => [table, other.prepare(`select count(*) from ${table}`).pluck().get()]),
    )
    other.close()
    expect(seen).toEqual(ONE_LEAK)
  })

  it('fsyncs each commit', () => {
    expect(bench.store.sqlite.pragma('synchronous', { simple: true })).toBe(2)
    expect(bench.store.sqlite.pragma('journal_mode', { simple: true })).toBe('wal')
  })

  it('does not resolve while another process locks the file, has moved nothing, and goes on by itself', async () => {
    const other = new BetterSqlite3(join(bench.folder, 'shifen.db'))
    other.exec('begin exclusive')
    bench.changes = []
    let resolved = false
    const taken = bench.leak().then(() => (resolved = true))
    while (bench.errors.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(resolved).toBe(false)
    expect(bench.engine.trouble()).toMatch(/locked/)
    expect(bench.engine.device(LEAK)).toMatchObject({ alarms: new Map(), state: { lastSeenAt: null } })
    expect(bench.changes).toEqual([])
    other.exec('rollback')
    other.close()
    await taken
    expect(await counts()).toEqual(ONE_LEAK)
    expect(bench.engine.trouble()).toBeNull()
    expect(bench.engine.device(LEAK)?.alarms.size).toBe(1)
  })

  it('leaves nothing half written where the disk is full in the middle, then succeeds once', async () => {
    const sqlite = bench.store.sqlite
    const pages = Number(sqlite.pragma('page_count', { simple: true }))
    sqlite.pragma(`max_page_count = ${pages}`)
    bench.changes = []
    const long = { 'lift.floor_label': 'x'.repeat(60) }
    const many = Array.from({ length: 500 }, () => saying(LIFT, START, { values: long }))
    const taken = bench.take(...many, saying(LEAK, START, { levels: { 'water.leak': true } }))
    while (bench.errors.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(bench.errors).toEqual([expect.stringMatching(/writing: .*full/)])
    expect(await counts()).toEqual(NOTHING)
    expect(bench.engine.device(LIFT)?.state.lastSeenAt).toBeNull()
    expect(bench.changes).toEqual([])
    sqlite.pragma(`max_page_count = ${pages + 10_000}`)
    await taken
    expect(await counts()).toEqual({ ...ONE_LEAK, readings: 501 })
  })

  it.each(['alarms', 'tickets', 'clocks', 'ticket_alarms', 'ticket_history', 'outbox'])(
    'has all of it or nothing where writing %s breaks',
    async (table) => {
      bench.store.sqlite.exec(
        `create trigger broken before insert on ${table} begin select raise(abort, 'broken on purpose'); end`,
      )
      bench.changes = []
      await bench.leak()
      expect(await counts()).toEqual(NOTHING)
      expect(bench.engine.device(LEAK)).toMatchObject({ alarms: new Map(), state: { lastSeenAt: null } })
      expect(bench.changes).toEqual([])
      bench.store.sqlite.exec('drop trigger broken')
      await bench.leak()
      expect(await counts()).toEqual(ONE_LEAK)
    },
  )

  it('does not resolve, and stores nothing, where the service stops before it could write', async () => {
    const other = new BetterSqlite3(join(bench.folder, 'shifen.db'))
    other.exec('begin exclusive')
    const taken = expect(bench.leak()).rejects.toMatchObject({ code: 'unavailable' })
    while (bench.errors.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await bench.engine.stop()
    await taken
    other.close()
    await bench.restart()
    expect(await counts()).toEqual(NOTHING)
  })

  it('publishes what changed only after the commit', async () => {
    bench.changes = []
    await bench.leak()
    expect(bench.changes.map(({ type }) => type).sort()).toEqual(['alarm', 'notice', 'ticket'])
  })
})

describe('2. One problem, one ticket: one active alarm per device and rule, one open ticket per problem', () => {
  const oneOfEach = async (count: number) => {
    const [alarm, ticket] = [await bench.alarm(), await bench.ticket()]
    expect(alarm).toMatchObject({ count: 1, messages: count, ticket: ticket.id, state: 'unacked' })
    expect(ticket.alarms).toEqual([alarm.id])
  }

  it('from a hundred readings over the limit, one by one', async () => {
    for (let reading = 0; reading < 100; reading++) {
      await bench.leak()
      bench.clock.advance(10)
    }
    await oneOfEach(100)
    expect(await bench.count('readings')).toBe(100)
  })

  it('from a hundred readings in one batch', async () => {
    const wet = { levels: { 'water.leak': true } }
    await bench.take(...Array.from({ length: 100 }, (_, index) => saying(LEAK, START + index, wet)))
    await oneOfEach(100)
  })

  it('from two criticals one millisecond apart, in one batch and in two', async () => {
    const wet = { levels: { 'water.leak': true } }
    await bench.take(saying(LEAK, START, wet), saying(LEAK, START + 1, wet))
    await oneOfEach(2)
    const stuck = { levels: { 'elevator.entrapment': true } }
    await Promise.all([bench.take(saying(LIFT, START, stuck)), bench.take(saying(LIFT, START + 1, stuck))])
    expect(await bench.alarms()).toHaveLength(2)
    expect(await bench.tickets()).toHaveLength(2)
  })

  it('from a re-sent packet, also after a restart', async () => {
    const numbered = { levels: { 'water.leak': true }, seq: 7 }
    expect(await bench.say(LEAK, numbered)).toMatchObject({ duplicates: 0 })
    expect(await bench.say(LEAK, numbered)).toMatchObject({ duplicates: 1 })
    await bench.restart(MINUTE)
    expect(await bench.say(LEAK, numbered)).toMatchObject({ duplicates: 1 })
    await oneOfEach(1)
    expect(await bench.count('readings')).toBe(1)
  })

  it('from a level that is repeated after a restart', async () => {
    await bench.leak()
    await bench.restart(MINUTE)
    await bench.leak()
    await oneOfEach(2)
    await bench.pass(0)
    await bench.restart(MINUTE)
    await bench.leak()
    await oneOfEach(3)
  })

  it('from two rules of one device and category, which share the ticket', async () => {
    await bench.say(LIFT, { pulses: ['elevator.alarm_button'] })
    await bench.say(LIFT, { levels: { 'elevator.entrapment': true } })
    const ticket = await bench.ticket()
    expect(ticket.alarms).toHaveLength(2)
    expect((await historyOf(bench.store.reader, ticket.id)).map(({ action }) => action)).toEqual(['open', 'join'])
  })

  it('is held by unique indexes, which refuse a second row inserted by hand', async () => {
    await bench.leak()
    const { sqlite } = bench.store
    const copy = (table: string, changed: Record<string, string>) => {
      const columns = sqlite.prepare(`select name from pragma_table_info('${table}')`).pluck().all() as string[]
      const values = columns.map((column) => changed[column] ?? column)
      sqlite.exec(`insert into ${table} (${columns.join(', ')}) select ${values.join(', ')} from ${table} limit 1`)
    }
    expect(() => copy('alarms', { id: "'other'" })).toThrow(/UNIQUE constraint failed: alarms.device, alarms.rule/)
    expect(() => copy('tickets', { id: "'other'", number: "'20261123-9999'" })).toThrow(
      /UNIQUE constraint failed: index 'tickets_one_open'/,
    )
    expect(() => copy('alarms', { id: "'other'", ended_at: '1' })).not.toThrow()
    expect(() => copy('tickets', { id: "'other'", number: "'20261123-9999'", state: "'closed'" })).not.toThrow()
  })

  it('has a ticket for each problem of different devices and categories', async () => {
    await bench.leak()
    await bench.say(LIFT, { levels: { 'elevator.entrapment': true } })
    await bench.say(METER, { values: { 'voltage.l1': 0 } })
    expect((await bench.tickets()).map(({ category }) => category).sort()).toEqual(['elevator', 'power', 'water_leak'])
  })
})

describe('3. Deadlines are rows: a restart at minute five breaches at minute ten', () => {
  const breaches = async (id: string) =>
    (await historyOf(bench.store.reader, id)).filter(({ action, note }) => action === 'breach' && note === 'arrive')

  it('breaches once, at the due time plus 1 ms, when the process was down at that moment', async () => {
    await bench.leak()
    const { id } = await bench.ticket()
    await bench.act(id, 'assign')
    await bench.act(id, 'accept')
    await bench.pass(5 * MINUTE)
    await bench.restart(7 * MINUTE)
    expect(clockOf(await bench.ticket(), 'arrive')).toMatchObject({ state: 'running', dueAt: START + 10 * MINUTE })
    bench.changes = []
    await bench.engine.tick()
    const breached = { state: 'breached', dueAt: START + 10 * MINUTE, breachedAt: START + 10 * MINUTE + 1, metAt: null }
    expect(clockOf(await bench.ticket(), 'arrive')).toMatchObject(breached)
    expect(bench.changes.filter(({ type }) => type === 'breach')).toEqual([
      { type: 'breach', ticket: id, milestone: 'arrive' },
    ])

    await bench.engine.tick()
    await bench.restart(MINUTE)
    await bench.engine.tick()
    await bench.pass(HOUR)
    expect(clockOf(await bench.ticket(), 'arrive')).toMatchObject(breached)
    expect(await breaches(id)).toEqual([expect.objectContaining({ at: START + 10 * MINUTE + 1, by: 'system' })])
    const notices = await noticesOf(bench.store.reader, { ticket: id })
    expect(notices.filter(({ kind }) => kind === 'clock.breached')).toHaveLength(1)
  })

  it('breaches the same without a restart, at the first tick after the due time', async () => {
    await bench.leak()
    await bench.pass(10 * MINUTE)
    expect(clockOf(await bench.ticket(), 'arrive')?.state).toBe('running')
    await bench.pass(1)
    expect(clockOf(await bench.ticket(), 'arrive')).toMatchObject({ state: 'breached', breachedAt: START + 600_001 })
  })

  it('breaches each clock once, however many of a ticket run out and whatever is done afterwards', async () => {
    await bench.leak()
    const { id } = await bench.ticket()
    await bench.pass(3 * MINUTE + 1)
    await bench.pass(7 * MINUTE)
    for (const action of ['assign', 'accept', 'depart', 'arrive'] as const) await bench.act(id, action)
    await bench.pass(48 * HOUR)
    const history = await historyOf(bench.store.reader, id)
    expect(history.filter(({ action }) => action === 'breach').map(({ note, at }) => [note, at - START])).toEqual([
      ['accept', 3 * MINUTE + 1],
      ['arrive', 10 * MINUTE + 1],
      ['complete', 48 * HOUR + 1],
    ])
  })

  it('breaches once where a person comes late before any tick looked', async () => {
    await bench.leak()
    const { id } = await bench.ticket()
    for (const action of ['assign', 'accept', 'depart'] as const) await bench.act(id, action)
    bench.clock.advance(12 * MINUTE)
    await bench.act(id, 'arrive')
    await bench.pass(MINUTE)
    const late = { state: 'met_late', metAt: START + 12 * MINUTE, breachedAt: START + 10 * MINUTE + 1 }
    expect(clockOf(await bench.ticket(), 'arrive')).toMatchObject(late)
    expect(await breaches(id)).toHaveLength(1)
  })

  it('raises after an on-delay that ran out while the process was down', async () => {
    await bench.say(LIFT, { levels: { 'elevator.door_fault': true } })
    expect(await bench.alarms()).toEqual([])
    await bench.restart(MINUTE)
    await bench.engine.tick()
    expect(await bench.alarm()).toMatchObject({ rule: 'elevator.door_fault', state: 'unacked', count: 1 })
    await bench.restart(MINUTE)
    await bench.engine.tick()
    expect(await bench.alarm()).toMatchObject({ count: 1, messages: 1 })
  })

  it('ends off-delays, pulse holds and re-alarm times over a restart', async () => {
    await bench.leak()
    await bench.leak(false)
    await bench.say(LIFT, { pulses: ['elevator.alarm_button'] })
    await bench.restart(11 * MINUTE)
    await bench.engine.tick()
    expect((await bench.alarms()).map(({ state }) => state)).toEqual(['rtn_unacked', 'rtn_unacked'])
  })
})

describe('4. Time is the server’s: a device’s own time moves no deadline and no delay', () => {
  const TEN_YEARS = 3_652 * 24 * HOUR

  it.each([
    ['ten years ahead', START + TEN_YEARS],
    ['ten years behind', START - TEN_YEARS],
    ['an hour behind', START - HOUR],
    ['four minutes ahead', START + 4 * MINUTE],
  ])('where the device’s clock is %s', async (_name, deviceAt) => {
    await bench.say(LEAK, { levels: { 'water.leak': true }, deviceAt })
    const [ticket, alarm] = [await bench.ticket(), await bench.alarm()]
    expect([ticket.openedAt, alarm.raisedAt]).toEqual([START, START])
    expect(clockOf(ticket, 'arrive')?.dueAt).toBe(START + 600_000)
    await bench.say(LIFT, { levels: { 'elevator.door_fault': true }, deviceAt })
    await bench.pass(10 * SECOND - 1)
    expect(await bench.alarms()).toHaveLength(1)
    await bench.pass(1)
    expect(await bench.alarms()).toHaveLength(2)
    const [row] = await bench.store.reader.selectFrom('readings').selectAll().execute()
    expect(row).toMatchObject({ received_at: START, device_at: deviceAt })
  })

  it('starts the clocks at the receive time, also where the batch is written later', async () => {
    bench.clock.advance(5 * SECOND)
    await bench.take(saying(LEAK, START, { levels: { 'water.leak': true } }))
    const ticket = await bench.ticket()
    expect([ticket.openedAt, clockOf(ticket, 'arrive')?.dueAt]).toEqual([START, START + 600_000])
  })

  it('takes a milestone exactly at its due time as on time, a millisecond later as late', async () => {
    await bench.leak()
    const { id } = await bench.ticket()
    await bench.act(id, 'assign')
    bench.clock.set(START + 3 * MINUTE)
    await bench.engine.tick()
    await bench.act(id, 'accept')
    await bench.act(id, 'depart')
    bench.clock.set(START + 10 * MINUTE + 1)
    await bench.act(id, 'arrive')
    const ticket = await bench.ticket()
    expect(clockOf(ticket, 'accept')).toMatchObject({ state: 'met', metAt: START + 3 * MINUTE, breachedAt: null })
    expect(clockOf(ticket, 'arrive')).toMatchObject({ state: 'met_late' })
  })
})

describe('5. Policy is data, frozen at opening: a later edit changes no running clock', () => {
  const strict: Commitment = {
    ...defaultCommitment,
    name: { zh: '五分钟', en: 'Five minutes' },
    targets: [{ milestone: 'arrive', withinMs: 5 * MINUTE, calendar: 'around_the_clock' }],
  }

  it('keeps the clocks and the snapshot of a running ticket; the next ticket has the new ones', async () => {
    await bench.leak()
    const before = await bench.ticket()
    await bench.command({ type: 'save_plan', kind: 'commitment', plan: strict, isNew: false })
    await bench.pass(5 * MINUTE + 1)
    const running = await bench.ticket(before.id)
    expect(running.commitments).toEqual([defaultCommitment])
    expect(running.clocks.map(({ milestone, dueAt }) => [milestone, dueAt])).toEqual(
      before.clocks.map(({ milestone, dueAt }) => [milestone, dueAt]),
    )
    expect(clockOf(running, 'arrive')?.state).toBe('running')
    await bench.restart(MINUTE)
    await bench.walk(before.id, 'arrive')
    expect(clockOf(await bench.ticket(before.id), 'arrive')).toMatchObject({ state: 'met', dueAt: START + 10 * MINUTE })

    await bench.say(METER, { levels: { 'meter.short_circuit': true } })
    const [next] = await bench.tickets()
    expect(next?.commitments).toEqual([strict])
    expect(next?.clocks).toEqual([expect.objectContaining({ milestone: 'arrive', dueAt: START + 11 * MINUTE + 1 })])
  })
})

describe('6. A ticket outlives its alarm: a person closes it, with a signature', () => {
  it('stays open when the alarm returns to normal, is acknowledged and ends', async () => {
    await bench.leak()
    await bench.leak(false)
    await bench.pass(2 * SECOND)
    const { id } = await bench.alarm()
    await bench.command({ type: 'acknowledge_alarm', alarm: id })
    expect(await bench.alarm()).toMatchObject({ state: 'normal', endedAt: START + 2 * SECOND })
    await bench.pass(HOUR)
    expect(await bench.ticket()).toMatchObject({ state: 'pending_dispatch', closedAt: null })
    expect(clockOf(await bench.ticket(), 'arrive')?.state).toBe('breached')
  })

  it('takes in the same problem when it comes back before the work is done', async () => {
    await bench.leak()
    await bench.leak(false)
    await bench.pass(2 * SECOND)
    await bench.command({ type: 'acknowledge_alarm', alarm: (await bench.alarm()).id })
    await bench.leak()
    const ticket = await bench.ticket()
    expect(ticket.alarms).toHaveLength(2)
    expect(ticket.openedAt).toBe(START)
  })

  it('is closed only after a signature', async () => {
    await bench.leak()
    const { id } = await bench.ticket()
    await bench.walk(id, 'complete')
    await expect(bench.act(id, 'close')).rejects.toMatchObject({ code: 'conflict' })
    const unsigned = { type: 'act_on_ticket', ticket: id, action: 'sign-off' } as const
    await expect(bench.command(unsigned)).rejects.toMatchObject({ code: 'invalid' })
    await bench.act(id, 'sign-off')
    expect(await bench.act(id, 'close')).toMatchObject({ state: 'closed', signature: { name: 'Wang', at: START } })
  })
})

describe('7. Acknowledging stops the noise, not the dispatch', () => {
  it('withdraws the queued notices of the alarm and no other, and the arrival clock runs on', async () => {
    await bench.leak()
    await bench.say(LIFT, { levels: { 'elevator.entrapment': true } })
    const alarms = await bench.alarms()
    const leak = alarms.find(({ device }) => device === LEAK)!
    const lift = alarms.find(({ device }) => device === LIFT)!
    const before = await bench.ticket(leak.ticket!)
    bench.clock.advance(SECOND)
    await bench.command({ type: 'acknowledge_alarm', alarm: leak.id })

    const states = async (subject: { alarm?: string; ticket?: string }) =>
      (await noticesOf(bench.store.reader, subject)).map(({ kind, state }) => [kind, state])
    expect(await states({ alarm: leak.id })).toEqual([['alarm.raised', 'withdrawn']])
    expect(await states({ ticket: before.id })).toEqual([['ticket.opened', 'queued']])
    expect(await states({ alarm: lift.id })).toEqual([['alarm.raised', 'queued']])

    expect(await bench.ticket(before.id)).toEqual(before)
    await bench.pass(10 * MINUTE)
    expect(clockOf(await bench.ticket(before.id), 'arrive')).toMatchObject({ state: 'breached' })
    const breaches = (await states({ ticket: before.id })).filter(([kind]) => kind === 'clock.breached')
    expect(breaches).toEqual([
      ['clock.breached', 'queued'],
      ['clock.breached', 'queued'],
    ])
  })

  it('leaves a notice that was sent as sent', async () => {
    await bench.leak()
    const { id } = await bench.alarm()
    const sent = (await noticesOf(bench.store.reader, { alarm: id })).map((notice) => ({
      ...notice,
      state: 'sent' as const,
      settledAt: START,
    }))
    await bench.command({ type: 'record_deliveries', notices: sent, deliveries: [] })
    await bench.command({ type: 'acknowledge_alarm', alarm: id })
    expect(await noticesOf(bench.store.reader, { alarm: id })).toEqual(sent)
  })
})
