import type { Random } from '../rules/model.ts'

/** Repeatable chance: the same seed gives the same sequence everywhere. */
export interface SeededRandom {
  /** A number in [0, 1). */
  readonly next: Random
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number
  /** A number in [min, max). */
  range(min: number, max: number): number
  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T
  /** Bell-shaped around `mean`; never further away than 3.5 standard deviations. */
  normal(mean: number, deviation: number): number
  /** `true` in the given share of cases: 0.01 is one in a hundred. */
  chance(probability: number): boolean
  /** A stream of its own, named. It depends on seed and name alone, not on what was drawn before. */
  fork(name: string): SeededRandom
}

/** FNV-1a over UTF-16 code units, with an avalanche at the end so that similar names give unlike seeds. */
function hash(text: string, basis: number): number {
  let value = basis >>> 0
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}

/** Chris Doty-Humphrey's sfc32 ("small fast counting"): 128 bits of state, period at least 2^32. */
function sfc32(seed: string): Random {
  let a = hash(seed, 0x811c9dc5)
  let b = hash(seed, 0x9e3779b9)
  let c = hash(seed, 0x243f6a88)
  let counter = 1
  const next = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  // The generator's author discards the first outputs, until the seed has reached every bit.
  for (let round = 0; round < 15; round += 1) next()
  return next
}

/** A generator from a seed; seeds are compared as text, so `7` and `'7'` are one. */
export function seededRandom(seed: number | string): SeededRandom {
  const name = String(seed)
  const next = sfc32(name)
  const range = (min: number, max: number) => min + next() * (max - min)
  const integer = (min: number, max: number) => {
    if (!Number.isInteger(min) || !Number.isInteger(max) || max < min) {
      throw new RangeError(`no whole numbers from ${min} to ${max}`)
    }
    return min + Math.floor(next() * (max - min + 1))
  }
  return {
    next,
    range,
    integer,
    pick<T>(list: readonly T[]): T {
      if (list.length === 0) throw new RangeError('cannot pick from an empty list')
      return list[integer(0, list.length - 1)] as T
    },
    // Four uniform numbers, brought to variance one: no logarithm whose last digit could differ, and a bound.
    normal: (mean, deviation) => mean + deviation * Math.sqrt(3) * (next() + next() + next() + next() - 2),
    chance: (probability) => next() < probability,
    fork: (child) => seededRandom(`${name}/${child}`),
  }
}
