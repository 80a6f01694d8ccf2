import { describe, expect, it } from 'vitest'
import { elevator, ELEVATOR_FAULTS, FLOOR_HEIGHT_M, floorOf, offLanding } from '../../../simulators/devices/elevator.ts'
import type { ElevatorFault, ElevatorState } from '../../../simulators/devices/elevator.ts'
import { HOUR_MS, pace, SEEDS } from './pace.ts'

const spec = { lowestFloor: -2, highestFloor: 18, ratedMps: 1.75 }
const lift = (seed: number, startHour = 9) => pace(elevator, spec, seed, startHour)
const TOP_M = 19 * FLOOR_HEIGHT_M

const CODES: Record<ElevatorFault, string> = {
  entrapment: 'elevator.entrapment',
  door_fault: 'elevator.door_fault',
  overspeed: 'elevator.overspeed',
  emergency_stop: 'elevator.emergency_stop',
  mislevelling: 'elevator.mislevelling',
  power_loss: 'elevator.power_loss',
}

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
  for (const fault of ELEVATOR_FAULTS) {
    it.each(SEEDS)(`${fault} comes within two minutes, stays, and ends with the repair (seed %i)`, (seed) => {
      const car = lift(seed)
      car.go(20_000 + seed * 1_300)
      car.faults.add(fault)
      expect(car.until(() => car.active().includes(CODES[fault]), 120_000)).toBe(true)
      car.go(10 * 60_000, () => {
        if (!car.active().includes(CODES[fault])) throw new Error(`${fault} passed by itself at ${car.atMs()} ms`)
      })
      expect(car.state().speedMps).toBe(0)
      const others = car.active().filter((code) => code !== CODES[fault])
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
