import type { ConditionReport, Decoded, DeviceKind, Measurement } from '../../rules/model.ts'
import { HEALTH_POINTS, isConditionCode, pointDefinition } from '../../rules/model.ts'
import { label as writeLabel, measure, measureHealth, report } from './decoded.ts'
import { scaleOf } from '../units.ts'
import { isImplausiblePower, truthOf } from './numbers.ts'

/** What a field of a site's table is: a point in a unit, a condition, a figure of health. */
export type Target =
  { what: 'point'; name: string; unit: string | null } | { what: 'condition' | 'health'; name: string }

const TARGET = /^(?:(measurement|condition|health):)?([A-Za-z][\w.-]*)(?:\s*\(([^)]{1,16})\))?$/

/**
 * `power.active`, `energy.active.import (kWh)`, `measurement:lift.floor`, `condition:meter.phase_loss`; else `null`.
 */
export function targetOf(text: string): Target | null {
  const [, what, name, unit] = TARGET.exec(text.trim()) ?? []
  if (name === undefined) return null
  if (what !== 'condition' && what !== 'health' && pointDefinition(name))
    return { what: 'point', name, unit: unit ?? null }
  if (what === undefined || what === 'condition') if (isConditionCode(name)) return { what: 'condition', name }
  if ((what === undefined || what === 'health') && HEALTH_POINTS.has(name)) return { what: 'health', name }
  return null
}

type Into = Pick<Decoded, 'measurements' | 'conditions' | 'warnings'> & Partial<Pick<Decoded, 'health'>>

/** Writes down what a device sent for a target. `unit` is the device's own, where it tells one. */
export function writeTarget(into: Into, target: Target, raw: unknown, unit: string | null = null): void {
  const { name } = target
  if (target.what === 'condition') return writeCondition(into, name, raw)
  if (target.what !== 'point') return writeHealth(into, name, raw)
  if (pointDefinition(name)?.type === 'text') return writeLabel(into, name, raw)
  const written = target.unit ?? unit
  const scale = written === null ? 1 : scaleOf(written, name)
  if (scale === null) into.warnings.push(`unit_mismatch:${name}`)
  else measure(into, name, raw, scale)
}

/** A level. What is neither yes nor no is unknown: never "no". */
function writeCondition(into: Pick<Into, 'conditions' | 'warnings'>, code: string, raw: unknown): void {
  const truth = truthOf(raw)
  if (truth === null) into.warnings.push(raw === null ? `null_value:${code}` : `value_unavailable:${code}`)
  report(into, code, truth ?? 'unknown', raw)
}

function writeHealth({ health, warnings }: Into, name: string, raw: unknown): void {
  if (health === undefined) return
  if (HEALTH_POINTS.get(name) !== 'boolean') {
    measureHealth({ health, warnings }, name as Parameters<typeof measureHealth>[1], raw)
    return
  }
  const truth = truthOf(raw)
  if (truth === null) warnings.push(`null_value:${name}`)
  else health[name as 'online'] = truth
}

/** Prefix of a point's or condition's name → the kind of device that tells such. */
const KINDS: readonly (readonly [RegExp, DeviceKind])[] = [
  [/^elevator\.|^lift\./, 'elevator'],
  [/^water\.leak$|^leak\./, 'water_leak'],
  [/^meter\.|^voltage|^current|^power|^energy|^frequency$/, 'power_meter'],
  [/^valve\./, 'valve'],
  [/^pump\./, 'pump'],
  [/^door\./, 'door'],
]

/** The kind of device that says this; `unknown` where nothing of it tells. */
export function kindOf(said: Pick<Decoded, 'measurements'> & { conditions: readonly ConditionReport[] }): DeviceKind {
  const names = [...said.conditions.map(({ code }) => code), ...said.measurements.map(({ name }) => name)]
  for (const [pattern, kind] of KINDS) if (names.some((name) => pattern.test(name))) return kind
  return 'unknown'
}

interface InPower {
  /** From 0; `WHOLE` where it is of all phases together. */
  phase: number
  what: 'volts' | 'amperes' | 'watts'
}

const WHOLE = 3
const IN_POWER: ReadonlyMap<string, InPower> = new Map(
  ['l1', 'l2', 'l3'].flatMap((part, phase): [string, InPower][] => [
    [`voltage.${part}`, { phase, what: 'volts' }],
    [`current.${part}`, { phase, what: 'amperes' }],
    [`power.active.${part}`, { phase, what: 'watts' }],
  ]),
).set('power.active', { phase: WHOLE, what: 'watts' })

/** Takes out active power that voltage and current of the same phase, or of all phases together, cannot make. */
export function dropImplausiblePower(into: Pick<Decoded, 'measurements' | 'warnings'>): void {
  const volts: (number | null)[] = [null, null, null]
  const amperes: (number | null)[] = [null, null, null]
  let powers = 0
  for (const { name, value } of into.measurements) {
    const place = IN_POWER.get(name)
    if (place === undefined || typeof value !== 'number') continue
    if (place.what === 'watts') powers++
    else if (place.what === 'volts') volts[place.phase] ??= value
    else amperes[place.phase] ??= value
  }
  if (powers === 0) return
  volts[WHOLE] = voltAmperes(volts, amperes)
  amperes[WHOLE] = 1
  const isSound = ({ name, value }: Measurement) => {
    const place = IN_POWER.get(name)
    if (place?.what !== 'watts' || typeof value !== 'number') return true
    return !isImplausiblePower(value, volts[place.phase]!, amperes[place.phase]!)
  }
  if (into.measurements.every(isSound)) return
  for (const each of into.measurements) if (!isSound(each)) into.warnings.push(`implausible:${each.name}`)
  into.measurements = into.measurements.filter(isSound)
}

/** Of all phases together; `null` where one of them is not known. A three-phase meter must have told all three. */
function voltAmperes(volts: readonly (number | null)[], amperes: readonly (number | null)[]): number | null {
  let sum = 0
  let known = 0
  for (let phase = 0; phase < WHOLE; phase++) {
    if (volts[phase] === null || amperes[phase] === null) continue
    sum += Math.abs(volts[phase]! * amperes[phase]!)
    known++
  }
  return known === 3 || (known === 1 && volts[1] === null) ? sum : null
}
