import type { Device, DeviceMessage, DeviceState, LevelState, Onset } from '../model.ts'
import type { Condition } from './condition.ts'
import type { Sight } from './observe.ts'
import { type IsPulsing, readerOf } from './read.ts'
import type { CompiledRule, Ruleset } from './ruleset.ts'
import type { Neighbour, Surroundings } from './surroundings.ts'

/** Rules whose condition other devices must agree with. */

/** A device's own condition of a rule. */
const ownKey = ({ rule }: CompiledRule) => rule.id
/** Its condition as a companion of others. */
const companionKey = ({ rule }: CompiledRule) => `${rule.id} with`

/** A pulse of a companion counts as true for as long as it does in the rule. */
export const heldPulses =
  ({ rule }: CompiledRule, now: number): IsPulsing =>
  (_code, since) =>
    since + rule.pulseHoldMs > now

/**
 * Whether enough other devices agree with a condition that is true. Where both must have become true close to each
 * other, what has agreed once agrees for as long as the condition stays true.
 */
export function agree(
  { device, state, now, surroundings }: Pick<Sight, 'device' | 'state' | 'now' | 'surroundings'>,
  compiled: CompiledRule,
  known: LevelState | null,
): boolean {
  const { with: companions } = compiled.rule
  if (companions === undefined) return true
  const { kind, same, atLeast, withinMs } = companions
  const own = state.onsets.get(ownKey(compiled))
  if (withinMs !== undefined && known?.seen) return true
  if (withinMs !== undefined && own === undefined) return false
  let agreeing = 0
  for (const neighbour of surroundings.around(device, kind, same)) {
    const agrees =
      withinMs === undefined
        ? isTrueNow(compiled, neighbour.device, neighbour.state, now)
        : isNear(neighbour.state.onsets.get(companionKey(compiled)), own!, withinMs)
    if (agrees) agreeing += 1
    if (agreeing >= atLeast) return true
  }
  return false
}

function isTrueNow(compiled: CompiledRule, device: Device, state: DeviceState, now: number): boolean {
  const { read } = readerOf(device, state, now, heldPulses(compiled, now))
  return compiled.companion?.evaluate(read) === true
}

const isNear = (onset: Onset | undefined, own: Onset, withinMs: number) =>
  onset !== undefined && Math.abs(onset.at - own.at) <= withinMs

/** When conditions that must come true close to each other became true, after a message. */
export function observeOnsets(
  state: DeviceState,
  device: Device,
  message: DeviceMessage,
  rules: Ruleset,
): DeviceState['onsets'] {
  const coming = rules.coming(device.kind)
  if (coming.length === 0) return state.onsets
  const now = message.receivedAt
  const isTold = (code: string) => message.conditions.some((each) => each.code === code && each.state === 'pulse')
  const isConcerned = (condition: Condition | null) => condition?.inputs.some((input) => brings(message, input))
  let next: Map<string, Onset> | null = null
  const observe = (key: string, conditions: readonly Condition[], measures: CompiledRule['measures']) => {
    const reader = readerOf(device, state, now, isTold)
    reader.measures = measures
    const known = state.onsets.get(key)
    const onset = onsetAfter(known, conditions, reader.read, isTold, now)
    if (onset !== known && onset !== undefined) (next ??= new Map(state.onsets)).set(key, onset)
  }
  for (const compiled of coming) {
    const { levels, companion, measures, rule } = compiled
    if (levels.some(({ when }) => isConcerned(when)) && compiled.speaks(device)) {
      const conditions = levels.flatMap(({ when }) => when ?? [])
      observe(ownKey(compiled), conditions, measures)
    }
    if (companion && rule.with?.kind === device.kind && isConcerned(companion)) {
      observe(companionKey(compiled), [companion], [])
    }
  }
  return next ?? state.onsets
}

function onsetAfter(
  known: Onset | undefined,
  conditions: readonly Condition[],
  read: Parameters<Condition['evaluate']>[0],
  isTold: (code: string) => boolean,
  now: number,
): Onset | undefined {
  let isFalse = false
  for (const condition of conditions) {
    const truth = truthOf(condition, read)
    isFalse ||= truth === false
    if (truth !== true) continue
    if (condition.inputs.some(isTold)) return { at: now, lasts: false }
    return known?.lasts ? known : { at: now, lasts: true }
  }
  return isFalse && known?.lasts ? { ...known, lasts: false } : known
}

/** What fails is told where the rule itself is evaluated. */
function truthOf(condition: Condition, read: Parameters<Condition['evaluate']>[0]) {
  try {
    return condition.evaluate(read)
  } catch {
    return 'unknown'
  }
}

/** Whether a message tells of a point, a condition or a field of the device's health. */
export function brings({ measurements, conditions, health }: DeviceMessage, name: string): boolean {
  return (
    measurements.some((each) => each.name === name) ||
    conditions.some(({ code }) => code === name) ||
    Object.hasOwn(health, name)
  )
}

interface Moved {
  compiled: CompiledRule
  neighbour: Neighbour
}

const NONE: readonly Moved[] = []

/**
 * The devices whose rules may come out otherwise since a companion's message: its condition has become another, or has
 * come true anew.
 */
export function movedBy(
  device: Device,
  before: DeviceState,
  after: DeviceState,
  message: DeviceMessage,
  rules: Ruleset,
  surroundings: Surroundings,
): readonly Moved[] {
  const companions = rules.companions(device.kind)
  if (!message.live || companions.length === 0) return NONE
  const moved: Moved[] = []
  for (const compiled of companions) {
    const { companion, rule } = compiled
    if (!companion?.inputs.some((input) => brings(message, input))) continue
    if (!hasMoved(compiled, device, before, after, message.receivedAt)) continue
    for (const neighbour of surroundings.around(device, rule.kind, rule.with!.same)) {
      if (compiled.speaks(neighbour.device)) moved.push({ compiled, neighbour })
    }
  }
  return moved
}

/** Told again as it was. A pulse may have run out meanwhile, and with a value the one before it becomes another. */
function isSame(input: string, before: DeviceState, after: DeviceState): boolean {
  const state = after.conditions.get(input)?.state
  const known = before.conditions.get(input)
  return state !== undefined && state !== 'pulse' && known?.state === state && known.previous === state
}

function hasMoved(compiled: CompiledRule, device: Device, before: DeviceState, after: DeviceState, now: number) {
  if (compiled.rule.with?.withinMs !== undefined) {
    const key = companionKey(compiled)
    return before.onsets.get(key) !== after.onsets.get(key)
  }
  if (compiled.companion!.inputs.every((input) => isSame(input, before, after))) return false
  const at = (state: DeviceState) => isTrueNow(compiled, device, state, now)
  return at(before) !== at(after)
}
