import type { DeviceMessage } from '../model.ts'
import type { CompiledRule } from './ruleset.ts'

/** What a message tells of. */
export type Brought = Pick<DeviceMessage, 'measurements' | 'conditions' | 'health'>

/** Rules by the points, conditions and fields of health that they read. */
export interface Readers {
  of(input: string): readonly CompiledRule[]
  /** Those that read something that a message brings, each once. */
  ofAll(message: Brought): readonly CompiledRule[]
}

/** The rules that read what was brought so far, and where the next name leads. */
interface Step {
  readers: readonly CompiledRule[]
  next: Map<string, Step>
}

/** Devices bring the same names in the same order again and again; one that does not must not fill the memory. */
const STEPS_MAX = 5_000
const NONE: readonly CompiledRule[] = []

/** Which rules a message meets is found out once for the names that it brings, and then by walking along these. */
export function readersOf(rules: readonly CompiledRule[]): Readers {
  const byInput = new Map<string, CompiledRule[]>()
  for (const each of rules) {
    for (const input of each.inputs) {
      const known = byInput.get(input)
      if (known) known.push(each)
      else byInput.set(input, [each])
    }
  }
  const first: Step = { readers: NONE, next: new Map() }
  let steps = 0

  function stepTo(name: string, from: Step): Step {
    const known = from.next.get(name)
    if (known !== undefined) return known
    const readers = byInput.get(name)
    if (readers === undefined) return from
    const step = { readers: [...new Set([...from.readers, ...readers])], next: new Map<string, Step>() }
    if (steps >= STEPS_MAX) return step
    steps += 1
    from.next.set(name, step)
    return step
  }

  return {
    of: (input) => byInput.get(input) ?? NONE,
    ofAll({ measurements, conditions, health }) {
      let step = first
      for (const { name } of measurements) step = stepTo(name, step)
      for (const { code } of conditions) step = stepTo(code, step)
      for (const name in health) step = stepTo(name, step)
      return step.readers
    },
  }
}
