import type { Alarm, Device, DeviceState, LevelState } from '../model.ts'
import { agree } from './companions.ts'
import type { Truth } from './condition.ts'
import type { Read } from './direct.ts'
import type { Observation } from './level.ts'
import type { Reader } from './read.ts'
import type { CompiledLevel, CompiledRule, Ruleset } from './ruleset.ts'
import { isSilent } from './silence.ts'
import type { Surroundings } from './surroundings.ts'

/** A device at a moment, as its rules see it. */
export interface Sight {
  device: Device
  state: DeviceState
  now: number
  reader: Reader
  /** Conditions that are true as pulses. */
  pulses: ReadonlySet<string> | null
  rules: Ruleset
  surroundings: Surroundings
}

const SO: Observation = { condition: true, pulse: false }
const PULSE: Observation = { condition: true, pulse: true }
const NOT_SO: Observation = { condition: false, pulse: false }

/**
 * What is seen of each level of a rule, a `null` where it is unknown; `null` altogether where nothing is true and no
 * alarm could end, which is what most messages come to.
 */
export function observed(
  sight: Sight,
  compiled: CompiledRule,
  before: Alarm | null,
): readonly (Observation | null)[] | null {
  const { levels, rule } = compiled
  sight.reader.measures = compiled.measures
  const isOpen = rule.calendar === undefined || sight.rules.isOpen(rule, timezoneOf(sight), sight.now)
  let seen: (Observation | null)[] | null = null
  for (let index = 0; index < levels.length; index++) {
    const level = levels[index]!
    const known = before?.levels.find(({ priority }) => priority === level.priority) ?? null
    const observation = isOpen ? levelSeen(sight, compiled, level, known) : NOT_SO
    if (before === null && !observation?.condition) continue
    seen ??= levels.map(() => null)
    seen[index] = observation
  }
  return seen
}

const timezoneOf = ({ device, surroundings }: Sight) => surroundings.timezoneOf(device.site)

function levelSeen(
  sight: Sight,
  compiled: CompiledRule,
  level: CompiledLevel,
  known: LevelState | null,
): Observation | null {
  const condition = level.when === null ? isSilent(compiled, sight) : truth(level, known, sight.reader.read)
  if (condition === true) {
    if (!agree(sight, compiled, known)) return NOT_SO
    return isPulse(level, sight.pulses) ? PULSE : SO
  }
  return condition === 'unknown' || isHeld(compiled, level, known, sight) ? null : NOT_SO
}

/** With a clear condition apart, what lies between the two changes nothing that is reached (deadband). */
function truth(level: CompiledLevel, known: LevelState | null, read: Read): Truth {
  const when = level.when?.evaluate(read) ?? 'unknown'
  if (level.clear === null || when === true || known === null || !known.reached) return when
  return level.clear.evaluate(read) === true ? false : 'unknown'
}

function isPulse({ when }: CompiledLevel, pulses: ReadonlySet<string> | null): boolean {
  return pulses !== null && (when?.inputs.some((input) => pulses.has(input)) ?? false)
}

/** A pulse gets no clear: what else the device says meanwhile does not end its hold, only a clear of that condition. */
function isHeld({ rule }: CompiledRule, { when }: CompiledLevel, known: LevelState | null, sight: Sight): boolean {
  if (known === null || known.holdUntil === null || !when) return false
  return when.inputs.some((input) => {
    const condition = sight.state.conditions.get(input)
    return condition?.state === 'pulse' && condition.since + rule.pulseHoldMs > sight.now
  })
}
