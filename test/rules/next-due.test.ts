import { afterEach, describe, expect, it } from 'vitest'
import { parseRule } from '../../rules/alarms/rule-schema.ts'
import { compileRules } from '../../rules/alarms/ruleset.ts'
import { EngineBench, HOUR, LEAK, METER, MINUTE, START } from '../support/engine.ts'
import { onDutyAlways, responder } from '../support/people.ts'

const DAY = 24 * HOUR
let bench: EngineBench

afterEach(() => bench.close())

/** What a tick wrote, beside that it is alive. */
const written = () =>
  bench.store.sqlite.prepare<[], { changes: number }>('select total_changes() as changes').get()!.changes

/** Nobody sends here; what waits to be sent would be due for ever. */
const sendAll = () => bench.store.sqlite.exec(`update outbox set state = 'sent' where state = 'queued'`)

/** Goes from moment to moment; answers those at which nothing was met, or something was before its time. */
async function walk(forMs: number): Promise<{ moments: number; wrong: string[] }> {
  const end = bench.clock.now() + forMs
  const wrong: string[] = []
  let moments = 0
  await bench.engine.tick()
  for (;;) {
    sendAll()
    const next = await bench.engine.nextDueAt()
    if (next > end) return { moments, wrong }
    moments += 1
    if (next - 1 > bench.clock.now()) {
      bench.clock.set(next - 1)
      // Its own house-keeping is over before what is watched begins.
      await bench.engine.tick()
      const before = written()
      await bench.engine.tick()
      if (written() !== before) wrong.push(`something was met before ${at(next)}`)
    }
    bench.clock.set(Math.max(next, bench.clock.now()))
    const before = written()
    await bench.engine.tick()
    if (written() === before) wrong.push(`nothing was met at ${at(next)}`)
  }
}

const at = (ms: number) => new Date(ms).toISOString()

describe('when something is next due', () => {
  it('is never, where nobody is watched and nothing runs, but for the month that ends', async () => {
    bench = await EngineBench.open()
    await bench.engine.tick()
    const next = await bench.engine.nextDueAt()
    // Devices that never spoke are silent after a while.
    expect(next).toBeGreaterThan(bench.clock.now())
    const { wrong } = await walk(3 * DAY)
    expect(wrong).toEqual([])
    expect(await bench.engine.nextDueAt()).toBe(Date.parse('2026-12-01T00:00:00+08:00'))
  })

  it('is each clock, step, silence, shift and mute at its own time, and nothing in between', async () => {
    bench = await EngineBench.open()
    await onDutyAlways(bench, responder('li'), responder('wang'), responder('chief', { roles: ['supervisor'] }))
    for (const device of [LEAK, METER]) await bench.say(device, { values: { batteryPercent: 80 } })
    await bench.leak()
    const silent = await bench.alarm()
    const until = bench.clock.now() + 90 * MINUTE
    await bench.say(METER, { levels: { 'meter.over_voltage': true } })
    await bench.pass(MINUTE)
    const alarms = await bench.alarms()
    const voltage = alarms.find(({ id }) => id !== silent.id)!
    await bench.command({ type: 'shelve_alarm', alarm: voltage.id, until, reason: 'tests', oneShot: false })
    const { moments, wrong } = await walk(12 * HOUR)
    expect(wrong).toEqual([])
    expect(moments).toBeGreaterThan(10)
    const ticket = (await bench.tickets()).find(({ device }) => device === LEAK)!
    const late = ticket.clocks.filter(({ dueAt, state }) => dueAt < bench.clock.now() && state === 'running')
    expect(late).toEqual([])
  })

  it('is when a window of a rule opens and closes, at each site by its own clock', async () => {
    bench = await EngineBench.open()
    await bench.engine.tick()
    // What is due otherwise is a silence of days, and the month that ends.
    const quiet = await bench.engine.nextDueAt()
    const night = parseRule({
      ...{ id: 'night', kind: 'power_meter', title: { zh: '夜间用电', en: 'Power at night' } },
      ...{ priority: 'medium', category: 'power', when: 'power.active > 100.0' },
      calendar: [{ from: '11:00', to: '12:30' }],
    })
    Object.assign(bench.engine.world(), { rules: compileRules([night]) })
    expect(await bench.engine.nextDueAt()).toBe(bench.clock.now())
    await bench.engine.tick()
    const opens = START + HOUR
    expect(quiet).toBeGreaterThan(opens)
    expect(await bench.engine.nextDueAt()).toBe(opens)
    bench.clock.set(opens)
    await bench.engine.tick()
    expect(await bench.engine.nextDueAt()).toBe(opens + 90 * MINUTE)
  })
})
