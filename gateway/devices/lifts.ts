import type { Decoded } from '../../rules/model.ts'
import { label, measure, NATIVE_LENGTH, report } from './decoded.ts'
import { type Binding, field } from './family.ts'
import { isNoValue } from './numbers.ts'

/** What families of lifts have in common: tables of fault codes, lists of faults, floors. */

export interface LiftFault {
  condition: string
  /** Tells apart what one condition gathers: how a door failed. */
  kind?: string
}

export interface LiftFaults {
  byCode: ReadonlyMap<string, LiftFault>
  /** Every condition that a list of these codes can name. */
  conditions: readonly string[]
}

const OTHER: LiftFault = { condition: 'elevator.other_fault' }

/** A table of native codes, as `code: condition` or `code: condition kind`. */
export function liftFaults(table: Readonly<Record<string, string>>): LiftFaults {
  const byCode = new Map<string, LiftFault>()
  for (const [code, text] of Object.entries(table)) {
    const [condition = '', kind] = text.split(' ')
    byCode.set(code, kind === undefined ? { condition } : { condition, kind })
  }
  const conditions = [...byCode.values(), OTHER].map(({ condition }) => condition)
  return { byCode, conditions: [...new Set(conditions)] }
}

/** What a code stands for: numbers are not portable, so the site's own table goes before the family's. */
export function liftFault(native: unknown, faults: LiftFaults, { codes }: Binding): LiftFault {
  const text = codeText(native)
  const bare = /^0\d/.test(text) ? text.replace(/^0+(?=\d)/, '') : text
  if (codes !== undefined) {
    const bound = field(codes, text) ?? field(codes, bare) ?? field(codes, bare.padStart(2, '0'))
    if (typeof bound === 'string') return { condition: boundCode(bound) }
  }
  return faults.byCode.get(bare) ?? OTHER
}

/** `condition:elevator.overspeed`, `elevator.overspeed` and, in a table of a lift, `overspeed` are one code. */
function boundCode(text: string): string {
  const code = text.trim().replace(/^condition:/, '')
  return code.includes('.') ? code : `elevator.${code}`
}

/** A code as text; what is no code has none. */
export function codeText(raw: unknown): string {
  if (typeof raw === 'string') return raw.trim().slice(0, NATIVE_LENGTH)
  return typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : ''
}

export function reportFault(into: Pick<Decoded, 'conditions'>, fault: LiftFault, active: boolean, raw: unknown): void {
  const detail = fault.kind === undefined || !active ? undefined : { kind: fault.kind }
  report(into, fault.condition, active, raw, detail)
}

const FAULTS_MAX = 1_000

/** How an empty list is written as one condition; the codes that it ends are told beside it, one by one. */
export const EVERY_FAULT = 'elevator.*'

/** A list of faults is the whole state: what it does not name is over, unless one of its entries tells nothing. */
export function reportFaultList(
  into: Pick<Decoded, 'conditions' | 'warnings'>,
  natives: readonly unknown[],
  faults: LiftFaults,
  binding: Binding,
): void {
  const named = new Set<string>()
  let isWhole = true
  if (natives.length === 0) report(into, EVERY_FAULT, false, [])
  for (const native of natives.slice(0, FAULTS_MAX)) {
    if (native === null || isNoValue(native)) {
      isWhole = false
      continue
    }
    const fault = liftFault(native, faults, binding)
    if (named.has(fault.condition)) continue
    named.add(fault.condition)
    reportFault(into, fault, true, native)
  }
  if (!isWhole) return void into.warnings.push('null_value:fault')
  const bound = Object.values(binding.codes ?? {})
    .slice(0, FAULTS_MAX)
    .map(boundCode)
  for (const condition of new Set([...faults.conditions, ...bound])) {
    if (!named.has(condition)) report(into, condition, false)
  }
}

/** The floor as the lift shows it ("-2B"), and its number where the lift counts floors. */
export function reportFloor(into: Pick<Decoded, 'measurements' | 'warnings'>, raw: unknown): void {
  if (typeof raw === 'number' && measure(into, 'lift.floor', raw) === null) return
  label(into, 'lift.floor_label', raw)
}
