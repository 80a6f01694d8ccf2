import type { DeviceMessage } from '../model.ts'
import type { CompiledRule } from './ruleset.ts'

/** What a message tells of. */
export type Brought = Pick<DeviceMessage, 'measurements' | 'conditions' | 'health'>

/** Whether what is told of a name differs from what was known before. */
export type IsNews = (kind: keyof Brought, name: string) => boolean

/** Rules by the points, conditions and fields of health that they read. */
export interface Readers {
  of(input: string): readonly CompiledRule[]
  /**
   * Those that may come out otherwise now, each once: they read something that a message brings as news, or something
   * that it brings and that counts although it is none.
   */
  ofAll(message: Brought, isNews: IsNews): readonly CompiledRule[]
}

/** The rules that read what was brought so far, and where the next name leads: as news, or as what was known. */
interface Step {
  readers: readonly CompiledRule[]
  news: Map<string, Step>
  same: Map<string, Step>
}

/** Devices bring the same names in the same order again and again; one that does not must not fill the memory. */
const STEPS_MAX = 5_000
const NONE: readonly CompiledRule[] = []

/** Which rules a message meets is found out once for the names that it brings, and then by walking along these. */
export function readersOf(rules: readonly CompiledRule[]): Readers {
  const all = byInput(rules)
  const everyTime = byInput(rules.filter(countsRepeats))
  const first = stepOf(NONE)
  let steps = 0

  function stepTo(name: string, isNews: boolean, from: Step): Step {
    const next = isNews ? from.news : from.same
    const known = next.get(name)
    if (known !== undefined) return known
    const readers = (isNews ? all : everyTime).get(name) ?? NONE
    const step = readers.length === 0 ? from : stepOf([...new Set([...from.readers, ...readers])])
    if (steps >= STEPS_MAX) return step
    steps += 1
    next.set(name, step)
    return step
  }

  return {
    of: (input) => all.get(input) ?? NONE,
    ofAll({ measurements, conditions, health }, isNews) {
      let step = first
      for (const { name } of measurements) step = stepTo(name, isNews('measurements', name), step)
      for (const { code } of conditions) step = stepTo(code, isNews('conditions', code), step)
      for (const name in health) step = stepTo(name, isNews('health', name), step)
      return step.readers
    },
  }
}

const stepOf = (readers: readonly CompiledRule[]): Step => ({ readers, news: new Map(), same: new Map() })

/** What is told again moves a measure and is the previous value of itself; companions are looked at each time. */
function countsRepeats({ rule, levels, measures }: CompiledRule): boolean {
  const readsPrevious = levels.some(({ when, clear }) =>
    [when, clear].some((condition) => condition !== null && condition.needsPrevious.length > 0),
  )
  return readsPrevious || measures.length > 0 || rule.with !== undefined
}

function byInput(rules: readonly CompiledRule[]): ReadonlyMap<string, readonly CompiledRule[]> {
  const found = new Map<string, CompiledRule[]>()
  for (const each of rules) {
    for (const input of each.inputs) {
      const known = found.get(input)
      if (known) known.push(each)
      else found.set(input, [each])
    }
  }
  return found
}
