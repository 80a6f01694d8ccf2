import { finite, readNumber, type ReadPoint } from './reading.ts'

/** What was computed when one of the three was last told; `null` where it is unknown. */
export interface UnbalanceMemory {
  kind: 'unbalance'
  percent: number | null
}

export type Three = readonly [number, number, number]

const LINES = ['voltage.l12', 'voltage.l23', 'voltage.l31'] as const
const PHASES = ['voltage.l1', 'voltage.l2', 'voltage.l3'] as const
const CURRENTS = ['current.l1', 'current.l2', 'current.l3'] as const

export const UNBALANCE_INPUTS = { voltage: [...LINES, ...PHASES], current: CURRENTS } as const

/** A tenth of the lowest nominal voltage, 100 V behind a transformer: below it a dead supply is measured, and noise. */
const LINE_VOLTAGE_MEAN_MIN_V = 10

/** Negative over positive sequence, in percent. */
export function unbalanceOf(quantity: 'voltage' | 'current', read: ReadPoint): number | undefined {
  if (quantity === 'current') {
    const currents = three(read, CURRENTS)
    return currents && unbalanceOfPhases(currents)
  }
  const phases = three(read, PHASES)
  const lines = three(read, LINES) ?? (phases && lineVoltages(phases))
  return lines && mean(lines) >= LINE_VOLTAGE_MEAN_MIN_V ? unbalanceOfLines(lines) : undefined
}

function three(read: ReadPoint, [first, second, third]: readonly [string, string, string]): Three | undefined {
  const [a, b, c] = [readNumber(read, first), readNumber(read, second), readNumber(read, third)]
  return a === undefined || b === undefined || c === undefined ? undefined : [a, b, c]
}

const mean = ([a, b, c]: Three) => (a + b + c) / 3

/** By the law of cosines, the phases being taken to lie 120 degrees apart. */
export function lineVoltages([a, b, c]: Three): Three {
  const between = (one: number, other: number) => Math.sqrt(one ** 2 + other ** 2 + one * other)
  return [between(a, b), between(b, c), between(c, a)]
}

/**
 * GB/T 15543-2008, from three line-to-line voltages, which need no angles since they close to a triangle. Three that
 * cannot close, as two dead ones cannot, are as unbalanced as a triangle can be: 100 percent.
 */
export function unbalanceOfLines([a, b, c]: Three): number | undefined {
  const shape = (a ** 4 + b ** 4 + c ** 4) / (a ** 2 + b ** 2 + c ** 2) ** 2
  const root = Math.sqrt(Math.min(1, Math.max(0, 3 - 6 * shape)))
  return finite(100 * Math.sqrt((1 - root) / (1 + root)))
}

/**
 * From three magnitudes that are taken to lie 120 degrees apart: the lengths of the symmetrical components. The sign of
 * a current tells which way the power flows, not its phase.
 */
export function unbalanceOfPhases(phases: Three): number | undefined {
  const [a, b, c] = [Math.abs(phases[0]), Math.abs(phases[1]), Math.abs(phases[2])]
  const negative = Math.sqrt(((a - b) ** 2 + (b - c) ** 2 + (c - a) ** 2) / 2)
  const sum = a + b + c
  // No more than all of it, which only rounding of next to nothing makes of it.
  return sum > 0 ? finite(Math.min(100, (100 * negative) / sum)) : undefined
}
