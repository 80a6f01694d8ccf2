import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Command } from '../../../rules/commands.ts'
import { noticesOf } from '../../../rules/storage/outbox.ts'
import { historyOfAlarm } from '../../../rules/storage/alarms.ts'
import { listMutes } from '../../../rules/storage/mutes.ts'
import { ADMIN, EngineBench, LEAK, METER } from '../../support/engine.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

let bench: EngineBench
beforeEach(async () => void (bench = await EngineBench.open()))
afterEach(() => bench.close())

const notices = async (alarm: string) => (await noticesOf(bench.store.reader, { alarm })).map(({ state }) => state)
const mutes = () => listMutes(bench.store.reader, { sites: null, limit: 100 })

async function shelved(details: { until?: number; oneShot?: boolean } = {}) {
  await bench.leak()
  const { id } = await bench.alarm()
  const until = details.until ?? bench.clock.now() + HOUR_MS
  return bench.command({ type: 'shelve_alarm', alarm: id, reason: 'tested', until, oneShot: details.oneShot ?? false })
}

const outOfService = (over: object, details: { from?: number; forMs?: number } = {}): Command => {
  const from = details.from ?? bench.clock.now()
  return {
    type: 'plan_mute',
    site: 'default',
    over,
    reason: 'pump replaced',
    from,
    until: from + (details.forMs ?? HOUR_MS),
  }
}

/** The shipped rule of leaks, after a minute. */
async function delayed() {
  const { rule } = [...bench.engine.world().ruleBook.values()].find(({ id }) => id === 'water_leak.wet')!
  await bench.command({ type: 'save_rule', rule: { ...rule!, onDelayMs: MINUTE_MS }, isNew: false })
}

describe('shelving', () => {
  it('withdraws the notices that are queued, and says who did it and why', async () => {
    const { alarm } = await shelved()
    expect(alarm).toMatchObject({ state: 'unacked', muted: { kind: 'shelved' } })
    expect(await notices(alarm!.id)).toEqual(['withdrawn'])
    const history = await historyOfAlarm(bench.store.reader, alarm!.id)
    expect(history.map(({ action, by, note }) => [action, by, note])).toEqual([
      ['raised', 'system', ''],
      ['muted', ADMIN.name, 'tested'],
    ])
  })

  it('goes on computing: an alarm that is over when it ends is normal, and nobody is told again', async () => {
    const { alarm } = await shelved()
    await bench.leak(false)
    await bench.pass(10_000)
    expect(await bench.alarm()).toMatchObject({ state: 'rtn_unacked', active: false, muted: { kind: 'shelved' } })
    await bench.pass(HOUR_MS)
    expect(await bench.alarm()).toMatchObject({ state: 'normal', muted: null, endedAt: bench.clock.now() })
    expect(await notices(alarm!.id)).toEqual(['withdrawn'])
  })

  it('alarms again where the condition is still true at its end, with the ticket that is open', async () => {
    const { alarm } = await shelved()
    await bench.command({ type: 'acknowledge_alarm', alarm: alarm!.id })
    await bench.pass(HOUR_MS)
    expect(await bench.alarm()).toMatchObject({ state: 'unacked', muted: null })
    expect(await notices(alarm!.id)).toEqual(['withdrawn', 'queued'])
    expect((await bench.ticket()).alarms).toEqual([alarm!.id])
  })

  it('does not tell a recurrence, nor open a ticket for it', async () => {
    const { alarm } = await shelved()
    await bench.walk((await bench.ticket()).id, 'complete')
    await bench.leak(false)
    await bench.pass(10_000)
    await bench.leak()
    expect(await bench.alarm()).toMatchObject({ state: 'unacked', count: 2, muted: { kind: 'shelved' } })
    expect(await notices(alarm!.id)).toEqual(['withdrawn'])
    expect(await bench.tickets()).toHaveLength(1)
  })

  it('ends with the alarm where it is one-shot', async () => {
    await shelved({ oneShot: true })
    await bench.leak(false)
    await bench.pass(10_000)
    await bench.pass(1_000)
    expect(await bench.alarm()).toMatchObject({ state: 'normal', muted: null })
    await bench.leak()
    const again = (await bench.alarms())[0]!
    expect(again).toMatchObject({ state: 'unacked', muted: null })
    expect(await notices(again.id)).toEqual(['queued'])
  })

  it('again replaces what was said before, and calls nobody in between', async () => {
    const { alarm } = await shelved({ until: bench.clock.now() + 10 * HOUR_MS })
    const until = bench.clock.now() + MINUTE_MS
    await bench.command({ type: 'shelve_alarm', alarm: alarm!.id, reason: 'shorter', until, oneShot: false })
    expect(await notices(alarm!.id)).toEqual(['withdrawn'])
    await bench.pass(MINUTE_MS)
    expect(await bench.alarm()).toMatchObject({ state: 'unacked', muted: null })
  })

  it('ends with its rule: one of the same name is another', async () => {
    await shelved()
    const { rule } = bench.engine.world().ruleBook.get('water_leak.wet')!
    await bench.command({ type: 'delete_rule', id: 'water_leak.wet' })
    await bench.command({ type: 'save_rule', rule: rule!, isNew: true })
    expect((await bench.alarms())[0]).toMatchObject({ state: 'unacked', muted: null, endedAt: null })
  })

  it('ends when a person says so', async () => {
    const { alarm } = await shelved()
    await bench.command({ type: 'unshelve_alarm', alarm: alarm!.id })
    expect(await bench.alarm()).toMatchObject({ state: 'unacked', muted: null })
    await expect(bench.command({ type: 'unshelve_alarm', alarm: alarm!.id })).rejects.toThrow('not shelved')
  })

  it('is refused for longer than a day and for the past', async () => {
    await expect(shelved({ until: bench.clock.now() + 24 * HOUR_MS + 1 })).rejects.toThrow('24 hours at most')
    const alarm = (await bench.alarm()).id
    const past = { reason: 'x', until: bench.clock.now(), oneShot: false }
    await expect(bench.command({ type: 'shelve_alarm', alarm, ...past })).rejects.toThrow('in the past')
    expect((await bench.alarm()).muted).toBeNull()
  })

  it('calls nobody for what was over before it ended, however late that is seen', async () => {
    const { alarm } = await shelved()
    await bench.leak(false)
    await bench.restart(2 * HOUR_MS)
    await bench.engine.tick()
    expect(await bench.alarm()).toMatchObject({ state: 'normal', muted: null })
    expect(await notices(alarm!.id)).toEqual(['withdrawn'])
  })

  it('outlives a restart, and ends at its time although the service was down then', async () => {
    await shelved()
    await bench.restart(MINUTE_MS)
    expect(await bench.alarm()).toMatchObject({ muted: { kind: 'shelved' } })
    await bench.restart(2 * HOUR_MS)
    await bench.engine.tick()
    expect(await bench.alarm()).toMatchObject({ state: 'unacked', muted: null })
  })
})

describe('out of service', () => {
  it('mutes what is raised while it is in force: no notice, no ticket', async () => {
    await bench.command(outOfService({ device: LEAK }))
    await bench.leak()
    const alarm = await bench.alarm()
    expect(alarm).toMatchObject({ state: 'unacked', muted: { kind: 'out_of_service' }, ticket: null })
    expect(await notices(alarm.id)).toEqual([])
    expect(await bench.tickets()).toEqual([])
    await bench.pass(HOUR_MS)
    expect(await bench.alarm()).toMatchObject({ state: 'unacked', muted: null })
    expect((await bench.ticket()).openedAt).toBe(bench.clock.now())
  })

  it('closes the valves of the zone at its end, where nobody was told to before', async () => {
    const zoned = (id: string) => bench.command({ type: 'update_device', id, zone: 'z' })
    await bench.provision('valve-1', 'valve')
    for (const id of [LEAK, 'valve-1']) await zoned(id)
    await bench.command(outOfService({ device: LEAK }))
    await bench.leak()
    const told = () => bench.store.reader.selectFrom('commands').select('device').execute()
    expect(await told()).toEqual([])
    await bench.pass(HOUR_MS)
    expect(await told()).toEqual([{ device: 'valve-1' }])
  })

  it('is planned ahead and begins by itself, also for what is open then', async () => {
    await bench.leak()
    await bench.command(outOfService({ category: 'water_leak' }, { from: bench.clock.now() + HOUR_MS }))
    await bench.pass(HOUR_MS - 1)
    expect((await bench.alarm()).muted).toBeNull()
    await bench.pass(1)
    expect((await bench.alarm()).muted).toMatchObject({ kind: 'out_of_service' })
  })

  it('mutes what was raised by a delay that ran out before the next message came', async () => {
    await delayed()
    await bench.command(outOfService({ device: LEAK }))
    await bench.leak()
    bench.clock.advance(MINUTE_MS)
    await bench.leak()
    expect(await bench.alarm()).toMatchObject({ state: 'unacked', muted: { kind: 'out_of_service' } })
    await bench.pass(HOUR_MS)
    expect(await bench.ticket()).toMatchObject({ alarms: [(await bench.alarm()).id] })
  })

  it('leaves other devices, categories and buildings alone', async () => {
    await bench.command({ type: 'update_device', id: METER, building: 'B' })
    await bench.command(outOfService({ building: 'B' }))
    await bench.leak()
    expect((await bench.alarm()).muted).toBeNull()
  })

  it('hands over to what else mutes the alarm, and only the last end alarms', async () => {
    await bench.command(outOfService({ device: LEAK }, { forMs: HOUR_MS }))
    await bench.command(outOfService({ category: 'water_leak' }, { forMs: 2 * HOUR_MS }))
    await bench.leak()
    await bench.pass(HOUR_MS)
    expect((await bench.alarm()).muted).toMatchObject({ kind: 'out_of_service' })
    await bench.pass(HOUR_MS)
    expect(await bench.alarm()).toMatchObject({ state: 'unacked', muted: null })
  })

  it('is reminded of every 24 hours', async () => {
    await bench.command(outOfService({ device: LEAK }, { forMs: 60 * HOUR_MS }))
    const reminders = async () => {
      const rows = await bench.store.reader.selectFrom('outbox').select('kind').execute()
      return rows.filter(({ kind }) => kind === 'mute.reminder').length
    }
    await bench.pass(24 * HOUR_MS - 1)
    expect(await reminders()).toBe(0)
    await bench.pass(1)
    await bench.pass(1_000)
    expect(await reminders()).toBe(1)
    await bench.pass(24 * HOUR_MS)
    expect(await reminders()).toBe(2)
  })

  it('can be ended early; a planned one is cancelled', async () => {
    const { mute } = await bench.command(outOfService({ device: LEAK }))
    await bench.leak()
    await bench.command({ type: 'end_mute', mute: mute!.id })
    expect(await bench.alarm()).toMatchObject({ muted: null })
    await expect(bench.command({ type: 'end_mute', mute: mute!.id })).rejects.toThrow('ended already')
  })

  it('names what it is about, in a site of whoever asks', async () => {
    await expect(bench.command(outOfService({}))).rejects.toThrow('say what is out of service')
    await expect(bench.command(outOfService({ device: 'nobody' }))).rejects.toThrow('does not exist')
    await expect(bench.command(outOfService({ building: 'nowhere' }))).rejects.toThrow('building nowhere')
    await expect(bench.command(outOfService({ rules: ['lift.*'] }))).rejects.toThrow('no rule is called lift.*')
    await expect(bench.command(outOfService({ device: LEAK }, { forMs: 91 * 24 * HOUR_MS }))).rejects.toThrow('90 days')
    await expect(bench.command(outOfService({ device: LEAK }), { ...ADMIN, sites: ['elsewhere'] })).rejects.toThrow(
      'does not exist',
    )
    expect(await mutes()).toEqual([])
  })
})
