import { nextDueAt } from '../../due-devices.ts'
import type { Alarm, Device, DeviceMessage, DeviceState, PointValue } from '../../model.ts'
import { around, type Places } from '../../places/neighbours.ts'
import { heldPulses, movedBy } from '../companions.ts'
import { type Evaluated, evaluateMessage, evaluateState, evaluateTime, type EvaluationFault } from '../evaluate.ts'
import { followMessage } from '../follow.ts'
import type { AlarmEvent } from '../machine.ts'
import { readerOf } from '../read.ts'
import type { CompiledRule, Ruleset } from '../ruleset.ts'
import type { Downtime, Surroundings } from '../surroundings.ts'
import { createAgenda } from './agenda.ts'
import { createMoments, type Moment } from './moments.ts'

/** What a replayed rule did at a device. */
export interface ReplayedStep {
  compiled: CompiledRule
  device: Device
  /** `null`: normal, and never raised. */
  alarm: Alarm | null
  events: readonly AlarmEvent[]
  at: number
  /** What the condition's first point or condition is then. */
  value: () => PointValue | null
}

export interface ReplayOptions {
  /** With what is known of them at the start. */
  devices: Iterable<{ device: Device; state: DeviceState }>
  rules: Ruleset
  /** Of a site, by its id. */
  timezoneOf: (site: string) => string
  downtimes: readonly Downtime[]
  startAt: number
  onStep: (step: ReplayedStep) => void
  onFault: (fault: EvaluationFault) => void
}

export interface Replay {
  /** Lets the time pass until a message came, which then meets the rules. In the order in which they came. */
  take(message: DeviceMessage): void
  /** Lets everything take effect that is due before a moment. */
  pass(until: number): void
}

interface Replayed {
  device: Device
  state: DeviceState
  alarms: Map<string, Alarm>
}

/**
 * Rules meet messages of the past and the time between them as they would have live, each delay, silence and window at
 * its own time. Nobody acknowledges, resets or mutes anything.
 */
export function createReplay(options: ReplayOptions): Replay {
  const { rules, timezoneOf, downtimes, startAt, onStep, onFault } = options
  const records = new Map<string, Replayed>()
  for (const { device, state } of options.devices) records.set(device.id, { device, state, alarms: new Map() })
  const places: Places = new Map()
  const town = { known: records, places, moved: new Set<string>(), find: (id: string) => records.get(id) }
  const surroundings: Surroundings = {
    timezoneOf,
    around: (device, kind, same) => around(town, device, kind, same),
    downtimes,
  }
  const timezones = [...new Set([...records.values()].map(({ device }) => timezoneOf(device.site)))]
  const moments = createMoments(rules, timezones, downtimes, startAt)
  const agenda = createAgenda()
  for (const record of records.values()) plan(record, startAt - 1)

  /** A silence that has come by `seenAt` and is not raised waits for a message or a window. */
  function plan(record: Replayed, seenAt: number): void {
    agenda.set(record.device.id, nextDueAt(record, { rules, downtimes }, seenAt))
  }

  function apply(record: Replayed, { steps, faults }: Evaluated, at: number): void {
    for (const fault of faults) onFault(fault)
    for (const { compiled, alarm, events } of steps) {
      const { id } = compiled.rule
      if (alarm === null || alarm.endedAt !== null) record.alarms.delete(id)
      else record.alarms.set(id, alarm)
      const { device, state } = record
      onStep({ compiled, device, alarm, events, at, value: () => valueOf(device, state, compiled, at) })
    }
  }

  function evaluate(record: Replayed, compiled: readonly CompiledRule[], at: number, ofCompanion: boolean): void {
    const isPulsing = ofCompanion ? heldPulses(compiled[0]!, at) : undefined
    apply(record, evaluateState(record, compiled, rules, at, noId, surroundings, isPulsing), at)
    plan(record, at)
  }

  function meetMoment(moment: Moment): void {
    for (const record of records.values()) {
      if (moment.what === 'downtime') {
        record.state = excused(record.state, moment.downtime)
        plan(record, moment.at)
        continue
      }
      const windowed = rules.about(record.device).filter(({ rule }) => rule.calendar !== undefined)
      if (windowed.length > 0) evaluate(record, windowed, moment.at, false)
    }
  }

  /** `dueUntil`: what a device itself is due for takes effect before that. */
  function pass(until: number, dueUntil = until): void {
    for (;;) {
      const moment = moments.next()
      const due = agenda.takeBefore(Math.min(dueUntil, moment?.at ?? Infinity))
      if (due !== null) {
        const record = records.get(due.id)!
        const { device, state, alarms } = record
        apply(record, evaluateTime(device, state, alarms, rules, due.at, noId, surroundings), due.at)
        plan(record, due.at)
        continue
      }
      if (moment === null || moment.at >= until) return
      meetMoment(moment)
      moments.pass()
    }
  }

  return {
    pass: (until) => pass(until),
    take(message) {
      const at = message.receivedAt
      // A delay that runs out at the moment of a message has run out before it.
      pass(at, at + 1)
      const record = records.get(message.device)
      if (!record) return
      const { device, state: before, alarms } = record
      const followed = followMessage(before, device, message, null, rules, timezoneOf(device.site))
      const downtime = message.heard ? downtimes.find(({ from, to }) => at >= from && at < to) : undefined
      record.state = downtime ? excused(followed, downtime) : followed
      apply(record, evaluateMessage(device, record.state, alarms, message, rules, noId, surroundings), at)
      plan(record, at - 1)
      for (const { compiled, neighbour } of movedBy(device, before, record.state, message, rules, surroundings)) {
        evaluate(records.get(neighbour.device.id)!, [compiled], at, true)
      }
    },
  }
}

/** Alarms of a replay are not kept. */
const noId = () => ''

/** While the service did not listen, nobody was silent: as at a start after it. */
export function excused(state: DeviceState, { from, to }: Downtime): DeviceState {
  const { silentSince } = state
  return silentSince === null ? state : { ...state, silentSince: Math.min(to, silentSince + (to - from)) }
}

function valueOf(device: Device, state: DeviceState, compiled: CompiledRule, at: number): PointValue | null {
  const { read } = readerOf(device, state, at, heldPulses(compiled, at))
  for (const input of compiled.inputs) {
    const value = read(input)
    if (value !== undefined) return value as PointValue
  }
  return null
}
