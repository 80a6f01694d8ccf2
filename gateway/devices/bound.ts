import { type Decoded, type DeviceKind, HEALTH_POINTS } from '../../rules/model.ts'
import { scaleOf } from '../units.ts'
import { measure, measureHealth, report } from './decoded.ts'
import { type Binding, field, isObject, type JsonObject } from './family.ts'
import { truthOf } from './numbers.ts'

/** What a site says about a device or topic, applied to what came. */

export function boundKind({ kind }: Binding, id: string): DeviceKind | null {
  if (kind === undefined) return null
  return typeof kind === 'string' ? kind : ((field(kind, id) as DeviceKind | undefined) ?? null)
}

const FIELDS_MAX = 200
const TARGET = /^(condition:)?([A-Za-z0-9_.]+)\s*(?:\(([^)]{1,8})\))?$/

interface BoundField {
  path: string
  name: string
  isCondition: boolean
  /** `null` for a unit that is none of the name's. */
  factor: number | null
}

/** Worked out once for each table of a site, not once a message. */
const readFields = new WeakMap<object, readonly BoundField[]>()

/** Applies `binding.fields` to an object; answers how many fields were found. */
export function applyFields(decoded: Decoded, object: JsonObject, fields: Binding['fields']): number {
  if (fields === undefined) return 0
  let bound = readFields.get(fields)
  if (bound === undefined) {
    bound = Object.entries(fields).slice(0, FIELDS_MAX).flatMap(boundFields)
    readFields.set(fields, bound)
  }
  let found = 0
  for (const each of bound) {
    const raw = valueAt(object, each.path)
    if (raw === undefined) continue
    applyField(decoded, each, raw)
    found += 1
  }
  return found
}

const PHASES = ['l1', 'l2', 'l3']

function boundFields([path, target]: [string, string]): BoundField[] {
  if (path.includes('lN')) {
    return PHASES.flatMap((phase) => boundFields([path.replace('lN', phase), target.replace('lN', phase)]))
  }
  const [, condition, name, unit] = TARGET.exec(target.trim()) ?? []
  if (name === undefined) return []
  const factor = unit === undefined ? 1 : scaleOf(unit, name)
  return [{ path, name, isCondition: condition !== undefined, factor }]
}

function applyField(decoded: Decoded, { path, name, isCondition, factor }: BoundField, raw: unknown): void {
  if (isCondition) reportTruth(decoded, name, raw, path)
  else if (HEALTH_POINTS.get(name) === 'boolean') setHealth(decoded, name, raw)
  else if (factor === null) decoded.warnings.push(`unit_mismatch:${path}`)
  else if (HEALTH_POINTS.has(name)) measureHealth(decoded, name as 'rssi', raw, factor, path)
  else measure(decoded, name, raw, factor, path)
}

function setHealth(decoded: Decoded, name: string, raw: unknown): void {
  const truth = truthOf(raw)
  if (truth !== null) decoded.health[name as 'tamper'] = truth
}

/** A level from a word, number or boolean; what says neither is unknown. */
export function reportTruth(decoded: Decoded, code: string, raw: unknown, label: string): void {
  const truth = truthOf(raw)
  if (truth === null) decoded.warnings.push(raw === null ? `null_value:${label}` : `not_a_truth:${label}`)
  report(decoded, code, truth ?? 'unknown', raw)
}

/** A field by its whole name, else along its dots. */
export function valueAt(object: JsonObject, path: string): unknown {
  const whole = field(object, path)
  if (whole !== undefined || !path.includes('.')) return whole
  let value: unknown = object
  for (const name of path.split('.')) {
    if (Array.isArray(value) && /^\d{1,3}$/.test(name)) value = value[Number(name)]
    else if (isObject(value)) value = field(value, name)
    else return undefined
  }
  return value
}
