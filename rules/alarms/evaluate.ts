import type { Alarm, Device, DeviceMessage, DeviceState, LevelState, PointValue } from '../model.ts'
import type { ReadPoint } from './condition.ts'
import type { Observation } from './level.ts'
import { type AlarmStep, type NewAlarm, observeAlarm, settleAlarm } from './machine.ts'
import type { CompiledLevel, CompiledRule, Ruleset } from './ruleset.ts'

/** The open alarms of one device, by rule. */
export type OpenAlarms = ReadonlyMap<string, Alarm>

export interface RuleStep extends AlarmStep {
  compiled: CompiledRule
  before: Alarm | null
}

/** Makes an alarm's id; part of the injected chance. */
export type NewId = (now: number) => string

const NOT_SO: Observation = { condition: false, pulse: false }
const SILENT: Observation = { condition: true, pulse: false }

/**
 * A live message meets the rules that read what it brings. `state` is what is known with the message in it.
 * Only steps that change something are answered.
 */
export function evaluateMessage(
  device: Device,
  state: DeviceState,
  alarms: OpenAlarms,
  message: DeviceMessage,
  rules: Ruleset,
  newId: NewId,
): RuleStep[] {
  if (!message.live) return []
  const now = message.receivedAt
  const pulses = pulsesOf(message)
  const ageUnknown = message.retained === true && !isRecent(message)
  const read: ReadPoint = (name) => (pulses?.has(name) ? true : readPoint(state, name))
  const steps: RuleStep[] = []
  const keep = (compiled: CompiledRule, before: Alarm | null, step: AlarmStep) => {
    if (step.alarm !== before || step.events.length > 0) steps.push({ ...step, compiled, before })
  }
  /** A delay or hold that ran out before the message came has taken effect before it, whenever the next tick is. */
  const settle = (compiled: CompiledRule): Alarm | null => {
    const before = alarms.get(compiled.rule.id) ?? null
    if (before === null || before.dueAt === null || before.dueAt > now) return before
    const step = settleAlarm(before, compiled.rule, now)
    keep(compiled, before, step)
    return step.alarm === null || step.alarm.endedAt !== null ? null : step.alarm
  }
  for (const compiled of rulesFor(device, message, rules)) {
    const before = settle(compiled)
    const seen = compiled.levels.map((level) => {
      const known = before?.levels.find(({ priority }) => priority === level.priority) ?? null
      const condition = truth(level, known, read)
      if (condition === 'unknown' || (!condition && isHeld(compiled, level, known, state, now))) return null
      return condition ? { condition, pulse: isPulse(level, pulses) } : NOT_SO
    })
    const create = () => ({ ...newAlarm(device, newId(now), valueOf(compiled, read)), ageUnknown })
    keep(compiled, before, observeAlarm(before, compiled.rule, seen, now, create))
  }
  if (message.heard && alarms.size > 0) {
    for (const compiled of rules.silence(device)) {
      const before = settle(compiled)
      if (before === null) continue
      const create = () => newAlarm(device, newId(now), null)
      keep(compiled, before, observeAlarm(before, compiled.rule, [NOT_SO], now, create))
    }
  }
  return steps
}

/** Time alone: delays that ran out, and devices that have not been heard for too long. */
export function evaluateTime(
  device: Device,
  state: DeviceState,
  alarms: OpenAlarms,
  rules: Ruleset,
  now: number,
  newId: NewId,
): RuleStep[] {
  const steps: RuleStep[] = []
  for (const before of alarms.values()) {
    if (before.dueAt === null || before.dueAt > now) continue
    const compiled = rules.byId.get(before.rule)
    if (!compiled) continue
    const step = settleAlarm(before, compiled.rule, now)
    if (step.alarm !== before) steps.push({ ...step, compiled, before })
  }
  for (const compiled of rules.silence(device)) {
    const before = alarms.get(compiled.rule.id) ?? null
    const at = silentAt(compiled, device, state)
    if (before?.active || at === null || at > now) continue
    const create = () => newAlarm(device, newId(now), null)
    const step = observeAlarm(before, compiled.rule, [SILENT], now, create)
    steps.push({ ...step, compiled, before })
  }
  return steps
}

/**
 * When a device counts as silent: after three missed reports where it tells its interval, else after what suits the
 * device, else after the rule's own figure. `null`: it was never heard, so nothing is missed.
 */
function silentAt({ rule }: CompiledRule, device: Device, state: DeviceState): number | null {
  if (state.silentSince === null || rule.silenceMs === undefined) return null
  const interval = state.health.reportIntervalS
  const withinMs = interval === undefined ? (device.silenceMs ?? rule.silenceMs) : interval * 3_000
  return state.silentSince + withinMs + 1
}

/** When time alone next changes something at a device: a delay, hold or silence runs out. `null`: nothing runs. */
export function nextDueAt(device: Device, state: DeviceState, alarms: OpenAlarms, rules: Ruleset): number | null {
  let next = Infinity
  for (const { dueAt } of alarms.values()) if (dueAt !== null && dueAt < next) next = dueAt
  for (const compiled of rules.silence(device)) {
    if (alarms.get(compiled.rule.id)?.active) continue
    const at = silentAt(compiled, device, state)
    if (at !== null && at < next) next = at
  }
  return next === Infinity ? null : next
}

const RECENT_MS = 10 * 60_000

/** A retained message with a time of its own is not of unknown age. */
function isRecent({ deviceAt, receivedAt }: DeviceMessage): boolean {
  return deviceAt !== null && Math.abs(receivedAt - deviceAt) <= RECENT_MS
}

function pulsesOf(message: DeviceMessage): ReadonlySet<string> | null {
  let pulses: Set<string> | null = null
  for (const { code, state } of message.conditions) if (state === 'pulse') (pulses ??= new Set()).add(code)
  return pulses
}

function readPoint(state: DeviceState, name: string): PointValue | undefined {
  const point = state.points.get(name)
  if (point) return point.value
  const condition = state.conditions.get(name)
  if (condition) {
    if (condition.state === 'active') return true
    return condition.state === 'cleared' ? false : undefined
  }
  return state.health[name as keyof DeviceState['health']]
}

function rulesFor(device: Device, message: DeviceMessage, rules: Ruleset): Iterable<CompiledRule> {
  const [first] = message.measurements
  if (first && message.measurements.length === 1 && message.conditions.length === 0 && isEmpty(message.health)) {
    return rules.readers(device, first.name)
  }
  const found = new Set<CompiledRule>()
  const add = (name: string) => {
    for (const compiled of rules.readers(device, name)) found.add(compiled)
  }
  for (const { name } of message.measurements) add(name)
  for (const { code } of message.conditions) add(code)
  for (const name in message.health) add(name)
  return found
}

function isEmpty(object: object): boolean {
  for (const _ in object) return false
  return true
}

const isPulse = ({ when }: CompiledLevel, pulses: ReadonlySet<string> | null): boolean =>
  pulses !== null && (when?.inputs.some((input) => pulses.has(input)) ?? false)

/** A pulse gets no clear: what else the device says meanwhile does not end its hold, only a clear of that condition. */
function isHeld(
  { rule }: CompiledRule,
  { when }: CompiledLevel,
  known: LevelState | null,
  { conditions }: DeviceState,
  now: number,
): boolean {
  if (known === null || known.holdUntil === null || !when) return false
  return when.inputs.some((input) => {
    const state = conditions.get(input)
    return state?.state === 'pulse' && state.since + rule.pulseHoldMs > now
  })
}

/** With a clear condition apart, what lies between the two changes nothing that is reached (deadband). */
function truth(level: CompiledLevel, known: LevelState | null, read: ReadPoint) {
  const when = level.when?.evaluate(read) ?? 'unknown'
  if (level.clear === null || when === true || known === null || !known.reached) return when
  return level.clear.evaluate(read) === true ? false : 'unknown'
}

function valueOf(compiled: CompiledRule, read: ReadPoint): PointValue | null {
  for (const input of compiled.inputs) {
    const value = read(input)
    if (value !== undefined) return value
  }
  return null
}

function newAlarm(device: Device, id: string, value: PointValue | null): NewAlarm {
  return { id, device: device.id, site: device.site, value, ageUnknown: false }
}
