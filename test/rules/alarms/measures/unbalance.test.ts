import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { observeMeasure, valueOf } from '../../../../rules/alarms/measures/measure.ts'
import { lineVoltages, unbalanceOfLines, unbalanceOfPhases } from '../../../../rules/alarms/measures/unbalance.ts'
import type { PointValue } from '../../../../rules/model.ts'
import { copied, SHANGHAI } from './bench.ts'

type Vector = readonly [re: number, im: number]
const polar = (length: number, degrees: number): Vector => {
  const angle = (degrees * Math.PI) / 180
  return [length * Math.cos(angle), length * Math.sin(angle)]
}
const turned = ([re, im]: Vector, degrees: number): Vector => {
  const [c, s] = polar(1, degrees)
  return [re * c - im * s, re * s + im * c]
}
const added = (...vectors: Vector[]): Vector => [
  vectors.reduce((total, [re]) => total + re, 0),
  vectors.reduce((total, [, im]) => total + im, 0),
]
const length = ([re, im]: Vector) => Math.hypot(re, im)
const minus = ([a, b]: Vector, [c, d]: Vector): Vector => [a - c, b - d]

/** Fortescue's symmetrical components of three vectors. */
function percent(a: Vector, b: Vector, c: Vector): number {
  const positive = added(a, turned(b, 120), turned(c, 240))
  const negative = added(a, turned(b, 240), turned(c, 120))
  return (100 * length(negative)) / length(positive)
}
const percentOf = ([a, b, c]: readonly number[]) => percent(polar(a!, 0), polar(b!, -120), polar(c!, 120))

const unbalance = (quantity: 'voltage' | 'current', points: Record<string, PointValue>) => {
  const measure = { unbalance: quantity }
  return valueOf(measure, copied(observeMeasure(measure, undefined, (name) => points[name], 5, SHANGHAI)), 9)
}
const lines = (l12: number, l23: number, l31: number) => ({
  'voltage.l12': l12,
  'voltage.l23': l23,
  'voltage.l31': l31,
})
const phases = (of: string, l1: number, l2: number, l3: number) => ({
  [`${of}.l1`]: l1,
  [`${of}.l2`]: l2,
  [`${of}.l3`]: l3,
})

describe('the unbalance of voltages', () => {
  it.each([
    [[230, 230, 230], 0],
    // Two components of 20 V over 670 V: 2.985 percent.
    [[230, 230, 210], 2.985],
    [[220, 225, 231], 1.411],
    [[230, 230, 0], 50],
    [[230, 0, 0], 100],
  ])('of phases %j is %d percent', ([l1, l2, l3], expected) => {
    const value = unbalance('voltage', phases('voltage', l1!, l2!, l3!))
    expect(value).toBeCloseTo(percentOf([l1!, l2!, l3!]), 5)
    expect(value).toBeCloseTo(expected, 2)
  })

  it('of line-to-line voltages needs no angles', () => {
    const [a, b, c] = [polar(231, 3), polar(226, -121), polar(219, 117)]
    const told = lines(length(minus(a, b)), length(minus(b, c)), length(minus(c, a)))
    expect(unbalance('voltage', told)).toBeCloseTo(percent(a, b, c), 6)
    expect(unbalance('voltage', { ...told, ...phases('voltage', 230, 230, 230) })).toBeCloseTo(percent(a, b, c), 6)
  })

  it('is of the phases where a line-to-line voltage is missing', () => {
    const told = { ...phases('voltage', 230, 230, 210), 'voltage.l12': 400, 'voltage.l23': 380 }
    expect(unbalance('voltage', told)).toBeCloseTo(2.985, 3)
    expect(unbalance('voltage', { 'voltage.l1': 230, 'voltage.l2': 230 })).toBeUndefined()
    expect(unbalance('voltage', { ...phases('voltage', 230, 230, 0), 'voltage.l3': 'off' })).toBeUndefined()
  })

  it('is unknown of a dead supply', () => {
    expect(unbalance('voltage', phases('voltage', 0, 0, 0))).toBeUndefined()
    expect(unbalance('voltage', phases('voltage', 3, 0, 1))).toBeUndefined()
    expect(unbalance('voltage', lines(10, 10, 9.9))).toBeUndefined()
    expect(unbalance('voltage', lines(10, 10, 10))).toBeCloseTo(0, 5)
  })

  it('is 100 percent of three that close to no triangle', () => {
    expect(unbalance('voltage', lines(400, 200, 200))).toBeCloseTo(100, 5)
    expect(unbalance('voltage', lines(400, 30, 30))).toBe(100)
  })

  it('is the same from line-to-line voltages as from the phases that they are between', () => {
    const voltage = fc.double({ min: 50, max: 500, noNaN: true })
    fc.assert(
      fc.property(voltage, voltage, voltage, (a, b, c) => {
        const direct = unbalanceOfPhases([a, b, c])!
        expect(direct).toBeCloseTo(percentOf([a, b, c]), 9)
        // Near balance the formula of the lines takes the root of a difference of almost equal numbers.
        expect(Math.abs(unbalanceOfLines(lineVoltages([a, b, c]))! - direct)).toBeLessThan(1e-3)
      }),
    )
  })

  it('is from 0 to 100 percent or unknown, whatever is told', () => {
    const any = fc.double({ noNaN: false })
    fc.assert(
      fc.property(fc.constantFrom('voltage' as const, 'current' as const), any, any, any, (of, a, b, c) => {
        const value = unbalance(of, phases(of, a, b, c)) ?? 0
        expect(value >= 0 && value < 100.001).toBe(true)
      }),
    )
  })
})

describe('the unbalance of currents', () => {
  it('is of magnitudes 120 degrees apart', () => {
    expect(unbalance('current', phases('current', 10, 12, 7))).toBeCloseTo(percentOf([10, 12, 7]), 9)
    expect(unbalance('current', phases('current', -10, -12, -7))).toBeCloseTo(percentOf([10, 12, 7]), 9)
    expect(unbalance('current', phases('current', 5, 5, 5))).toBe(0)
    expect(unbalance('current', phases('current', 5, 0, 0))).toBeCloseTo(100, 9)
  })

  it('is unknown where none flows or one is missing', () => {
    expect(unbalance('current', phases('current', 0, 0, 0))).toBeUndefined()
    expect(unbalance('current', { 'current.l1': 5, 'current.l2': 5 })).toBeUndefined()
  })
})
