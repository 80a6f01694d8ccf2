import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OPEN_MAX } from '../../../rules/control/machine.ts'
import type { ControlCommand, DeviceMessage, Outgoing, Principal } from '../../../rules/model.ts'
import { findControl, listControls } from '../../../rules/storage/commands.ts'
import { historyOf } from '../../../rules/storage/tickets.ts'
import { ADMIN, EngineBench, HOUR, LEAK, LIFT, METER, MINUTE, saying, SECOND } from '../../support/engine.ts'

const VALVE = 'valve-1'
let bench: EngineBench

beforeEach(async () => {
  bench = await EngineBench.open()
  await bench.provision(VALVE, 'valve')
})
afterEach(() => bench.close())

const tell = async (device: string, command: string, rest: object = {}, by: Principal = ADMIN, key?: string) => {
  const asked = { type: 'control_device' as const, device, command, args: {}, expiresAfterMs: MINUTE, ...rest }
  return (await bench.command(asked, by, key)).control!
}
const now = async (id: string, device = VALVE): Promise<ControlCommand> =>
  (await findControl(bench.store.reader, device, id))!
const all = (device = VALVE) => listControls(bench.store.reader, { device, limit: 500 })

/** What went out since it was last asked for. */
function outgoing(): Outgoing[] {
  const sent = bench.changes.flatMap((change) => (change.type === 'control' && change.sending ? [change.sending] : []))
  bench.changes = []
  return sent.map(({ message }) => message)
}
const reply = (device: string, id: string, ok = true, message = ''): DeviceMessage => ({
  ...saying(device, bench.clock.now(), {}),
  reply: { id, ok, message },
})
const audited = async () => {
  const rows = await bench.store.reader.selectFrom('audit').selectAll().orderBy('id').execute()
  return rows.filter(({ action }) => action.startsWith('command_')).map(({ by, action }) => `${by} ${action}`)
}

describe('a command', () => {
  it('goes out with its commit, again until the device answers, and then no more', async () => {
    const { id, state } = await tell(VALVE, 'close', { args: { slowly: true } })
    expect(state).toBe('sent')
    expect(outgoing().map(({ topic, payload }) => [topic, JSON.parse(payload as string) as unknown])).toEqual([
      ['shifen/default/valve-1/command', { id, command: 'close', args: { slowly: true } }],
    ])
    await bench.pass(999)
    expect(outgoing()).toEqual([])
    await bench.pass(1)
    await bench.pass(2 * SECOND)
    const again = outgoing()
    expect(again.map(({ payload }) => (JSON.parse(payload as string) as { id: string }).id)).toEqual([id, id])
    await bench.take(reply(VALVE, id, true, 'closed'))
    expect(await now(id)).toMatchObject({ state: 'done', reply: 'closed', attempts: 3, nextAt: null })
    await bench.pass(HOUR)
    expect(outgoing()).toEqual([])
    expect(await audited()).toEqual(['Zhang command_sent', 'valve-1 command_done'])
  })

  it('that the device could not do has failed, with its words', async () => {
    const { id } = await tell(VALVE, 'close')
    await bench.take(reply(VALVE, id, false, 'motor stuck'))
    expect(await now(id)).toMatchObject({ state: 'failed', reply: 'motor stuck' })
  })

  it('expires by its row: also where the process was down at that moment', async () => {
    const { id, expiresAt } = await tell(VALVE, 'close')
    outgoing()
    await bench.restart(10 * MINUTE)
    await bench.engine.tick()
    await bench.engine.tick()
    expect(await now(id)).toMatchObject({ state: 'expired', expiresAt, nextAt: null })
    expect(outgoing()).toEqual([])
    expect(await audited()).toEqual(['Zhang command_sent', 'system command_expired'])
  })

  it('is sent again after a restart in the middle', async () => {
    const { id } = await tell(VALVE, 'close')
    outgoing()
    await bench.restart(5 * SECOND)
    await bench.engine.tick()
    expect(outgoing().map(({ payload }) => JSON.parse(payload as string) as unknown)).toEqual([
      { id, command: 'close' },
    ])
    await bench.take(reply(VALVE, id))
    expect((await now(id)).state).toBe('done')
  })

  it('goes out at once when its device listens again', async () => {
    const { id } = await tell(VALVE, 'close')
    await tell(METER, 'read')
    outgoing()
    await bench.command({ type: 'resend_controls', device: VALVE })
    expect(outgoing()).toEqual([])
    bench.clock.advance(SECOND)
    await bench.command({ type: 'resend_controls', device: VALVE })
    expect(outgoing()).toHaveLength(1)
    expect(await now(id)).toMatchObject({ attempts: 2, nextAt: bench.clock.now() + 2 * SECOND })
  })

  it('is done once with one Idempotency-Key', async () => {
    const first = await tell(VALVE, 'close', {}, ADMIN, 'k')
    expect(await tell(VALVE, 'close', {}, ADMIN, 'k')).toEqual(first)
    expect(await all()).toHaveLength(1)
  })

  it('answered late, after it expired, is told as it was', async () => {
    const { id } = await tell(VALVE, 'close')
    await bench.pass(MINUTE)
    expect((await now(id)).state).toBe('expired')
    await bench.take(reply(VALVE, id))
    expect((await now(id)).state).toBe('done')
  })

  it('ends with its device', async () => {
    const { id } = await tell(VALVE, 'close')
    await bench.command({ type: 'retire_device', id: VALVE })
    await bench.pass(SECOND)
    expect(await now(id)).toMatchObject({ state: 'failed', reply: 'the device was retired' })
    await expect(tell(VALVE, 'close')).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('a reply', () => {
  it('of another device settles nothing, and is shown as a rejection', async () => {
    const { id } = await tell(VALVE, 'close')
    await bench.provision('valve-2', 'valve')
    const { rejections } = await bench.take(reply('valve-2', id))
    expect(rejections).toMatchObject([{ reason: 'unknown_command', device: 'valve-2' }])
    expect(await bench.count('rejections')).toBe(1)
    expect((await now(id)).state).toBe('sent')
  })

  it('that comes twice, one for each sending, counts once', async () => {
    const { id } = await tell(VALVE, 'close')
    await bench.take(reply(VALVE, id), reply(VALVE, id, false, 'already closed'))
    expect(await now(id)).toMatchObject({ state: 'done', reply: 'ok' })
    expect(await bench.count('rejections')).toBe(0)
    expect(await audited()).toHaveLength(2)
  })

  it('of a will, or kept by a broker, settles nothing', async () => {
    const { id } = await tell(VALVE, 'close')
    await bench.take({ ...reply(VALVE, id), heard: false })
    await bench.take({ ...reply(VALVE, id), live: false })
    expect((await now(id)).state).toBe('sent')
  })

  it('that got lost is made good by what the valve reports', async () => {
    await bench.say(VALVE, { levels: { 'valve.open': true } })
    await bench.pass(MINUTE)
    const { id } = await tell(VALVE, 'close')
    await bench.pass(SECOND)
    await bench.say(VALVE, { levels: { 'valve.open': true } })
    expect((await now(id)).state).toBe('sent')
    await bench.say(VALVE, { levels: { 'valve.open': false } })
    expect(await now(id)).toMatchObject({ state: 'done', reply: null })
    expect((await audited()).at(-1)).toBe('valve-1 command_done')
  })

  it('is not guessed from what was under way before', async () => {
    await bench.say(VALVE, { levels: { 'valve.open': true } })
    await bench.pass(MINUTE)
    const { id, createdAt } = await tell(VALVE, 'close')
    // Received before the command, taken in after it.
    await bench.say(VALVE, { at: createdAt, levels: { 'valve.open': false } })
    expect((await now(id)).state).toBe('sent')
  })

  it('is not needed where a valve was closed all along and says so until time is up', async () => {
    await bench.say(VALVE, { levels: { 'valve.open': false } })
    await bench.pass(MINUTE)
    const { id } = await tell(VALVE, 'close')
    await bench.pass(SECOND)
    await bench.say(VALVE, { levels: { 'valve.open': false } })
    expect((await now(id)).state).toBe('sent')
    await bench.pass(MINUTE)
    expect(await now(id)).toMatchObject({ state: 'done', reply: null })
  })
})

describe('who takes what', () => {
  it.each([
    [LIFT, 'open', /kind elevator accepts no commands/],
    [LEAK, 'close', /kind water_leak accepts no commands/],
    [METER, 'open', /kind power_meter accepts read, not open/],
    [VALVE, 'read', /kind valve accepts open and close, not read/],
  ])('%s refuses %s in words, and nothing is written', async (device, command, words) => {
    await expect(tell(device, command)).rejects.toMatchObject({ code: 'conflict', message: words })
    expect(await all(device)).toEqual([])
  })

  it('a meter is read, and its next values confirm it', async () => {
    const { id } = await tell(METER, 'read')
    await bench.pass(SECOND)
    await bench.say(METER, { values: { 'voltage.l1': 230 } })
    expect(await now(id, METER)).toMatchObject({ state: 'done', reply: null })
  })

  it('a device of a family without commands refuses in words', async () => {
    const about = { gateway: 'gw', site: 'default', key: 'old:1', family: 'old', vendor: null, model: null }
    const discovered = { ...about, kind: 'valve' as const, silenceMs: null }
    await bench.take({ ...saying('old:1', bench.clock.now(), {}), discovered })
    await expect(tell('old-1', 'close')).rejects.toMatchObject({
      code: 'conflict',
      message: 'devices of the family old take no commands through Shifen',
    })
  })

  it('a device of another site is not there', async () => {
    const elsewhere: Principal = { ...ADMIN, sites: ['elsewhere'] }
    await expect(tell(VALVE, 'close', {}, elsewhere)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('has a limit of open commands, which a newer opposite one makes room in', async () => {
    for (let count = 0; count < OPEN_MAX; count++) await tell(VALVE, 'open')
    await expect(tell(VALVE, 'open')).rejects.toMatchObject({ code: 'conflict', message: /20 commands .* are open/ })
    const { id } = await tell(VALVE, 'close')
    const states = (await all()).map((each) => each.state)
    expect(states.filter((state) => state === 'superseded')).toHaveLength(OPEN_MAX)
    expect((await now(id)).state).toBe('sent')
  })

  it('takes arguments of at most 1 KB', async () => {
    await expect(tell(VALVE, 'close', { args: { note: 'x'.repeat(1_100) } })).rejects.toMatchObject({ code: 'invalid' })
  })

  it('the last word counts: close after open sends the open one no more', async () => {
    const open = await tell(VALVE, 'open')
    const close = await tell(VALVE, 'close')
    expect(await now(open.id)).toMatchObject({ state: 'superseded', reply: 'Zhang asked for close' })
    outgoing()
    await bench.pass(SECOND)
    expect(outgoing().map(({ payload }) => (JSON.parse(payload as string) as { id: string }).id)).toEqual([close.id])
    await bench.take(reply(VALVE, open.id))
    expect((await now(open.id)).state).toBe('superseded')
  })
})

describe('a rule that names a command', () => {
  const zone = (id: string, name: string | null) => bench.command({ type: 'update_device', id, zone: name })
  const lines = async (ticket: string) =>
    (await historyOf(bench.store.reader, ticket))
      .filter(({ action }) => action === 'command')
      .map(({ by, note }) => `${by}: ${note}`)

  it('closes the valve of its zone with the alarm, and the ticket says so and what came of it', async () => {
    await zone(LEAK, 'B2')
    await zone(VALVE, 'B2')
    await bench.leak()
    const [{ payload } = { payload: '' }] = outgoing()
    const ticket = await bench.ticket()
    expect(ticket.commands).toMatchObject([
      { device: VALVE, command: 'close', state: 'sent', requestedBy: null, rule: 'water_leak.wet', ticket: ticket.id },
    ])
    const { id } = JSON.parse(payload as string) as { id: string }
    await bench.pass(SECOND)
    await bench.take(reply(VALVE, id))
    expect((await bench.ticket()).commands).toMatchObject([{ state: 'done' }])
    expect(await lines(ticket.id)).toEqual(['system: valve-1 close: sent', 'valve-1: valve-1 close: done'])
    expect((await bench.alarm()).id).toBe(ticket.commands[0]!.alarm)
  })

  it('tells the live page the ticket with its command, and again when it is settled', async () => {
    await zone(LEAK, 'B2')
    await zone(VALVE, 'B2')
    bench.changes = []
    await bench.leak()
    const told = () =>
      bench.changes.flatMap((change) => (change.type === 'ticket' ? [change.ticket.commands[0]?.state ?? '-'] : []))
    expect(told()).toEqual(['-', 'sent'])
    await bench.pass(MINUTE)
    expect(told().at(-1)).toBe('expired')
  })

  it.each([
    ['failed', () => bench.take(reply(VALVE, '', false, 'stuck')), 'stuck'],
    ['expired', () => bench.pass(MINUTE), 'no answer in time'],
  ])('says on the ticket and in a notice that it %s: a person must go', async (state, happen, why) => {
    await zone(LEAK, 'B2')
    await zone(VALVE, 'B2')
    await bench.leak()
    const [command] = (await bench.ticket()).commands
    if (state === 'failed') await bench.take(reply(VALVE, command!.id, false, 'stuck'))
    else await happen()
    const { id } = await bench.ticket()
    expect((await lines(id)).at(-1)).toMatch(new RegExp(`valve-1 close: ${state} \\(${why}\\)$`))
    const notices = await bench.store.reader.selectFrom('outbox').select(['kind', 'body']).execute()
    const told = notices.filter(({ kind }) => kind === 'command.failed').map(({ body }) => JSON.parse(body) as unknown)
    expect(told).toMatchObject([{ device: VALVE, command: 'close', state, reason: why }])
  })

  it('does nothing without a zone, in another zone, at another site, or to a retired valve', async () => {
    await bench.command({ type: 'create_site', site: { id: 'other', name: 'other', timezone: 'UTC' } })
    await bench.provision('valve-other-site', 'valve', 'other')
    await bench.provision('valve-other-zone', 'valve')
    await bench.provision('valve-gone', 'valve')
    await zone('valve-other-site', 'B2')
    await zone('valve-other-zone', 'B1')
    await zone('valve-gone', 'B2')
    await zone(METER, 'B2')
    await bench.command({ type: 'retire_device', id: 'valve-gone' })
    await bench.leak()
    await bench.say(LEAK, { levels: { 'water.leak': false } })
    await bench.pass(3 * SECOND)
    await zone(LEAK, 'B2')
    await bench.leak()
    expect((await bench.alarm()).count).toBe(2)
    for (const id of [VALVE, 'valve-other-site', 'valve-other-zone', 'valve-gone', METER]) {
      expect([id, await all(id)]).toEqual([id, []])
    }
  })

  it('closes every valve of the zone, once for each time the alarm is raised, where it is not closed still', async () => {
    await bench.provision('valve-2', 'valve')
    for (const id of [LEAK, VALVE, 'valve-2']) await zone(id, 'B2')
    for (let times = 0; times < 5; times++) await bench.leak()
    expect([(await all()).length, (await all('valve-2')).length]).toEqual([1, 1])
    const again = async () => {
      await bench.leak(false)
      await bench.pass(2 * MINUTE)
      await bench.leak()
    }
    await bench.pass(SECOND)
    await bench.say(VALVE, { levels: { 'valve.open': false } })
    await again()
    expect((await all()).map(({ state }) => state)).toEqual(['done'])
    await bench.pass(SECOND)
    await bench.say(VALVE, { levels: { 'valve.open': true } })
    await again()
    expect((await all()).map(({ state }) => state)).toEqual(['sent', 'done'])
    expect(await bench.tickets()).toHaveLength(1)
  })

  it('has the last word over an opening that is on its way, and a person over it', async () => {
    for (const id of [LEAK, VALVE]) await zone(id, 'B2')
    const opening = await tell(VALVE, 'open')
    await bench.leak()
    expect((await now(opening.id)).state).toBe('superseded')
    await tell(VALVE, 'open')
    const ticket = await bench.ticket()
    expect((await lines(ticket.id)).at(-1)).toBe('Zhang: valve-1 close: superseded (Zhang asked for open)')
  })

  it('closes also for an alarm of unknown age, and never for a will or for history', async () => {
    for (const id of [LEAK, VALVE]) await zone(id, 'B2')
    await bench.say(LEAK, { live: false, levels: { 'water.leak': true } })
    expect(await all()).toEqual([])
    await bench.take({
      ...saying(LEAK, bench.clock.now(), { levels: { 'water.leak': true }, heard: false }),
      retained: true,
    })
    expect((await bench.ticket()).ageUnknown).toBe(true)
    expect(await all()).toHaveLength(1)
  })

  it('that cannot reach the valve says so on the ticket', async () => {
    const about = { gateway: 'gw', site: 'default', key: 'old:1', family: 'old', vendor: null, model: null }
    const discovered = { ...about, kind: 'valve' as const, silenceMs: null }
    await bench.take({ ...saying('old:1', bench.clock.now(), {}), discovered })
    await zone('old-1', 'B2')
    await zone(LEAK, 'B2')
    await bench.leak()
    const ticket = await bench.ticket()
    expect(ticket.commands).toMatchObject([{ device: 'old-1', state: 'refused', attempts: 0, nextAt: null }])
    expect(await lines(ticket.id)).toEqual([
      'system: old-1 close: refused (devices of the family old take no commands through Shifen)',
    ])
  })

  it('decides again with the data file alone', async () => {
    for (const id of [LEAK, VALVE]) await zone(id, 'B2')
    await bench.leak()
    await bench.restart(SECOND)
    await bench.engine.tick()
    expect(outgoing()).toHaveLength(2)
    const [command] = (await bench.ticket()).commands
    await bench.take(reply(VALVE, command!.id))
    expect((await bench.ticket()).commands).toMatchObject([{ state: 'done', attempts: 2 }])
  })
})
