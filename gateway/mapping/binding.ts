import type { Mapping, MappingFault } from '../../rules/model.ts'
import type { Binding } from '../devices/family.ts'
import { orFault } from './fault.ts'
import { knownCode } from './names.ts'
import { nearest } from './near.ts'

const CONDITION = 'condition:'

/** What a family is told of a topic; its conditions are checked, its points are in its own words. */
export function compileBinding(
  { family = '', binding = {} }: Mapping,
  families: readonly { id: string }[],
  faults: MappingFault[],
): Binding {
  const known = families.map(({ id }) => id)
  if (!known.includes(family)) {
    const near = nearest(family, known)
    const message = `${family} is no device family; ${near.length > 0 ? 'near it' : 'known'}: `
    faults.push({ place: 'family', message: message + (near.length > 0 ? near : known).join(', ') })
  }
  for (const table of ['fields', 'metrics'] as const) {
    for (const [native, to] of Object.entries(binding[table] ?? {})) {
      if (!to.startsWith(CONDITION)) continue
      orFault(knownCode(to.slice(CONDITION.length)), `binding.${table}.${native}`, faults)
    }
  }
  for (const [native, code] of Object.entries(binding.codes ?? {})) {
    orFault(knownCode(code), `binding.codes.${native}`, faults)
  }
  return { ...binding, family }
}
