import { HEALTH_POINTS, type PointValue, pointDefinition } from '../../model.ts'
import type { CelType } from '../cel-names.ts'
import type { Value } from '../direct.ts'

/** What an input is tried with: `undefined` is unreported. */
export type Sample = Value | undefined

const ORDINARY = [0, 1, 100]
/** So many literals are also combined with each other, as sums and quotients of readings turn at those. */
const COMBINED_MAX = 4
const OTHER_TEXT = 'another text'

/** Values at each literal, between neighbours and beyond the ends, within what the input can say. */
export function samplesOf(key: string, type: CelType, literals: readonly PointValue[], unreported: boolean): Sample[] {
  const values: Sample[] = unreported ? [undefined] : []
  if (type === 'bool') return [...values, true, false]
  const texts = literals.filter((literal) => typeof literal === 'string')
  if (type === 'string') return [...values, ...textSamples(texts)]
  if (type === 'list<string>') return [...values, ...listSamples(texts)]
  const numbers = literals.filter((literal) => typeof literal === 'number')
  if (type === 'double') return [...values, ...numberSamples(key, numbers)]
  // A value of any type is tried with what it is compared with.
  const booleans = numbers.length + texts.length > 0 ? [] : [true, false]
  return [...values, ...booleans, ...numberSamples(key, numbers), ...(texts.length > 0 ? textSamples(texts) : [])]
}

function textSamples(texts: readonly string[]): string[] {
  const few = texts.slice(0, COMBINED_MAX)
  const joined = few.flatMap((a) => few.filter((b) => a !== b).map((b) => a + b))
  return [...new Set([...texts, ...joined, OTHER_TEXT, ''])]
}

/** Every choice of a few; of many, none, each and all. */
function listSamples(texts: readonly string[]): (readonly string[])[] {
  if (texts.length > COMBINED_MAX) return [[], ...texts.map((text) => [text]), texts]
  return texts.reduce<string[][]>((lists, text) => [...lists, ...lists.map((list) => [...list, text])], [[]])
}

function numberSamples(key: string, literals: readonly number[]): number[] {
  const { min, max } = rangeOf(key)
  const turns = [...literals, ...combined(literals), ...ORDINARY].filter((value) => value >= min && value <= max)
  const sorted = [...new Set([min, ...turns, max])].sort((a, b) => a - b)
  const samples = sorted.flatMap((value, index) =>
    index === 0 ? [value] : [between(sorted[index - 1]!, value), value],
  )
  // What is tried first is what a finding shows.
  return samples.sort((a, b) => Math.abs(a) - Math.abs(b))
}

/** A whole number next to the one nearer to zero, where there is one: people read it, and it is just beyond a limit. */
function between(low: number, high: number): number {
  const next = Math.abs(low) <= Math.abs(high) ? Math.floor(low) + 1 : Math.ceil(high) - 1
  return next > low && next < high ? next : low + (high - low) / 2
}

function combined(literals: readonly number[]): number[] {
  if (literals.length > COMBINED_MAX) return []
  const pairs = literals.flatMap((a) => literals.filter((b) => a !== b).map((b): [number, number] => [a, b]))
  return pairs.flatMap(([a, b]) => [a + b, a - b, a * b, a / b]).filter(Number.isFinite)
}

/** What a sensor can say; a measure and a point outside the vocabulary have no bounds worth the name. */
function rangeOf(key: string): { min: number; max: number } {
  const name = key.replace(/^previous:/, '')
  const definition = pointDefinition(name) ?? HEALTH_POINTS.get(name)
  return definition === undefined || definition === 'boolean' ? { min: -1e6, max: 1e6 } : definition
}

/** A fixed start, so that the same rule always gets the same answer. */
const SEED = 20_261_123

/** All combinations where there are at most so many, else as many that are drawn. */
export function combinations(axes: readonly (readonly Sample[])[], countMax: number) {
  const count = axes.reduce((product, { length }) => product * length, 1)
  const isComplete = count <= countMax
  return { isComplete, samples: isComplete ? everyOne(axes, count) : drawn(axes, countMax) }
}

function* everyOne(axes: readonly (readonly Sample[])[], count: number): Generator<Sample[]> {
  for (let index = 0; index < count; index += 1) {
    let rest = index
    yield axes.map((axis) => {
      const value = axis[rest % axis.length]
      rest = Math.floor(rest / axis.length)
      return value
    })
  }
}

function* drawn(axes: readonly (readonly Sample[])[], count: number): Generator<Sample[]> {
  let state = SEED
  // Lehmer's generator, modulo 2^31 − 1.
  const next = () => (state = (state * 48_271) % 2_147_483_647)
  for (let index = 0; index < count; index += 1) yield axes.map((axis) => axis[next() % axis.length])
}
