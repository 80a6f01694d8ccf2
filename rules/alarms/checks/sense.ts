import { nearestName } from '../cel-names.ts'
import type { Condition, Truth } from '../condition.ts'
import { ConditionFailure } from '../cel-words.ts'
import { combinations, type Sample, samplesOf } from './samples.ts'

export interface ConditionFinding {
  field: 'when' | 'clear'
  severity: 'error' | 'warning'
  message: string
  /** In the field's source, from 0. */
  position?: number
}

const COMBINATIONS_MAX = 4_096
const VALUES_SHOWN = 4

/**
 * Whether what a person wrote can mean what they want: tries both conditions with values around the literals in them.
 * An error is certain; where not everything could be tried it is a warning, and nothing where that would show little.
 */
export function checkConditions(conditions: { when: Condition; clear: Condition | null }): ConditionFinding[] {
  const { when, clear } = conditions
  return [
    ...unknownPoints('when', when),
    ...(clear === null ? [] : unknownPoints('clear', clear)),
    ...checkWhen(when),
    ...(clear === null ? [] : checkClear(clear)),
    ...(clear === null ? [] : checkBoth(when, clear)),
  ]
}

function unknownPoints(field: 'when' | 'clear', { unknown }: Condition): ConditionFinding[] {
  return unknown.map(({ name, position }) => ({ field, severity: 'warning', message: unknownPoint(name), position }))
}

/** A device may have points of its own, so it is no error. */
export function unknownPoint(name: string): string {
  const meant = nearestName(name)
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`
  return `${name} is no point of the vocabulary${hint}; it counts once a device reports it`
}

function checkWhen(when: Condition): ConditionFinding[] {
  if (when.reads.size === 0) return checkConstant(when)
  if (when.shownByThem === 'little') return []
  const { truths, whenReported, isCertain, failure } = trial(when)
  if (!truths.has(true)) return [finding('when', 'warning', neverTrue('never raises', failure))]
  if (failure !== null || !isOnlyTrue(whenReported)) return []
  if (!isOnlyTrue(truths)) return [finding('when', 'warning', `${ALWAYS_TRUE}, once they are reported`)]
  return [finding('when', isCertain ? 'error' : 'warning', ALWAYS_TRUE)]
}

function checkConstant(when: Condition): ConditionFinding[] {
  if (evaluate(when, () => undefined) !== true) {
    return [finding('when', 'warning', 'never raises: it reads nothing and is never true')]
  }
  return [finding('when', 'error', 'would never clear: it reads nothing and is always true')]
}

const ALWAYS_TRUE = 'would never clear: it is true whatever its inputs say'
const isOnlyTrue = (truths: ReadonlySet<Truth>) => truths.size === 1 && truths.has(true)

function checkClear(clear: Condition): ConditionFinding[] {
  if (clear.shownByThem === 'little') return []
  const { truths, isCertain, failure } = trial(clear)
  if (truths.has(true)) return []
  return [finding('clear', isCertain ? 'error' : 'warning', neverTrue('never clears', failure))]
}

function neverTrue(what: string, failure: ConditionFailure | null): string {
  return failure === null ? `${what}: nothing that its inputs can say makes it true` : `${what}: ${failure.message}`
}

function finding(field: 'when' | 'clear', severity: 'error' | 'warning', message: string): ConditionFinding {
  return { field, severity, message }
}

interface Trial {
  truths: ReadonlySet<Truth>
  /** Those with everything reported. */
  whenReported: ReadonlySet<Truth>
  /** Whether what never came up never can. */
  isCertain: boolean
  /** The first, where one happened. */
  failure: ConditionFailure | null
}

function trial(condition: Condition): Trial {
  const { keys, samples, isComplete } = tries([condition])
  const truths = new Set<Truth>()
  const whenReported = new Set<Truth>()
  let failure: ConditionFailure | null = null
  for (const values of samples) {
    const truth = evaluate(condition, readOf(keys, values))
    if (truth instanceof ConditionFailure) {
      failure ??= truth
      continue
    }
    truths.add(truth)
    if (!values.includes(undefined)) whenReported.add(truth)
  }
  return { truths, whenReported, isCertain: isComplete && condition.shownByThem === 'all', failure }
}

function evaluate(condition: Condition, read: (key: string) => Sample): Truth | ConditionFailure {
  try {
    return condition.evaluate(read)
  } catch (error) {
    if (error instanceof ConditionFailure) return error
    throw error
  }
}

/** The same reading must not raise an alarm and end it. */
function checkBoth(when: Condition, clear: Condition): ConditionFinding[] {
  const { keys, samples } = tries([when, clear])
  const both = (values: readonly Sample[]) =>
    [when, clear].every((condition) => evaluate(condition, readOf(keys, values)) === true)
  for (const values of samples) {
    if (!both(values)) continue
    const needed = withoutNeedless(values, both)
    return [finding('clear', 'warning', `${place(keys, needed)} it would raise and clear at the same time`)]
  }
  return []
}

/** Fewer readings are easier to understand. */
function withoutNeedless(values: readonly Sample[], holds: (values: readonly Sample[]) => boolean): Sample[] {
  const kept = [...values]
  for (let index = 0; index < kept.length; index += 1) {
    const value = kept[index]
    kept[index] = undefined
    if (!holds(kept)) kept[index] = value
  }
  return kept
}

function place(keys: readonly string[], values: readonly Sample[]): string {
  const reported = keys.flatMap((key, index) => {
    const value = values[index]
    return value === undefined ? [] : [`${shown(key)} = ${JSON.stringify(value)}`]
  })
  if (reported.length === 0) return 'where nothing is reported'
  const more = reported.length > VALUES_SHOWN ? ' …' : ''
  return `at ${reported.slice(0, VALUES_SHOWN).join(', ')}${more}`
}

function shown(key: string): string {
  const [space, name] = key.split(':') as [string, string?]
  if (name === undefined) return key
  if (space === 'previous') return `previous(${name})`
  return space === 'device' ? `device.${name}` : name
}

/** The inputs of some conditions, and what to try them with. */
function tries(conditions: readonly Condition[]) {
  const keys = [...new Set(conditions.flatMap(({ reads }) => [...reads.keys()]))]
  const axes = keys.map((key) => {
    const literals = conditions.flatMap(({ critical }) => critical.get(key) ?? [])
    const type = conditions.find(({ reads }) => reads.has(key))!.reads.get(key)!
    return samplesOf(
      key,
      type,
      [...new Set(literals)],
      conditions.some(({ guarded }) => guarded.has(key)),
    )
  })
  return { keys, ...combinations(axes, COMBINATIONS_MAX) }
}

function readOf(keys: readonly string[], values: readonly Sample[]): (key: string) => Sample {
  const known = new Map(keys.map((key, index) => [key, values[index]]))
  return (key) => known.get(key)
}
