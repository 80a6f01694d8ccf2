import { describe, expect, it } from 'vitest'
import { createBuilding } from '../../simulators/building.ts'
import type { Packet } from '../../simulators/languages/language.ts'
import { FAULTS, startDevice } from '../../simulators/devices/index.ts'
import { seededRandom } from '../../simulators/random.ts'
import { demo } from '../../simulators/scenarios/demo.ts'
import type { Scenario } from '../../simulators/scenarios/scenario.ts'

/** 08:00 in Shanghai. */
const START_MS = Date.UTC(2026, 10, 23)
const MINUTE_MS = 60_000

/** devices/SPEC, sections 1.1 to 1.3: written down once more, so that a misspelt name cannot excuse itself. */
const POINTS = new Set(
  `voltage.l1 voltage.l2 voltage.l3 current.l1 current.l2 current.l3 current.neutral current.residual current.rated
  power.active power.active.l1 power.active.l2 power.active.l3 power.reactive power.apparent power_factor frequency
  energy.active.import temperature.ambient temperature.device humidity.relative water.depth leak.count
  leak.last_duration lift.floor lift.floor_label lift.speed batteryPercent batteryVoltage batteryLow rssi
  reportIntervalS grid.sags grid.swells grid.outages`.split(/\s+/),
)
const CODES = new Set(
  `water.leak door.open valve.open elevator.entrapment elevator.alarm_button elevator.overspeed elevator.safety_gear
  elevator.emergency_stop elevator.mislevelling elevator.door_fault elevator.power_loss elevator.overtravel_top
  elevator.overtravel_bottom elevator.unintended_movement elevator.safety_circuit elevator.emergency_power
  elevator.start_failure elevator.out_of_service elevator.maintenance_mode elevator.fire_mode
  elevator.predictive_maintenance device.controller_link device.test_button meter.phase_loss
  meter.power_outage meter.over_voltage meter.under_voltage meter.over_current meter.phase_imbalance
  meter.residual_current meter.over_temperature meter.short_circuit device.sensor_fault`.split(/\s+/),
)

const healthy: Scenario = { ...demo, opening: [], rounds: [] }

function run(scenario: Scenario, seed: number | string, forMs: number, speed = 1, stepMs = 1_000) {
  const building = createBuilding({ scenario, seed, startMs: START_MS, speed })
  const packets: Packet[] = building.devices.flatMap((device) => building.whole(device, START_MS))
  const happenings: string[] = []
  for (let passed = stepMs; passed <= forMs; passed += stepMs) {
    const spoken = building.advance(START_MS + passed)
    packets.push(...spoken.packets)
    happenings.push(...spoken.happenings)
  }
  return { building, packets, happenings }
}

const lines = (packets: readonly Packet[]) =>
  packets.map(({ topic, payload }) => `${topic} ${String(payload)}`).join('\n')

interface Body {
  ts: number
  seq: number
  values?: Record<string, unknown>
  event?: string
  active?: boolean
}

describe('the same seed', () => {
  it('gives the same messages byte for byte, and another seed others', () => {
    const first = lines(run(demo, 42, 30 * MINUTE_MS, 4).packets)
    expect(lines(run(demo, 42, 30 * MINUTE_MS, 4).packets)).toBe(first)
    expect(lines(run(demo, 43, 30 * MINUTE_MS, 4).packets)).not.toBe(first)
  })

  it('gives each device its own stream: one device fewer changes nothing for the others', () => {
    const fewer = { ...healthy, devices: healthy.devices.slice(1) }
    const gone = `/${healthy.devices[0]!.id}/`
    const all = run(healthy, 1, 5 * MINUTE_MS).packets.filter(({ topic }) => !topic.includes(gone))
    expect(lines(run(fewer, 1, 5 * MINUTE_MS).packets)).toBe(lines(all))
  })
})

describe('devices of one family', () => {
  it('do not go in step', () => {
    const { packets } = run(healthy, 1, 10_000)
    const voltages = packets
      .filter(({ device, topic }) => device.startsWith('meter-') && topic.endsWith('/telemetry'))
      .map(({ payload }) => (JSON.parse(String(payload)) as Body).values!['voltage.l1'])
    expect(voltages.length).toBeGreaterThanOrEqual(24)
    expect(new Set(voltages).size).toBeGreaterThan(12)
    expect(new Set(voltages.slice(0, 8)).size).toBeGreaterThan(4)
    const times = packets.filter(({ device }) => device.startsWith('meter-')).map(({ payload }) => payload.slice(0, 20))
    expect(new Set(times).size).toBeGreaterThan(4)
  })
})

describe('what a building says', () => {
  const { packets } = run(demo, 7, 40 * MINUTE_MS, 6)

  it('goes to each device’s own topics, in the native form and words', () => {
    const events = new Set<string>()
    const odd: string[] = []
    const isValue = (name: string, value: unknown) =>
      CODES.has(name) ? typeof value === 'boolean' : POINTS.has(name) && value !== null && typeof value !== 'object'
    for (const packet of packets) {
      const { topic, payload, device, once } = packet
      const body = JSON.parse(String(payload)) as Body
      const isEvent = topic === `shifen/riverside/${device}/event`
      const fits = isEvent
        ? CODES.has(body.event!) && once === (body.active === undefined)
        : topic === `shifen/riverside/${device}/telemetry` &&
          Object.entries(body.values!).every(([name, value]) => isValue(name, value))
      if (!fits || !Number.isInteger(body.ts)) odd.push(`${topic} ${String(payload)}`)
      if (isEvent) events.add(body.event!)
    }
    expect(odd).toEqual([])
    expect(events.size).toBeGreaterThan(8)
    expect(events).toContain('elevator.alarm_button')
  })

  it('numbers each device’s messages one by one', () => {
    const last = new Map<string, number>()
    for (const { device, payload } of packets) {
      const { seq } = JSON.parse(String(payload)) as Body
      if (seq !== (last.get(device) ?? 0) + 1) throw new Error(`${device} skips to ${seq}`)
      last.set(device, seq)
    }
    expect(last.size).toBe(demo.devices.length)
  })

  it('repeats no level that has not changed', () => {
    const held = new Map<string, boolean>()
    for (const { device, payload } of packets) {
      const { event, active } = JSON.parse(String(payload)) as Body
      if (event === undefined || active === undefined) continue
      const key = `${device} ${event}`
      expect(active).toBe(!(held.get(key) ?? false))
      held.set(key, active)
    }
  })
})

describe('a healthy building', () => {
  it.each([1, 2])('says nothing of an emergency in three hours (seed %i)', (seed) => {
    const { packets, happenings } = run(healthy, seed, 3 * 60 * MINUTE_MS)
    expect(happenings).toEqual([])
    expect(packets.filter(({ topic }) => topic.endsWith('/event'))).toEqual([])
    for (const { payload } of packets) {
      const { values } = JSON.parse(String(payload)) as Body
      for (const [name, value] of Object.entries(values!)) {
        const volts = name.startsWith('voltage.') && ((value as number) < 198 || (value as number) > 235.4)
        if (volts || (CODES.has(name) && name !== 'door.open' && name !== 'valve.open' && value !== false))
          throw new Error(String(payload))
      }
    }
  })

  it('reports at each family’s interval', () => {
    const { packets } = run(healthy, 5, 60 * MINUTE_MS)
    const counts = new Map<string, number>()
    for (const { device } of packets) counts.set(device, (counts.get(device) ?? 0) + 1)
    for (const { id, kind } of healthy.devices) {
      // One at the connect, then the interval's.
      if (kind === 'power_meter') expect(counts.get(id)).toBeCloseTo(721, -1)
      if (kind === 'water_leak') expect(Math.abs(counts.get(id)! - 61)).toBeLessThanOrEqual(1)
      if (kind === 'elevator') expect(counts.get(id)).toBeGreaterThan(360)
    }
  })
})

describe('a demo', () => {
  it('has its leak in the pump room after twenty seconds', () => {
    const { happenings, packets } = run(demo, 1, 30_000)
    expect(happenings).toEqual(['leak-b2-01 is wet (B2 水泵房)'])
    const wet = packets
      .map(({ payload }) => JSON.parse(String(payload)) as Body)
      .find(({ event }) => event === 'water.leak')
    expect(wet).toMatchObject({ active: true })
    expect(wet!.ts - START_MS).toBeGreaterThanOrEqual(20_000)
    expect(wet!.ts - START_MS).toBeLessThan(25_000)
  })

  it('keeps a fault until it is repaired, and lets one that nobody repairs pass', () => {
    const { building } = run(demo, 1, 30_000)
    expect(building.faults('leak-b2-01')).toEqual(['leak'])
    expect(building.active('leak-b2-01')).toEqual(['water.leak'])
    expect(building.repair('leak-b2-01')).toEqual(['leak'])
    for (let passed = 31_000; passed < 100_000; passed += 1_000) building.advance(START_MS + passed)
    expect(building.active('leak-b2-01')).toEqual([])

    const only = { ...demo, rounds: [] }
    expect(run(only, 1, 40 * MINUTE_MS).building.faults('leak-b2-01')).toEqual(['leak'])
    expect(run(only, 1, 41 * MINUTE_MS).building.faults('leak-b2-01')).toEqual([])
  })
})

describe('a device', () => {
  const description = demo.devices[0]!

  it('tells everything it holds after a connect, also what began while it was away', () => {
    const device = startDevice(description, { site: 'riverside', random: seededRandom(1), startMs: 0 })
    device.suffer('leak')
    device.advance({ atMs: 10_000, hourOfDay: 9 })
    const [packet] = device.whole(10_000)
    expect((JSON.parse(String(packet!.payload)) as Body).values).toMatchObject({
      'water.leak': true,
      batteryLow: false,
    })
  })

  it('refuses a fault of another kind of device, and time that goes back', () => {
    const device = startDevice(description, { site: 'riverside', random: seededRandom(1), startMs: 5_000 })
    expect(() => device.suffer('phase_lost')).toThrow(`${description.id} is a water_leak and cannot have the fault`)
    expect(() => device.advance({ atMs: 4_999, hourOfDay: 9 })).toThrow(RangeError)
    expect(FAULTS.water_leak).toContain('leak')
  })
})
