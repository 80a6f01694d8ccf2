import type { Device, DeviceMessage, DeviceState, PointValue } from '../model.ts'
import { brings } from './companions.ts'
import type { Observation } from './level.ts'
import { type AlarmStep, type NewAlarm, observeAlarm, settleAlarm } from './machine.ts'
import { observed, type Sight } from './observe.ts'
import { type IsPulsing, readerOf } from './read.ts'
import type { IsNews } from './readers.ts'
import type { CompiledRule, Ruleset } from './ruleset.ts'
import { isNewlySilent } from './silence.ts'
import type { OpenAlarms, Surroundings } from './surroundings.ts'

export type { OpenAlarms }

export interface RuleStep extends AlarmStep {
  compiled: CompiledRule
  before: AlarmStep['alarm']
}

/** A rule that could not be evaluated; the others were. */
export interface EvaluationFault {
  rule: string
  message: string
}

export interface Evaluated {
  /** Only those that change something. */
  steps: RuleStep[]
  faults: readonly EvaluationFault[]
}

/** Makes an alarm's id; part of the injected chance. */
export type NewId = (now: number) => string

const OVER: readonly Observation[] = [{ condition: false, pulse: false }]
const SILENT: readonly Observation[] = [{ condition: true, pulse: false }]
const NOTHING: Evaluated = { steps: [], faults: [] }

/** A live message meets the rules that read what it brings. `state` is what is known with the message in it. */
export function evaluateMessage(
  device: Device,
  state: DeviceState,
  alarms: OpenAlarms,
  message: DeviceMessage,
  rules: Ruleset,
  newId: NewId,
  surroundings: Surroundings,
): Evaluated {
  if (!message.live) return NOTHING
  const readers = rules.readersOf(device, message, newsIn(state))
  if (readers.length === 0 && alarms.size === 0) return NOTHING
  const now = message.receivedAt
  const pulses = pulsesOf(message)
  const reader = readerOf(device, state, now, (code) => pulses?.has(code) ?? false)
  const sight: Sight = { device, state, now, reader, pulses, rules, surroundings }
  const run = running(sight, alarms, newId, message.retained === true && !isRecent(message))
  for (const compiled of readers) run.meet(compiled, observed)
  if (alarms.size > 0) {
    for (const id of alarms.keys()) {
      const compiled = rules.byId.get(id)
      if (compiled && !readers.includes(compiled) && isRepeated(compiled, device, message)) run.meet(compiled, observed)
    }
    for (const compiled of rules.silence(device)) {
      if (alarms.has(compiled.rule.id) && isHeard(compiled, message)) run.meet(compiled, isOver)
    }
  }
  return run.evaluated
}

/** A pulse is news each time that it comes. */
function newsIn({ points, conditions, health, previousHealth }: DeviceState): IsNews {
  const before = previousHealth as Readonly<Record<string, unknown>>
  const after = health as Readonly<Record<string, unknown>>
  return (kind, name) => {
    if (kind === 'measurements') {
      const point = points.get(name)
      return point === undefined || point.previous !== point.value
    }
    if (kind === 'health') return before[name] !== after[name]
    const condition = conditions.get(name)
    return condition === undefined || condition.state === 'pulse' || condition.previous !== condition.state
  }
}

/** What keeps an open alarm up is counted, told again or not. */
function isRepeated(compiled: CompiledRule, device: Device, message: DeviceMessage): boolean {
  return compiled.speaks(device) && compiled.inputs.some((input) => brings(message, input))
}

/** Time alone: delays that ran out, and what has not been heard for too long. */
export function evaluateTime(
  device: Device,
  state: DeviceState,
  alarms: OpenAlarms,
  rules: Ruleset,
  now: number,
  newId: NewId,
  surroundings: Surroundings,
): Evaluated {
  const sight: Sight = {
    device,
    state,
    now,
    reader: readerOf(device, state, now, never),
    pulses: null,
    rules,
    surroundings,
  }
  const run = running(sight, alarms, newId, false)
  for (const { rule, dueAt } of alarms.values()) {
    const compiled = dueAt !== null && dueAt <= now ? rules.byId.get(rule) : undefined
    if (compiled) run.meet(compiled, nothingSeen)
  }
  for (const compiled of rules.silence(device)) {
    if (isNewlySilent(compiled, sight, alarms)) run.meet(compiled, isSilence)
  }
  return run.evaluated
}

/**
 * What is so now meets the rules without a message: a window has opened or closed, a companion has spoken, a rule is
 * new. Only where a condition differs from what its alarm saw last; no message is counted.
 */
export function evaluateState(
  { device, state, alarms }: { device: Device; state: DeviceState; alarms: OpenAlarms },
  compiled: Iterable<CompiledRule>,
  rules: Ruleset,
  now: number,
  newId: NewId,
  surroundings: Surroundings,
  isPulsing: IsPulsing = never,
): Evaluated {
  const reader = readerOf(device, state, now, isPulsing)
  const pulses = pulsing(state, isPulsing)
  const sight: Sight = { device, state, now, reader, pulses, rules, surroundings }
  const run = running(sight, alarms, newId, false)
  for (const each of compiled) run.meet(each, differing)
  return run.evaluated
}

type See = (sight: Sight, compiled: CompiledRule, before: AlarmStep['alarm']) => readonly (Observation | null)[] | null

const isOver: See = () => OVER
const isSilence: See = () => SILENT
const nothingSeen: See = () => null
const never: IsPulsing = () => false

const differing: See = (sight, compiled, before) => {
  const seen = observed(sight, compiled, before)
  const differs = seen?.map((each, index) => (each?.condition === (before?.levels[index]?.seen ?? false) ? null : each))
  return differs?.some((each) => each !== null) ? differs : null
}

/** Rules meet what is known of a device, one after another; one that fails stops no other. */
function running(sight: Sight, alarms: OpenAlarms, newId: NewId, ageUnknown: boolean) {
  const { device, now } = sight
  const evaluated: Evaluated = { steps: [], faults: [] }
  /** What time and the message do to one alarm is one step: a second would undo what is decided of the first. */
  const keep = (compiled: CompiledRule, before: AlarmStep['alarm'], step: AlarmStep) => {
    if (step.alarm === before && step.events.length === 0) return
    const earlier = evaluated.steps.at(-1)
    if (before === null || earlier?.alarm !== before) return void evaluated.steps.push({ ...step, compiled, before })
    const events = [...earlier.events, ...step.events]
    evaluated.steps.splice(-1, 1, { compiled, before: earlier.before, alarm: step.alarm, events })
  }
  /** A delay or hold that ran out before has taken effect before, whenever the next tick is. */
  const settle = (compiled: CompiledRule): AlarmStep['alarm'] => {
    const before = alarms.get(compiled.rule.id) ?? null
    if (before === null || before.dueAt === null || before.dueAt > now) return before
    const step = settleAlarm(before, compiled.rule, now)
    keep(compiled, before, step)
    return step.alarm === null || step.alarm.endedAt !== null ? null : step.alarm
  }
  const meet = (compiled: CompiledRule, see: See) => {
    try {
      const before = settle(compiled)
      const seen = see(sight, compiled, before)
      if (seen === null) return
      const create = (): NewAlarm => {
        const { id, site } = device
        return { id: newId(now), device: id, site, value: valueOf(sight, compiled), ageUnknown }
      }
      const step = observeAlarm(before, compiled.rule, seen, now, create)
      keep(compiled, before, see === differing ? uncounted(step, before) : step)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      evaluated.faults = [...evaluated.faults, { rule: compiled.rule.id, message }]
    }
  }
  return { evaluated, meet }
}

function uncounted(step: AlarmStep, before: AlarmStep['alarm']): AlarmStep {
  return step.alarm === null ? step : { ...step, alarm: { ...step.alarm, messages: before?.messages ?? 0 } }
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

function pulsing({ conditions }: DeviceState, isPulsing: IsPulsing): ReadonlySet<string> | null {
  if (isPulsing === never) return null
  const pulses = new Set<string>()
  for (const [code, { state, since }] of conditions) if (state === 'pulse' && isPulsing(code, since)) pulses.add(code)
  return pulses
}

/** Whether a message ends a silence: anything that the device itself says, or the one thing that was missed. */
function isHeard({ rule }: CompiledRule, { heard, measurements, conditions }: DeviceMessage): boolean {
  const { silenceOf } = rule
  if (silenceOf === undefined) return heard
  return measurements.some(({ name }) => name === silenceOf) || conditions.some(({ code }) => code === silenceOf)
}

/** What the condition's first point or condition is. */
function valueOf({ reader }: Sight, { inputs }: CompiledRule): PointValue | null {
  for (const input of inputs) {
    const value = reader.read(input)
    if (value !== undefined) return value as PointValue
  }
  return null
}
