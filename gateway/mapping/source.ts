import type { MappingFault } from '../../rules/model.ts'
import { compileExpression, type Found, type Said } from './expression.ts'
import { orFault } from './fault.ts'
import { parsePath, readPath } from './path.ts'

/** Where a value of a message comes from: a path of its payload, or CEL. */
export interface Source {
  /** `points[2].path` */
  place: string
  /** What a person wrote. */
  written: string
  many: boolean
  read(said: Said): Found
}

interface Written {
  path?: string | undefined
  cel?: string | undefined
}

/** `types`: what CEL may give. The mapping's shape holds that it has one of both. */
export function compileSource(
  { path, cel }: Written,
  place: string,
  types: readonly string[],
  faults: MappingFault[],
): Source | null {
  if (cel !== undefined) {
    const run = orFault(compileExpression(cel, types), `${place}.cel`, faults)
    return run && { place: `${place}.cel`, written: cel, many: false, read: run }
  }
  return compilePath(path ?? '$', `${place}.path`, faults)
}

export function compilePath(written: string, place: string, faults: MappingFault[]): Source | null {
  const path = orFault(parsePath(written), place, faults)
  if (path === null) return null
  const read = ({ payload }: Said): Found => {
    const value = readPath(path, payload)
    return value === undefined ? { missing: `${written} is not in the payload` } : { value }
  }
  return { place, written, many: path.many, read }
}

/** Refuses `[*]` where one value is wanted. */
export function single(source: Source | null, faults: MappingFault[]): Source | null {
  if (!source?.many) return source
  faults.push({ place: source.place, message: 'one value is wanted here: name an element, such as [0], not [*]' })
  return null
}
