import { describe, expect, it } from 'vitest'
import {
  callsInMs,
  exposureWithin,
  tripRate,
  TRIPS_PER_DAY,
  TRIPS_PER_HOUR,
} from '../../../simulators/devices/elevator-traffic.ts'
import { elevator } from '../../../simulators/devices/elevator.ts'
import { HOUR_MS, pace } from './pace.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * HOUR_MS
const counting = (seed: number) => pace(elevator, { tellsMoves: false }, seed)

describe('a lift’s traffic', () => {
  it('is 750 trips a day, and scales', () => {
    expect(TRIPS_PER_DAY).toBe(750)
    expect(TRIPS_PER_HOUR).toHaveLength(24)
    expect(tripRate(18.5, 750)).toBe(TRIPS_PER_HOUR[18])
    expect(tripRate(-0.5, 75)).toBeCloseTo(0.8, 9)
    expect(exposureWithin(DAY_MS, 7.3, 300)).toBeCloseTo(300 * HOUR_MS, 0)
  })

  it.each([0, 0.25, 5.999, 7.5, 23.9])('says when exposure runs down, as it does (from %d h)', (hour) => {
    for (const trips of [0.01, 1, 10, 400, 2_000]) {
      const inMs = callsInMs(trips * HOUR_MS, hour, 750)
      expect(exposureWithin(inMs, hour, 750) / HOUR_MS).toBeCloseTo(trips, 4)
    }
    expect(callsInMs(1, hour, 0)).toBe(Infinity)
  })

  // 400 days are 300,000 trips. A Poisson count's standard deviation is the root of its mean; 24 hours within 4.5 of
  // them is broken by one seed in 6,000.
  it('follows its table hour by hour', () => {
    const days = 400
    const car = counting(1)
    const byHour = TRIPS_PER_HOUR.map(() => 0)
    const byDay: number[] = []
    for (let day = 0; day < days; day += 1) {
      const { trips } = car.state()
      for (let hour = 0; hour < 24; hour += 1) {
        const before = car.state().trips
        car.go(HOUR_MS, undefined, 5 * MINUTE_MS)
        byHour[hour]! += car.state().trips - before
      }
      byDay.push(car.state().trips - trips)
    }
    for (const [hour, mean] of TRIPS_PER_HOUR.entries()) {
      const expected = days * mean
      expect(Math.abs(byHour[hour]! - expected), `hour ${hour}`).toBeLessThan(4.5 * Math.sqrt(expected))
    }
    // And is no more even or uneven than chance: a Poisson count's variance is its mean.
    const mean = byDay.reduce((sum, each) => sum + each) / days
    const variance = byDay.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (days - 1)
    expect(Math.abs(variance / mean - 1)).toBeLessThan(4 * Math.sqrt(2 / (days - 1)))
  })

  it.each([
    ['driven each second', 1_000, 5],
    ['counted each minute', MINUTE_MS, 40],
    ['counted twice a day', 12 * HOUR_MS, 150],
  ])('makes as many trips and stops however it is stepped: %s', (_, stepMs, days) => {
    const car = counting(2)
    car.go(days * DAY_MS, undefined, stepMs)
    const { trips, doorCycles, waiting, stops } = car.state()
    const expected = days * TRIPS_PER_DAY
    expect(Math.abs(trips + waiting - expected)).toBeLessThan(4 * Math.sqrt(expected))
    // Four trips in ten begin where the car stands; the others fetch first: 1.6 stops a trip, each one door cycle.
    const opened = doorCycles + stops.length
    expect(Math.abs(opened - 1.6 * trips)).toBeLessThan(4 * Math.sqrt(0.24 * trips) + 2)
  })

  it('stands at a landing with its door closed after a long time, as likely at each', () => {
    const car = pace(elevator, { lowestFloor: 1, highestFloor: 5, tellsMoves: false }, 3)
    const seen = [0, 0, 0, 0, 0]
    const looks = 4_000
    car.go(
      looks * 12 * HOUR_MS,
      (state) => {
        expect(state.door).toBe('closed')
        seen[state.heightM / 3]! += 1
      },
      12 * HOUR_MS,
    )
    for (const times of seen) expect(Math.abs(times - looks / 5)).toBeLessThan(4 * Math.sqrt(looks * 0.2 * 0.8))
  })
})

describe('how long a lift rests', () => {
  const none = new Set<never>()

  it('is for ever where it tells no moves and nothing is wrong, until its telephone tests its line', () => {
    const car = pace(elevator, { tellsMoves: false }, 4)
    car.go(HOUR_MS, (state) => expect(elevator.restsForMs(state, none)).toBe(Infinity))
    const calling = pace(elevator, { tellsMoves: false, testCallEveryMs: DAY_MS }, 4)
    calling.go(HOUR_MS)
    const restsMs = elevator.restsForMs(calling.state(), none)
    calling.go(restsMs - 1, undefined, restsMs - 1)
    expect(calling.state().testCalls).toBe(0)
    calling.go(1, undefined, 1)
    expect(calling.state().testCalls).toBe(1)
  })

  it('is until somebody calls where it tells its moves', () => {
    const car = pace(elevator, {}, 5, 3)
    car.go(1_000)
    car.until((state) => elevator.restsForMs(state, none) > 20_000, HOUR_MS)
    const { trips, heightM, doorCycles } = car.state()
    const restsMs = elevator.restsForMs(car.state(), none)
    car.go(restsMs, undefined, restsMs)
    expect(car.state()).toMatchObject({ trips, heightM, doorCycles })
    car.go(1_000)
    expect(car.state().trips).toBe(trips + 1)
  })

  it('is short while a fault begins, and long once it holds the car', () => {
    const car = pace(elevator, { tellsMoves: false }, 6, 8)
    car.go(HOUR_MS)
    expect(elevator.restsForMs(car.state(), new Set(['power_loss'] as const))).toBe(1_000)
    car.faults.add('power_loss')
    car.go(10_000)
    expect(elevator.restsForMs(car.state(), car.faults)).toBe(Infinity)
    car.faults.clear()
    expect(elevator.restsForMs(car.state(), car.faults)).toBe(1_000)
  })
})
