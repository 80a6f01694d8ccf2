import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeviceRecord } from '../../rules/world.ts'
import { EngineBench, LEAK, LIFT, METER, MINUTE, type Saying, saying } from '../support/engine.ts'

const said = fc.record(
  {
    seq: fc.integer({ min: 0, max: 5 }),
    live: fc.constantFrom(true, true, true, false),
    heard: fc.constantFrom(true, true, true, false),
    deviceAt: fc.constantFrom(null, 0, 1_795_399_200_000),
    values: fc.dictionary(
      fc.constantFrom(
        ...['voltage.l1', 'voltage.l2', 'voltage.l3', 'current.residual', 'energy.active.import'],
        ...['lift.floor', 'own.point'],
      ),
      fc.oneof(
        fc.constantFrom(0, 190, 220, 240),
        fc.double({ noNaN: true, noDefaultInfinity: true, min: 0, max: 1e6 }),
      ),
    ),
    levels: fc.dictionary(
      fc.constantFrom('water.leak', 'elevator.entrapment', 'elevator.door_fault', 'meter.over_voltage'),
      fc.boolean(),
    ),
    pulses: fc.subarray(['elevator.alarm_button', 'meter.fire', 'water.leak']),
    health: fc.record(
      { batteryPercent: fc.integer({ min: 0, max: 100 }), batteryLow: fc.boolean() },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
)

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ device: fc.constantFrom(LEAK, LIFT, METER), said }) },
  { weight: 2, arbitrary: fc.record({ passMs: fc.constantFrom(1, 1_000, 10_000, 5 * MINUTE) }) },
  { weight: 1, arbitrary: fc.record({ person: fc.constantFrom('acknowledge', 'cancel' as const) }) },
)

/** One condition is told once in a message. */
function once({ levels = {}, pulses = [], ...rest }: Saying): Saying {
  return { ...rest, levels, pulses: pulses.filter((code) => !Object.hasOwn(levels, code)) }
}

async function person(bench: EngineBench, what: 'acknowledge' | 'cancel'): Promise<void> {
  const alarm = (await bench.alarms()).find(({ state }) => state === 'unacked' || state === 'rtn_unacked')
  if (what === 'acknowledge' && alarm) await bench.command({ type: 'acknowledge_alarm', alarm: alarm.id })
  const ticket = (await bench.tickets()).find(({ closedAt }) => closedAt === null)
  if (what === 'cancel' && ticket) await bench.cancel(ticket.id)
}

/** What is known, without `silentSince`, which moves by the time that nobody listened. */
function known(bench: EngineBench) {
  const plain = ({ device, state, alarms }: DeviceRecord) => ({
    device,
    points: Object.fromEntries(state.points),
    conditions: Object.fromEntries(state.conditions),
    health: state.health,
    lastSeenAt: state.lastSeenAt,
    recent: state.recent,
    previousHealth: state.previousHealth,
    measures: Object.fromEntries(state.measures),
    onsets: Object.fromEntries(state.onsets),
    alarms: Object.fromEntries(alarms),
  })
  return [...bench.engine.devices()].map(plain)
}

describe('the cache', () => {
  it('is after a restart what it was before, from the checkpoint and the journal after it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.array(step, { maxLength: 10 }), async (before, after) => {
        const bench = await EngineBench.open()
        const run = async (steps: typeof before) => {
          for (const each of steps) {
            if ('passMs' in each) await bench.pass(each.passMs)
            else if ('person' in each) await person(bench, each.person)
            else await bench.take(saying(each.device, bench.clock.now(), once(each.said)))
          }
        }
        try {
          await run(before)
          const atStop = known(bench)
          await bench.restart()
          expect(known(bench)).toEqual(atStop)
          await run(after)
          const later = known(bench)
          await bench.restart()
          expect(known(bench)).toEqual(later)
          expect(bench.errors).toEqual([])
        } finally {
          await bench.close()
        }
      }),
      { numRuns: 25 },
    )
  })

  it('keeps over a second restart what the first one read from the journal', async () => {
    const bench = await EngineBench.open()
    await bench.say(LIFT, { heard: false, levels: { 'device.offline': true } })
    const before = known(bench).find(({ device }) => device.id === LIFT)
    await bench.restart()
    await bench.leak()
    await bench.engine.tick()
    await bench.restart()
    const after = known(bench).find(({ device }) => device.id === LIFT)
    await bench.close()
    expect(after).toEqual(before)
  })

  it('is read from the journal alone, where no checkpoint was written', async () => {
    const bench = await EngineBench.open()
    await bench.say(METER, { values: { 'voltage.l1': 221, 'power.active': 5 }, health: { rssi: -70 } })
    await bench.leak()
    expect(await bench.store.reader.selectFrom('device_states').selectAll().execute()).toEqual([])
    const before = known(bench)
    await bench.restart()
    expect(known(bench)).toEqual(before)
    await bench.close()
  })

  it('is read from the checkpoint alone, where no message came after it', async () => {
    const bench = await EngineBench.open()
    await bench.say(METER, { values: { 'voltage.l1': 221 }, seq: 3 })
    await bench.leak()
    await bench.engine.tick()
    const before = known(bench)
    bench.store.sqlite.exec('delete from readings')
    await bench.restart()
    expect(known(bench)).toEqual(before)
    await bench.close()
  })

  it('checkpoints more devices than one slice holds, tick by tick', async () => {
    const bench = await EngineBench.open()
    const ids = Array.from({ length: 300 }, (_, index) => `meter-x${index}`)
    for (const id of ids) await bench.provision(id, 'power_meter')
    const volts = (value: number) => ids.map((id) => saying(id, bench.clock.now(), { values: { 'voltage.l1': value } }))
    await bench.take(...volts(220))
    await bench.pass(1_000)
    await bench.take(...volts(221))
    for (let tick = 0; tick < 2; tick++) await bench.pass(1_000)
    await bench.take(...volts(222))
    const before = known(bench)
    await bench.restart()
    expect(known(bench)).toEqual(before)
    await bench.close()
  })
})
