import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Ticket } from '../../../rules/model.ts'
import { dueNotices } from '../../../rules/storage/outbox.ts'
import { EngineBench, LEAK, LIFT, MINUTE, saying, SECOND } from '../../support/engine.ts'

let bench: EngineBench
beforeEach(async () => void (bench = await EngineBench.open()))
afterEach(() => bench.close())

const DEVICES = 500
const LOG = { channel: 'log', address: '' }
const leakOf = (index: number) => `flood-${index}`

async function leaks(count: number, site = 'default', from = 0): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => leakOf(from + index))
  for (const id of ids) await bench.provision(id, 'water_leak', site)
  return ids
}

const wet = (id: string) => saying(id, bench.clock.now(), { levels: { 'water.leak': true } })
const ofOrigin = (tickets: readonly Ticket[], origin: Ticket['origin']) =>
  tickets.filter((each) => each.origin === origin)

async function queued() {
  const rows = await bench.store.reader
    .selectFrom('outbox')
    .select(['kind', 'body', 'due_at'])
    .where('state', '=', 'queued')
    .execute()
  return rows.map(({ kind, body, due_at }) => ({
    kind,
    dueAt: due_at,
    body: JSON.parse(body) as Record<string, unknown>,
  }))
}
const ofKind = async (kind: string) => (await queued()).filter((each) => each.kind === kind)

async function allTickets(): Promise<Ticket[]> {
  const rows = await bench.store.reader.selectFrom('tickets').select('id').execute()
  return Promise.all(rows.map(({ id }) => bench.ticket(id)))
}

describe('a flood', () => {
  it('of 500 leaks at once opens a ticket for each, one more that gathers, and 22 notices', async () => {
    const ids = await leaks(DEVICES)
    await bench.take(...ids.map(wet))
    const tickets = await allTickets()
    expect(ofOrigin(tickets, 'alarm')).toHaveLength(DEVICES)
    expect(new Set(ofOrigin(tickets, 'alarm').map(({ device }) => device)).size).toBe(DEVICES)
    expect(ofOrigin(tickets, 'flood')).toMatchObject([{ site: 'default', priority: 'critical', alarms: [] }])
    // Ten alarms and their tickets one by one, the flood ticket, and one digest of the other 490.
    expect(await queued()).toHaveLength(22)
    const [digest] = await ofKind('alarms.gathered')
    expect(digest!.body).toMatchObject({ alarms: DEVICES - 10, emergencies: DEVICES - 10 })
    expect(digest!.dueAt - bench.clock.now()).toBeLessThanOrEqual(5 * SECOND)
  }, 60_000)

  it('of 10,000 messages of one device is one alarm with its ticket, counted', async () => {
    const toggles = Array.from({ length: 10_000 }, (_, index) =>
      saying(LEAK, bench.clock.now() + index * 6, { levels: { 'water.leak': index % 2 === 0 } }),
    )
    for (let at = 0; at < toggles.length; at += 1_000) await bench.take(...toggles.slice(at, at + 1_000))
    expect(await bench.alarm()).toMatchObject({ count: 1, messages: 5_000, transitions: 10_000, chattering: true })
    expect(await allTickets()).toHaveLength(1)
    expect(await ofKind('alarm.raised')).toHaveLength(1)
  }, 60_000)

  it('leaves an emergency its own ticket where a resident has reported something critical of its device', async () => {
    await bench.take(...(await leaks(11)).map(wet))
    const about = { site: 'default', category: 'other', priority: 'critical' as const, device: LIFT }
    const said = { title: 'smells burnt', description: '', location: '', reporter: null }
    await bench.command({ type: 'report_ticket', ...about, ...said })
    await bench.say(LIFT, { levels: { 'elevator.entrapment': true } })
    const { ticket } = (await bench.alarms()).find(({ device }) => device === LIFT)!
    expect(await bench.ticket(ticket!)).toMatchObject({ origin: 'alarm', device: LIFT, priority: 'critical' })
  })

  it('gathers what is no first emergency of its device', async () => {
    await bench.take(...(await leaks(11)).map(wet))
    await bench.say(LIFT, { levels: { 'elevator.entrapment': true } })
    await bench.say(LIFT, { levels: { 'elevator.mislevelling': true } })
    await bench.provision('lift-2', 'elevator')
    await bench.say('lift-2', { levels: { 'elevator.mislevelling': true } })
    const tickets = await allTickets()
    const [flood] = ofOrigin(tickets, 'flood')
    const mislevelled = (await bench.alarms()).find(({ device }) => device === 'lift-2')!
    expect(flood!.alarms).toEqual([mislevelled.id])
    expect(mislevelled.ticket).toBe(flood!.id)
    // Its own problem goes on in its own ticket.
    expect(tickets.find(({ device }) => device === LIFT)!.alarms).toHaveLength(2)
  })

  it('in one place keeps no emergency of another from being told at once', async () => {
    await bench.command({ type: 'create_site', site: { id: 'other', name: 'Other', timezone: 'UTC' } })
    await bench.take(...(await leaks(50)).map(wet))
    const [elsewhere] = await leaks(1, 'other', 1_000)
    await bench.take(wet(elsewhere!))
    const told = (await ofKind('alarm.raised')).filter(({ body }) => body.site === 'other')
    expect(told).toMatchObject([{ dueAt: bench.clock.now() }])
  })

  it('tells a new emergency within 5 s, and what is none within a minute', async () => {
    await bench.take(...(await leaks(11)).map(wet))
    bench.clock.advance(30 * SECOND)
    const notices = await dueNotices(bench.store.reader, LOG, bench.clock.now(), 500)
    await bench.command({
      type: 'record_deliveries',
      notices: notices.map((each) => ({ ...each, state: 'sent' as const })),
      deliveries: [],
    })
    await bench.say(LIFT, { levels: { 'elevator.overload': true } })
    expect(await ofKind('alarms.gathered')).toMatchObject([{ dueAt: bench.clock.now() + MINUTE }])
    await bench.say(LIFT, { levels: { 'elevator.entrapment': true } })
    const [digest] = await ofKind('alarms.gathered')
    expect(digest!.dueAt - bench.clock.now()).toBeLessThanOrEqual(5 * SECOND)
    expect(digest!.body).toMatchObject({ alarms: 2, emergencies: 1 })
  })

  it('loses nothing that joins a notice while it is being sent', async () => {
    await bench.take(...(await leaks(11)).map(wet))
    bench.clock.advance(5 * SECOND)
    const notices = await dueNotices(bench.store.reader, LOG, bench.clock.now(), 500)
    await bench.say(LIFT, { levels: { 'elevator.entrapment': true } })
    await bench.command({
      type: 'record_deliveries',
      notices: notices.map((each) => ({ ...each, state: 'sent' as const })),
      deliveries: [],
    })
    expect(await ofKind('alarms.gathered')).toMatchObject([{ body: { alarms: 2 } }])
  })

  it('goes on over a restart, and is over after ten quiet minutes', async () => {
    const ids = await leaks(13)
    await bench.take(...ids.slice(0, 11).map(wet))
    await bench.restart(SECOND)
    await bench.take(wet(ids[11]!))
    expect(await ofKind('alarm.raised')).toHaveLength(10)
    await bench.pass(10 * MINUTE)
    await bench.take(wet(ids[12]!))
    expect(await ofKind('alarm.raised')).toHaveLength(11)
  })

  it('opens another flood ticket only after the first was worked off', async () => {
    const ids = await leaks(13)
    await bench.take(...ids.slice(0, 11).map(wet))
    const [flood] = ofOrigin(await allTickets(), 'flood')
    await bench.take(wet(ids[11]!))
    expect(ofOrigin(await allTickets(), 'flood')).toHaveLength(1)
    await bench.walk(flood!.id, 'complete')
    await bench.take(wet(ids[12]!))
    expect(ofOrigin(await allTickets(), 'flood')).toHaveLength(2)
  })
})

describe('the budget of a device', () => {
  it('gathers its sixth told alarm within ten minutes', async () => {
    const codes = ['entrapment', 'overspeed', 'door_fault', 'overload', 'drive_fault', 'position_lost']
    for (const code of codes) await bench.say(LIFT, { levels: { [`elevator.${code}`]: true } })
    await bench.pass(10 * SECOND)
    expect(await ofKind('alarm.raised')).toHaveLength(5)
    expect(await ofKind('alarms.gathered')).toHaveLength(1)
  })
})

describe('chatter', () => {
  it('at 2 Hz for 10 minutes is one alarm, marked, with one ticket and one notice', async () => {
    for (let minute = 0; minute < 10; minute++) {
      const toggles = Array.from({ length: 120 }, (_, index) =>
        saying(LEAK, bench.clock.now() + index * 500, { levels: { 'water.leak': index % 2 === 0 } }),
      )
      await bench.take(...toggles)
      await bench.pass(MINUTE)
    }
    expect(await bench.alarm()).toMatchObject({ count: 1, chattering: true, state: 'unacked' })
    expect(await allTickets()).toHaveLength(1)
    expect(await ofKind('alarm.raised')).toHaveLength(1)
    await bench.pass(2 * MINUTE)
    expect(await bench.alarm()).toMatchObject({ chattering: false, state: 'rtn_unacked' })
  })
})
