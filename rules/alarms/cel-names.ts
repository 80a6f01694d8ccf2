import {
  CONDITION_CODES,
  HEALTH_POINTS,
  isConditionCode,
  isCustomPoint,
  POINT_NAMES,
  pointDefinition,
} from '../model.ts'
import { nearest } from './checks/nearest.ts'

/** `dyn`: a point outside the vocabulary, whose values may be of any type. */
export type CelType = 'double' | 'bool' | 'string' | 'list<string>' | 'dyn'

/** What `device.` says of the device itself; unknown where nobody set it. */
const TEXT_FACTS = 'id name site building zone location kind vendor model family gateway'.split(' ')
export const FACT_TYPES: ReadonlyMap<string, CelType> = new Map([
  ...TEXT_FACTS.map((fact): [string, CelType] => [`device.${fact}`, 'string']),
  ['device.tags', 'list<string>'],
])

/** The type of a point of the vocabulary, of the device's health or of a condition code. */
export function celType(name: string): CelType | undefined {
  if (isConditionCode(name)) return 'bool'
  const definition = pointDefinition(name) ?? HEALTH_POINTS.get(name)
  if (definition === undefined) return undefined
  if (definition === 'boolean') return 'bool'
  return definition.type === 'text' ? 'string' : 'double'
}

export type NameKind = 'point' | 'previous' | 'fact' | 'measure'

/** Something that a condition reads. */
export interface CelName {
  kind: NameKind
  /** What it is called by the rest of the house: `voltage.l1`, `device.model`, `slope`. */
  name: string
  /** What it is read under: `voltage.l1`, `previous:voltage.l1`, `device:model`, `measure:slope`. */
  key: string
  /** What the person wrote, without what stands around it: `previous(voltage.l1)`. */
  shown: string
  type: CelType
}

export type Resolved = { ok: true; name: CelName } | { ok: false; reason: string }

/** What a dotted name stands for, where it stands on its own, in `has()` and, with `previous`, in `previous()`. */
export function resolveName(name: string, measures: ReadonlySet<string>, previous: boolean): Resolved {
  const found = measureOrFact(name, measures)
  if (found !== undefined) {
    if (!previous) return { ok: true, name: found }
    return { ok: false, reason: `previous() takes a point; ${name} is a ${found.kind}` }
  }
  const type = celType(name) ?? (isCustomPoint(name) ? 'dyn' : undefined)
  if (type === undefined) return { ok: false, reason: notKnown(name) }
  if (!previous) return { ok: true, name: { kind: 'point', name, key: name, shown: name, type } }
  return { ok: true, name: { kind: 'previous', name, key: `previous:${name}`, shown: `previous(${name})`, type } }
}

function measureOrFact(name: string, measures: ReadonlySet<string>): CelName | undefined {
  const fact = FACT_TYPES.get(name)
  if (fact) return { kind: 'fact', name, key: name.replace('.', ':'), shown: name, type: fact }
  if (!measures.has(name)) return undefined
  return { kind: 'measure', name, key: `measure:${name}`, shown: name, type: 'double' }
}

const MEASURE_NAME = /^[A-Za-z][A-Za-z0-9_]{0,31}$/

/** Why a rule may not call a measure so, or `null`. */
export function refusedMeasure(name: string, isCelName: (name: string) => boolean): string | null {
  if (!MEASURE_NAME.test(name)) return `${name} is no name for a measure: use letters, digits and _, 32 at most`
  if (celType(name) !== undefined) return `${name} is a point; a measure needs a name of its own`
  return isCelName(name) ? `${name} is a word of CEL; a measure needs a name of its own` : null
}

function notKnown(name: string): string {
  const meant = nearestName(name)
  return `${name} is not a known point or condition${meant === undefined ? '' : `; did you mean ${meant}?`}`
}

/** The known point, condition or fact whose name is nearest to this one. */
export function nearestName(name: string): string | undefined {
  return nearest(name, [...POINT_NAMES, ...HEALTH_POINTS.keys(), ...CONDITION_CODES, ...FACT_TYPES.keys()])
}
