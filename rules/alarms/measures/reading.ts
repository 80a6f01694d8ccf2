import type { PointValue } from '../../model.ts'

/** When a number was received, and the number. */
export type Reading = readonly [at: number, value: number]

/** The current value of a point of the device. */
export type ReadPoint = (name: string) => PointValue | undefined

/** No sensor says more, and sums of such numbers stay finite, as JSON needs them. */
const NUMBER_MAX = 1e100

export function readNumber(read: ReadPoint, name: string): number | undefined {
  const value = read(name)
  return typeof value === 'number' && Math.abs(value) <= NUMBER_MAX ? value : undefined
}

export function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined
}
