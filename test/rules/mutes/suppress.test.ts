import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseRule, type RuleInput } from '../../../rules/alarms/rule-schema.ts'
import { EngineBench, LEAK, LIFT, METER, MINUTE, saying, SECOND } from '../../support/engine.ts'

/** What a parent alarm mutes: in a building without power its lifts' and sensors' own troubles tell nobody anything. */

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
  for (const id of [METER, LIFT]) await bench.command({ type: 'update_device', id, building: 'A' })
})
afterEach(() => bench.close())

const HOLD = 5 * SECOND

async function parentIs(parent: Partial<RuleInput> = {}) {
  const input: RuleInput = {
    id: 'power_meter.supply_lost',
    kind: 'power_meter',
    title: { zh: '停电', en: 'Supply lost' },
    priority: 'critical',
    category: 'power',
    when: 'meter.power_outage',
    suppresses: { same: 'building', rules: ['elevator.*', 'water_leak.offline'], holdMs: HOLD },
    ...parent,
  }
  await bench.command({ type: 'save_rule', rule: parseRule(input), isNew: false })
}

const supply = (lost: boolean) => bench.say(METER, { levels: { 'meter.power_outage': lost } })
const lift = (down = true) => bench.say(LIFT, { levels: { 'elevator.overspeed': down } })
const alarmOf = async (device: string) => (await bench.alarms()).find((alarm) => alarm.device === device)
const told = async () => {
  const rows = bench.store.reader.selectFrom('outbox').innerJoin('alarms', 'alarms.id', 'outbox.alarm')
  const notices = await rows.select(['device', 'outbox.state']).where('kind', '=', 'alarm.raised').execute()
  return notices.map(({ device, state }) => `${device} ${state}`)
}

describe('an alarm that suppresses others', () => {
  it('mutes what is raised while it stands: no notice, no ticket', async () => {
    await parentIs()
    await supply(true)
    await lift()
    expect(await alarmOf(LIFT)).toMatchObject({ state: 'unacked', muted: { kind: 'suppressed' }, ticket: null })
    expect(await told()).toEqual([`${METER} queued`])
    expect(await bench.tickets()).toEqual([])
  })

  it('mutes at the next tick what is open already, and takes back what is still to be told', async () => {
    await parentIs()
    await lift()
    await supply(true)
    await bench.engine.tick()
    expect(await alarmOf(LIFT)).toMatchObject({ muted: { kind: 'suppressed' } })
    expect(await told()).toEqual([`${LIFT} withdrawn`, `${METER} queued`])
  })

  it('is met before what falls due with it, also where all fell due while the service was down', async () => {
    const rule = {
      id: 'elevator.overspeed',
      kind: 'elevator',
      when: 'elevator.overspeed',
      category: 'elevator',
    } as const
    const title = { zh: '超速', en: 'Overspeed' }
    const delayed = parseRule({ ...rule, title, priority: 'critical', opensTicket: true, onDelayMs: MINUTE })
    await bench.command({ type: 'save_rule', rule: delayed, isNew: false })
    await parentIs({ onDelayMs: MINUTE })
    await lift()
    await supply(true)
    await bench.restart(2 * MINUTE)
    await bench.engine.tick()
    expect(await told()).toEqual([`${METER} queued`])
    expect(await bench.tickets()).toEqual([])
  })

  it('releases what is still true when it has been over for the hold, also over a restart', async () => {
    await parentIs()
    await supply(true)
    await lift()
    await supply(false)
    await bench.restart(HOLD - SECOND)
    await bench.engine.tick()
    expect(await alarmOf(LIFT)).toMatchObject({ muted: { kind: 'suppressed' } })
    await bench.pass(SECOND)
    expect(await alarmOf(LIFT)).toMatchObject({ state: 'unacked', muted: null })
    expect((await bench.ticket()).device).toBe(LIFT)
  })

  it('is over with its condition, also where that is seen as late as it begins and as another mute ends', async () => {
    await parentIs({ pulseHoldMs: SECOND })
    const until = bench.clock.now() + MINUTE
    await bench.command({ type: 'plan_mute', site: 'default', over: { device: METER }, reason: 'x', from: null, until })
    await bench.say(METER, { pulses: ['meter.power_outage'] })
    await lift()
    await bench.restart(2 * MINUTE)
    await bench.engine.tick()
    await bench.pass(HOLD)
    expect(await alarmOf(METER)).toMatchObject({ state: 'rtn_unacked', muted: null })
    expect(await alarmOf(LIFT)).toMatchObject({ state: 'unacked', muted: null })
    expect(await told()).toEqual([`${LIFT} queued`])
  })

  it.each(['seen', 'not seen'])('mutes anew what was let go, when it comes again %s by anybody', async (seen) => {
    await parentIs({ suppresses: { same: 'building', rules: ['elevator.*'], holdMs: 0 } })
    await supply(true)
    await lift()
    await bench.engine.tick()
    const [child, parent] = await bench.alarms()
    const until = bench.clock.now() + MINUTE
    await bench.command({ type: 'shelve_alarm', alarm: child!.id, reason: 'known', until, oneShot: false })
    if (seen === 'seen') await bench.command({ type: 'acknowledge_alarm', alarm: parent!.id })
    bench.clock.advance(SECOND)
    await supply(false)
    await bench.command({ type: 'unshelve_alarm', alarm: child!.id })
    expect(await alarmOf(LIFT)).toMatchObject({ muted: null })
    await supply(true)
    await bench.engine.tick()
    expect(await alarmOf(LIFT)).toMatchObject({ muted: { kind: 'suppressed' } })
  })

  it('calls nobody for what was over before it', async () => {
    await parentIs()
    await supply(true)
    await lift()
    await lift(false)
    await supply(false)
    await bench.pass(HOLD)
    expect(await alarmOf(LIFT)).toMatchObject({ state: 'rtn_unacked', muted: null })
    expect(await told()).toEqual([`${METER} queued`])
  })

  it('leaves other rules and other buildings alone', async () => {
    await parentIs()
    await supply(true)
    await bench.take(
      saying(LEAK, bench.clock.now(), { levels: { 'water.leak': true } }),
      saying(METER, bench.clock.now(), { levels: { 'meter.fire': true } }),
    )
    expect((await bench.alarms()).filter(({ muted }) => muted !== null)).toEqual([])
  })

  it('goes on suppressing while it is acknowledged, and while it is out of service itself', async () => {
    await parentIs()
    await supply(true)
    await bench.command({ type: 'acknowledge_alarm', alarm: (await alarmOf(METER))!.id })
    const until = bench.clock.now() + MINUTE
    await bench.command({ type: 'plan_mute', site: 'default', over: { device: METER }, reason: 'x', from: null, until })
    await lift()
    expect(await alarmOf(LIFT)).toMatchObject({ muted: { kind: 'suppressed' } })
  })
})
