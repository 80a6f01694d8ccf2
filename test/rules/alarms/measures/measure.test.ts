import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inputsOf, keyOf, observeMeasure, unitOf, valueOf } from '../../../../rules/alarms/measures/measure.ts'
import type { Measure } from '../../../../rules/model/rules.ts'
import { after, copied, DAY, HOUR, MINUTE, SHANGHAI, type Told } from './bench.ts'

const T = Date.UTC(2026, 2, 2, 2)
const point = 'energy.active.import'
const MEASURES: Measure[] = [
  { rate: point, overMs: 10 * MINUTE },
  { trend: point, overMs: 31 * DAY },
  { consumption: point, from: '22:00', to: '06:00' },
  { unbalance: 'voltage' },
  { unbalance: 'current' },
  { average: point, overMs: HOUR },
  { minimum: point, overMs: HOUR },
  { maximum: point, overMs: HOUR },
]
const each = it.each(MEASURES.map((measure) => [keyOf(measure), measure] as const))

describe('a measure', () => {
  it('is known by what it asks for, in whatever order it is written', () => {
    expect(new Set(MEASURES.map(keyOf)).size).toBe(MEASURES.length)
    expect(keyOf({ overMs: 5, rate: point })).toBe(keyOf({ rate: point, overMs: 5 }))
    expect(keyOf({ rate: point, overMs: 6 })).not.toBe(keyOf({ rate: point, overMs: 5 }))
    const mornings = { consumption: point, from: '06:00', to: '22:00' }
    expect(keyOf(mornings)).not.toBe(keyOf(MEASURES[2]!))
  })

  it('reads its point, or three phases', () => {
    expect(MEASURES.map((measure) => inputsOf(measure).length)).toEqual([1, 1, 1, 6, 3, 1, 1, 1])
    expect(inputsOf({ minimum: 'voltage.l1', overMs: 5 })).toEqual(['voltage.l1'])
  })

  it('has the unit of its point, by time where it is a slope', () => {
    expect(MEASURES.map((measure) => unitOf(measure, 'Wh'))).toEqual(['Wh/s', 'Wh/d', 'Wh', '%', '%', 'Wh', 'Wh', 'Wh'])
    expect(MEASURES.map((measure) => unitOf(measure, null))).toEqual([null, null, null, '%', '%', null, null, null])
  })
})

describe('what is remembered', () => {
  each('is the same after a round trip through JSON at any moment: %s', (_key, measure) => {
    const reading = fc.tuple(fc.integer({ min: -1000, max: 2 * HOUR }), fc.double({ noNaN: true, min: 0, max: 1e12 }))
    fc.assert(
      fc.property(fc.array(reading, { minLength: 1, maxLength: 60 }), fc.nat(59), (steps, cut) => {
        let at = T
        const told = steps.map(([stepMs, value]): Told => [(at += stepMs), value])
        const straight = after(measure, told)
        const restarted = after(measure, told.slice(cut), SHANGHAI, copied(after(measure, told.slice(0, cut))))
        expect(copied(straight)).toEqual(straight)
        expect(restarted).toEqual(straight)
        expect(valueOf(measure, restarted, at + MINUTE)).toBe(valueOf(measure, straight, at + MINUTE))
      }),
      { numRuns: 50 },
    )
  })

  each('is not changed by what comes after: %s', (_key, measure) => {
    const memory = after(measure, [
      [T, 200],
      [T + 1, 210],
      [T + DAY, 220],
    ])
    const before = JSON.stringify(memory)
    after(
      measure,
      [
        [T + DAY + 1, 5],
        [T + DAY + HOUR, 900],
        [T, 7],
      ],
      SHANGHAI,
      memory,
    )
    expect(JSON.stringify(memory)).toBe(before)
  })

  each('is nothing of another measure’s: %s', (_key, measure) => {
    for (const other of MEASURES) {
      const foreign = after(other, [
        [T, 5],
        [T + 1, 6],
      ])
      expect(Number.isFinite(valueOf(measure, foreign, T + 2) ?? 0)).toBe(true)
      const mixed = observeMeasure(measure, foreign, () => 7, T + 3, SHANGHAI)
      expect(Number.isFinite(valueOf(measure, mixed, T + 4) ?? 0)).toBe(true)
    }
  })

  it.each<[string, Measure, number, number]>([
    ['rate', { rate: point, overMs: 10 * MINUTE }, 1000, 4_000],
    ['rate, seldom told', { rate: point, overMs: 10 * MINUTE }, 7_000, 4_000],
    ['trend', { trend: point, overMs: 31 * DAY }, 7 * MINUTE, 30_000],
    ['consumption', { consumption: point, from: '22:00', to: '06:00' }, 10 * MINUTE, 400],
    ['average', { average: point, overMs: HOUR }, 1000, 2_500],
    ['minimum', { minimum: point, overMs: HOUR }, 1000, 2_500],
    ['unbalance', { unbalance: 'current' }, 1000, 100],
  ])('is small after 100,000 readings: %s', (_name, measure, everyMs, lengthMax) => {
    let memory = after(measure, [])
    let longest = 0
    for (let index = 0; index < 100_000; index++) {
      const value = 230 + Math.sin(index) / 7 + index / 1000
      memory = observeMeasure(measure, memory, () => value, T + index * everyMs, SHANGHAI)
      if (index % 500 === 0) longest = Math.max(longest, JSON.stringify(memory).length)
    }
    expect(longest).toBeGreaterThan(20)
    expect(longest).toBeLessThan(lengthMax)
    expect(valueOf(measure, memory, T + 100_000 * everyMs)).toBeTypeOf('number')
  })

  each('is small however the clock moves: %s', (_key, measure) => {
    let memory = after(measure, [])
    let longest = 0
    for (let index = 0; index < 20_000; index++) {
      const at = T + (index % 2 === 0 ? index : -index) * 37_000 + (index % 7) * HOUR
      memory = observeMeasure(measure, memory, () => index % 500, at, SHANGHAI)
      if (index % 100 === 0) longest = Math.max(longest, JSON.stringify(memory).length)
      expect(Number.isFinite(valueOf(measure, memory, T) ?? 0)).toBe(true)
    }
    expect(longest).toBeLessThan(30_000)
  })
})
