import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../rules/model.ts'
import { ADMIN, EngineBench, HOUR, LEAK, LIFT, METER, MINUTE, saying, SECOND, START } from '../support/engine.ts'

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open()))
afterEach(() => bench.close())

describe('a condition that is still true after its ticket closed', () => {
  it('alarms again after ten minutes, with a new ticket that follows the first', async () => {
    await bench.leak()
    const first = await bench.ticket()
    await bench.walk(first.id, 'close')
    await bench.pass(10 * MINUTE - 1)
    expect(await bench.tickets()).toHaveLength(1)
    await bench.pass(1)
    const [second] = await bench.tickets()
    expect(second).toMatchObject({
      follows: first.id,
      reworkOf: null,
      state: 'pending_dispatch',
      number: '20261123-0002',
    })
    expect(second?.openedAt).toBe(START + 10 * MINUTE)
    expect(await bench.alarm()).toMatchObject({ state: 'unacked', ticket: second?.id })
    await bench.pass(HOUR)
    expect(await bench.tickets()).toHaveLength(2)
  })

  it('alarms again over a restart, once', async () => {
    await bench.leak()
    await bench.walk((await bench.ticket()).id, 'close')
    await bench.restart(HOUR)
    await bench.engine.tick()
    await bench.engine.tick()
    expect(await bench.tickets()).toHaveLength(2)
  })

  it('does not alarm again when it ended in time', async () => {
    await bench.leak()
    await bench.walk((await bench.ticket()).id, 'close')
    await bench.pass(5 * MINUTE)
    await bench.leak(false)
    await bench.pass(HOUR)
    expect(await bench.tickets()).toHaveLength(1)
    expect(await bench.alarm()).toMatchObject({ state: 'rtn_unacked' })
  })

  it('alarms again after a cancellation too', async () => {
    await bench.leak()
    await bench.cancel((await bench.ticket()).id)
    await bench.pass(10 * MINUTE)
    expect(await bench.tickets()).toHaveLength(2)
  })

  it('is put off by no rework of the closed ticket', async () => {
    await bench.leak()
    const first = await bench.ticket()
    await bench.walk(first.id, 'close')
    await bench.pass(9 * MINUTE)
    await bench.act(first.id, 'rework')
    await bench.pass(MINUTE)
    expect((await bench.tickets()).map(({ origin }) => origin)).toEqual(['alarm', 'rework', 'alarm'])
  })
})

describe('a pulse', () => {
  const press = () => bench.say(LIFT, { pulses: ['elevator.alarm_button'] })

  it('is reset by closing its ticket', async () => {
    await press()
    await bench.walk((await bench.ticket()).id, 'close')
    expect(await bench.alarm()).toMatchObject({ state: 'rtn_unacked', active: false })
    await bench.pass(HOUR)
    expect(await bench.tickets()).toHaveLength(1)
  })

  it('ends with its ticket where it was acknowledged', async () => {
    await press()
    await bench.command({ type: 'acknowledge_alarm', alarm: (await bench.alarm()).id })
    await bench.walk((await bench.ticket()).id, 'close')
    expect(await bench.alarm()).toMatchObject({ state: 'normal', endedAt: START })
    expect(bench.engine.device(LIFT)?.alarms.size).toBe(0)
  })

  it('of a newer ticket is not reset by closing an older one', async () => {
    await press()
    const first = await bench.ticket()
    await bench.walk(first.id, 'complete')
    await bench.pass(10 * MINUTE)
    await press()
    const [second] = await bench.tickets()
    expect(second?.id).not.toBe(first.id)
    await bench.act(first.id, 'sign-off')
    await bench.act(first.id, 'close')
    expect(await bench.alarm()).toMatchObject({ state: 'unacked', active: true, ticket: second?.id })
  })
})

describe('a person’s command', () => {
  const guard: Principal = { id: 'p2', name: 'Zhao', role: 'engineer', sites: ['north'] }
  const own: Principal = { id: 'p3', name: 'Qian', role: 'engineer', sites: ['default'] }

  it('sees nothing of a site that is not his, as if it did not exist', async () => {
    await bench.leak()
    const [alarm, ticket] = [await bench.alarm(), await bench.ticket()]
    const told = { name: 'x', location: '', building: null }
    const report = { category: 'other', priority: 'low' as const, title: 't', description: '', location: '' }
    const commands = [
      { type: 'acknowledge_alarm', alarm: alarm.id },
      { type: 'reset_alarm', alarm: alarm.id },
      { type: 'act_on_ticket', ticket: ticket.id, action: 'contact' },
      { type: 'report_ticket', site: 'default', device: null, reporter: null, ...report },
      { type: 'provision_device', id: 'new', site: 'default', kind: 'elevator', ...told },
      { type: 'update_device', id: LEAK, name: 'mine' },
      { type: 'retire_device', id: LEAK },
      { type: 'renew_credentials', id: LEAK },
      { type: 'revoke_credentials', id: LEAK },
      { type: 'update_site', id: 'default', name: 'mine' },
      { type: 'delete_site', id: 'default' },
    ] as const
    const before = await bench.ticket()
    for (const command of commands) {
      await expect(bench.command(command, guard), command.type).rejects.toMatchObject({ code: 'not_found' })
    }
    expect(await bench.ticket()).toEqual(before)
    expect(await bench.alarm()).toEqual(alarm)
    await expect(bench.command({ type: 'acknowledge_alarm', alarm: alarm.id }, own)).resolves.toMatchObject({
      alarm: { acknowledgedBy: 'Qian' },
    })
  })

  it('adds no site where he sees only some', async () => {
    const site = { id: 'north', name: 'North', timezone: 'UTC' }
    await expect(bench.command({ type: 'create_site', site }, guard)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('gives no rights to sites that he does not see', async () => {
    const admin: Principal = { ...guard, role: 'admin' }
    const token = { type: 'add_token', name: 'all', role: 'admin', sites: null } as const
    await expect(bench.command(token, admin)).rejects.toMatchObject({ name: 'Refusal' })
  })

  it('that is refused changes nothing', async () => {
    await bench.leak()
    const before = await bench.ticket()
    bench.changes = []
    await expect(bench.act(before.id, 'arrive')).rejects.toMatchObject({ code: 'conflict' })
    expect(await bench.ticket()).toEqual(before)
    expect(bench.changes).toEqual([])
    expect(await bench.count('ticket_history')).toBe(1)
  })

  it('about what does not exist is refused', async () => {
    await expect(bench.act('nothing', 'assign')).rejects.toMatchObject({ code: 'not_found' })
    await expect(bench.command({ type: 'reset_alarm', alarm: 'nothing' })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('a command with an Idempotency-Key', () => {
  const contact = async () => ({ type: 'act_on_ticket', ticket: (await bench.ticket()).id, action: 'contact' }) as const
  const by: Principal = { id: 'p1', name: 'Zhang', role: 'admin', sites: null }

  it('is done once and answered the same again, also after a restart', async () => {
    await bench.leak()
    const first = await bench.command(await contact(), by, 'k1')
    await bench.pass(MINUTE)
    expect(await bench.command(await contact(), by, 'k1')).toEqual(first)
    await bench.restart(MINUTE)
    expect(await bench.command(await contact(), by, 'k1')).toEqual(first)
    expect(await bench.count('ticket_history')).toBe(2)
  })

  it('is refused where the key was used for another request', async () => {
    await bench.leak()
    await bench.command(await contact(), by, 'k1')
    const other = { ...(await contact()), note: 'again' }
    await expect(bench.command(other, by, 'k1')).rejects.toMatchObject({ code: 'invalid' })
    expect(await bench.count('ticket_history')).toBe(2)
  })

  it('is another one for another person', async () => {
    await bench.leak()
    await bench.command(await contact(), by, 'k1')
    await bench.command(await contact(), { ...by, id: 'p9' }, 'k1')
    expect(await bench.count('ticket_history')).toBe(3)
  })

  it('keeps no key of a command that was refused', async () => {
    await bench.leak()
    const arrive = { ...(await contact()), action: 'arrive' } as const
    await expect(bench.command(arrive, by, 'k1')).rejects.toMatchObject({ code: 'conflict' })
    await expect(bench.command(await contact(), by, 'k1')).resolves.toBeDefined()
  })

  it('does not tell a secret twice, nor keep it', async () => {
    const renew = { type: 'renew_credentials', id: LEAK } as const
    const first = await bench.command(renew, by, 'k1')
    expect(first.secret).toMatch(/^shd_/)
    const again = await bench.command(renew, by, 'k1')
    expect(again).toEqual({ ...first, secret: null })
    const rows = await bench.store.reader.selectFrom('idempotency_keys').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(first.secret)
  })

  it('keeps no request, which may be a drawing, but its hash', async () => {
    await bench.leak()
    await bench.command({ ...(await contact()), note: '住户已回电' }, by, 'k1')
    const row = await bench.store.reader.selectFrom('idempotency_keys').select('request').executeTakeFirstOrThrow()
    expect(row.request).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('a message that cannot be taken in', () => {
  it('becomes an internal_error, keeps the others in their order, and does not come back', async () => {
    const wet = { levels: { 'water.leak': true } }
    const messages = [saying(LIFT, START, { seq: 1 }), saying('nobody', START, wet), saying(METER, START, { seq: 2 })]
    const { rejections } = await bench.take(...messages, saying(LEAK, START, wet))
    // They are counted by what is answered.
    expect(rejections).toMatchObject([{ reason: 'internal_error' }])
    const rows = await bench.store.reader.selectFrom('readings').select('device_key').orderBy('id').execute()
    const keys = [LIFT, METER, LEAK].map((id) => bench.engine.device(id)?.device.key)
    expect(rows.map(({ device_key }) => device_key)).toEqual(keys)
    expect(await bench.count('rejections')).toBe(1)
    expect(bench.engine.trouble()).toBeNull()
  })

  it('counts re-sends among the others', async () => {
    const numbered = saying(LIFT, START, { seq: 1 })
    expect(await bench.take(numbered, saying('nobody', START, {}), numbered)).toMatchObject({ duplicates: 1 })
  })
})

describe('a re-sent message', () => {
  it('is known by number and content, over batches, checkpoints and restarts, for ten minutes', async () => {
    const numbered = { seq: 9, values: { 'voltage.l1': 230 } }
    await bench.say(METER, numbered)
    expect(await bench.say(METER, { ...numbered, values: { 'voltage.l1': 231 } })).toMatchObject({ duplicates: 0 })
    await bench.restart(SECOND)
    expect(await bench.say(METER, numbered)).toMatchObject({ duplicates: 1 })
    await bench.engine.tick()
    await bench.restart(SECOND)
    expect(await bench.say(METER, numbered)).toMatchObject({ duplicates: 1 })
    await bench.restart(10 * MINUTE)
    expect(await bench.say(METER, numbered)).toMatchObject({ duplicates: 0 })
    expect(await bench.count('readings')).toBe(3)
  })

  it('in one batch is known as well', async () => {
    const numbered = saying(METER, START, { seq: 9 })
    expect(await bench.take(numbered, numbered, numbered)).toMatchObject({ duplicates: 2 })
  })

  it('without a number is a message like every other', async () => {
    const same = saying(METER, START, { values: { 'voltage.l1': 230 } })
    expect(await bench.take(same, same)).toMatchObject({ duplicates: 0 })
  })
})

it('tells of what fell due when all of it is recorded, and of an emergency meanwhile at once', async () => {
  await bench.leak()
  bench.changes = []
  bench.clock.advance(10 * MINUTE + 1)
  const ticking = bench.engine.tick()
  await bench.say(LIFT, { levels: { 'elevator.entrapment': true } })
  await ticking
  const types = bench.changes.map(({ type }) => type)
  expect(types.filter((type) => type === 'notice')).toHaveLength(2)
  expect(types.indexOf('notice')).toBeLessThan(types.indexOf('breach'))
  expect(types.at(-1)).toBe('notice')
  expect(await bench.count('outbox')).toBeGreaterThan(2)
})

it('keeps what was asked under a key for a day, and what a responder asked for a week', async () => {
  await bench.leak()
  const { id } = await bench.ticket()
  const by: Principal = { id: 'login-1', name: 'Li', role: 'responder', sites: null }
  const contact = (who: Principal, key: string) =>
    bench.command({ type: 'act_on_ticket', ticket: id, action: 'contact', note: 'rang' }, who, key)
  const contacts = async () =>
    (await bench.store.reader.selectFrom('ticket_history').select('id').where('action', '=', 'contact').execute())
      .length
  await bench.act(id, 'assign')
  await contact(ADMIN, 'a')
  await contact(by, 'a')
  bench.clock.advance(25 * HOUR)
  await contact(ADMIN, 'b')
  await contact(ADMIN, 'a')
  expect(await contacts()).toBe(4)
  bench.clock.advance(5 * 24 * HOUR)
  await contact(ADMIN, 'c')
  await contact({ ...by, id: 'login-2' }, 'a')
  expect(await contacts()).toBe(5)
  bench.clock.advance(24 * HOUR)
  await contact(ADMIN, 'd')
  await contact({ ...by, id: 'login-2' }, 'a')
  expect(await contacts()).toBe(7)
})
