import { describe, expect, it } from 'vitest'
import { ELEVATOR_FAULTS, FLOOR_HEIGHT_M, floorOf, offLanding } from '../../../simulators/devices/elevator-car.ts'
import type { ElevatorFault, ElevatorSpec, ElevatorState } from '../../../simulators/devices/elevator-car.ts'
import { elevator } from '../../../simulators/devices/elevator.ts'
import { HOUR_MS, pace, SEEDS } from './pace.ts'

const spec = { lowestFloor: -2, highestFloor: 18, ratedMps: 1.75 }
const lift = (seed: number, startHour = 9, more: ElevatorSpec = {}) =>
  pace(elevator, { ...spec, ...more }, seed, startHour)
const TOP_M = 19 * FLOOR_HEIGHT_M

/** Faults by the level that they lead to; these leave the car as it is. */
const CODES: Partial<Record<ElevatorFault, string>> = {
  entrapment: 'elevator.entrapment',
  entrapment_level: 'elevator.entrapment',
  controller_link: undefined,
  worn_part: undefined,
  alarm_button: undefined,
  test_call: undefined,
  phone_dead: undefined,
}
const LEVEL_FAULTS = ELEVATOR_FAULTS.flatMap((fault) => {
  const code = fault in CODES ? CODES[fault] : `elevator.${fault}`
  return code === undefined ? [] : [{ fault, code }]
})

describe('a healthy lift', () => {
  it.each(SEEDS)('travels for a day and breaks none of its rules (seed %i)', (seed) => {
    const car = lift(seed)
    const floors = new Set<number>()
    let before: ElevatorState = car.state()
    car.go(
      24 * HOUR_MS,
      (state) => {
        const broken =
          Math.abs(state.speedMps) > spec.ratedMps + 1e-9
            ? 'too fast'
            : state.door !== 'closed' && (state.speedMps !== 0 || offLanding(state) !== 0)
              ? 'an open door away from a landing'
              : state.heightM < 0 || state.heightM > TOP_M
                ? 'out of its shaft'
                : Math.abs(state.heightM - before.heightM) > spec.ratedMps * 0.5 + 1e-9
                  ? 'a jump'
                  : state.presses > 0 || Object.values(elevator.levels(state)).some(Boolean)
                    ? 'a condition'
                    : null
        if (broken !== null) throw new Error(`${broken} at ${car.atMs()} ms: ${JSON.stringify(state)}`)
        floors.add(floorOf(state))
        before = state
      },
      500,
    )
    expect(car.state().trips).toBeGreaterThan(300)
    expect(floors.size).toBe(20)
    expect(floors.has(0)).toBe(false)
    expect(Math.min(...floors)).toBe(-2)
    expect(Math.max(...floors)).toBe(18)
  })

  it('reaches its rated speed and opens its door', () => {
    const car = lift(1)
    expect(car.until((state) => Math.abs(state.speedMps) === spec.ratedMps, HOUR_MS)).toBe(true)
    expect(car.until((state) => state.door === 'open', HOUR_MS)).toBe(true)
  })

  it('goes as far in odd steps as in even ones', () => {
    const odd = lift(5)
    const even = lift(5)
    odd.go(7 * 60 * 997, undefined, 997)
    even.go(7 * 60 * 997, undefined, 997 * 7)
    expect(odd.state()).toEqual(even.state())
  })
})

describe('a lift’s faults', () => {
  for (const { fault, code } of LEVEL_FAULTS) {
    it.each(SEEDS)(`${fault} comes within two minutes, stays, and ends with the repair (seed %i)`, (seed) => {
      const car = lift(seed)
      car.go(20_000 + seed * 1_300)
      car.faults.add(fault)
      expect(car.until(() => car.active().includes(code), 120_000)).toBe(true)
      car.go(10 * 60_000, () => {
        if (!car.active().includes(code)) throw new Error(`${fault} passed by itself at ${car.atMs()} ms`)
      })
      expect(car.state().speedMps).toBe(0)
      const others = car.active().filter((each) => each !== code)
      expect(others).toEqual(fault === 'overspeed' ? ['elevator.safety_gear'] : [])

      car.faults.clear()
      expect(car.until(() => car.active().length === 0, 60_000)).toBe(true)
      const { trips } = car.state()
      car.go(HOUR_MS, (state) => {
        const off = state.door !== 'closed' && offLanding(state) !== 0
        if (off || Math.abs(state.speedMps) > spec.ratedMps + 1e-9 || car.active().length > 0) {
          throw new Error(`not healthy at ${car.atMs()} ms: ${JSON.stringify(state)}`)
        }
      })
      expect(car.state().trips).toBeGreaterThan(trips + 10)
    })
  }

  it.each(SEEDS)('is told of by its controller as soon as that is set to (seed %i)', (seed) => {
    const car = lift(seed, 9, { reportsTrappedAfterMs: 2_000 })
    car.faults.add('entrapment')
    expect(car.until(() => car.active().includes('elevator.entrapment'), 15_000)).toBe(true)
    expect(car.state().stuckForMs).toBeLessThan(3_000)
    expect(car.state().presses).toBe(0)
  })

  it.each(SEEDS)('traps its passengers between floors, who press the button first (seed %i)', (seed) => {
    const car = lift(seed)
    car.faults.add('entrapment')
    expect(car.until((state) => state.presses === 1, 120_000)).toBe(true)
    expect(car.active()).toEqual([])
    expect(car.until(() => car.active().includes('elevator.entrapment'), 30_000)).toBe(true)
    car.go(10 * 60_000)
    expect(offLanding(car.state())).toBeGreaterThan(0.25)
    expect(car.state().door).toBe('closed')
    expect(car.state().presses).toBeGreaterThan(3)
    car.faults.clear()
    expect(car.until((state) => state.door === 'open', 30_000)).toBe(true)
    expect(offLanding(car.state())).toBe(0)
  })

  it.each(SEEDS)('overspeeds for real, until the safety gear stops it (seed %i)', (seed) => {
    const car = lift(seed)
    car.faults.add('overspeed')
    let fastest = 0
    car.go(120_000, ({ speedMps }) => (fastest = Math.max(fastest, Math.abs(speedMps))), 100)
    expect(fastest).toBeGreaterThan(1.25 * spec.ratedMps)
    expect(fastest).toBeLessThan(1.4 * spec.ratedMps)
    expect(car.state().speedMps).toBe(0)
  })

  it('holds its door open after the third attempt', () => {
    const car = lift(2)
    car.faults.add('door_fault')
    expect(car.until(() => car.active().length > 0, 120_000)).toBe(true)
    car.go(60_000)
    expect(car.state().door).toBe('open')
  })

  it('stops a hand’s breadth outside the door zone when it mislevels', () => {
    const car = lift(3)
    car.faults.add('mislevelling')
    car.until(() => car.active().length > 0, 120_000)
    expect(offLanding(car.state())).toBeCloseTo(0.35, 6)
    expect(car.state().door).toBe('closed')
  })
})

describe('a lift’s other faults', () => {
  it.each(SEEDS)('shuts passengers in at a landing whose door does not open (seed %i)', (seed) => {
    const car = lift(seed)
    car.faults.add('entrapment_level')
    expect(car.until(() => car.active().includes('elevator.entrapment'), 90_000)).toBe(true)
    expect(offLanding(car.state())).toBe(0)
    expect(car.state().door).toBe('closed')
    expect(elevator.tell(null, car.state()).data?.['elevator.entrapment']?.position).toBe('at_level')
    car.faults.clear()
    expect(car.until((state) => state.door === 'open', 10_000)).toBe(true)
  })

  it.each(SEEDS)('drives to a landing and opens when it has emergency power (seed %i)', (seed) => {
    const car = lift(seed, 18, { emergencyPower: true })
    car.until((state) => Math.abs(state.speedMps) > 1 && offLanding(state) > 1, HOUR_MS)
    car.faults.add('power_loss')
    expect(car.until((state) => state.door === 'open', 30_000)).toBe(true)
    car.go(HOUR_MS)
    expect(offLanding(car.state())).toBe(0)
    expect(car.active()).toEqual(['elevator.power_loss', 'elevator.emergency_power'])
  })

  it('waits at its main landing with an open door for the fire brigade', () => {
    const car = lift(4)
    car.faults.add('fire_mode')
    car.go(10 * 60_000)
    expect(floorOf(car.state())).toBe(1)
    expect(car.state().door).toBe('open')
  })

  it.each([
    ['overtravel_top', TOP_M + 0.25],
    ['overtravel_bottom', -0.25],
  ] as const)('stands past its last landing: %s', (fault, heightM) => {
    const car = lift(7)
    car.faults.add(fault)
    car.until(() => car.active().length > 0, 120_000)
    expect(car.state().heightM).toBeCloseTo(heightM, 6)
  })

  it('leaves its landing with an open door, and is caught within the standard’s 1.2 m', () => {
    const car = lift(8)
    car.faults.add('unintended_movement')
    car.until(() => car.active().length > 0, 120_000)
    car.go(60_000)
    expect(car.state().door).toBe('open')
    expect(offLanding(car.state())).toBeGreaterThan(0.09)
    expect(offLanding(car.state())).toBeLessThan(1.2)
  })

  it('tells nothing new of a car out of its monitor’s reach, and counts its trips when it is back', () => {
    const car = lift(9)
    car.go(HOUR_MS)
    const before = car.state()
    car.faults.add('controller_link')
    car.go(HOUR_MS)
    expect(car.active()).toEqual(['device.controller_link'])
    expect(car.state().trips).toBe(before.trips)
    car.faults.clear()
    car.go(60_000)
    expect(car.active()).toEqual([])
    expect(car.state().trips).toBeGreaterThan(before.trips + 10)
  })

  it('has its button pressed and its line tested once each, and its car goes on', () => {
    const car = lift(10)
    car.faults.add('alarm_button').add('test_call')
    car.go(HOUR_MS)
    expect(car.state()).toMatchObject({ presses: 1, testCalls: 1 })
    expect(car.state().trips).toBeGreaterThan(10)
    expect(elevator.tell({ ...car.state(), presses: 0, testCalls: 0 }, car.state()).pulses).toEqual([
      'device.test_button',
      'elevator.alarm_button',
    ])
  })

  it('tests its line by itself as often as it says, unless the line is dead', () => {
    const day = 24 * HOUR_MS
    const car = lift(11, 0, { testCallEveryMs: 3 * day })
    car.go(30 * day, undefined, day)
    expect(car.state().testCalls).toBe(10)
    car.faults.add('phone_dead')
    car.go(30 * day, undefined, day)
    expect(car.state().testCalls).toBe(10)
  })
})
