import { NEW_DEVICE } from '../../rules/alarms/device-state.ts'
import { shippedRules } from '../../rules/alarms/defaults.ts'
import {
  type Evaluated,
  evaluateMessage,
  evaluateTime,
  type EvaluationFault,
  type RuleStep,
} from '../../rules/alarms/evaluate.ts'
import { followMessage } from '../../rules/alarms/follow.ts'
import { withDerived } from '../../rules/alarms/measures/observe.ts'
import { parseRule, type RuleInput } from '../../rules/alarms/rule-schema.ts'
import { compileRules } from '../../rules/alarms/ruleset.ts'
import type { Surroundings } from '../../rules/alarms/surroundings.ts'
import type { Alarm, Device, DeviceKind, DeviceState } from '../../rules/model.ts'
import { type Saying, saying, START } from './engine.ts'

export const TIMEZONE = 'Asia/Shanghai'
const ALONE: Surroundings = { timezoneOf: () => TIMEZONE, around: () => [], downtimes: [] }

/** A device of the site `default` that says nothing of itself. */
export function aDevice(kind: DeviceKind, about: Partial<Device> = {}): Device {
  return {
    key: 1,
    id: 'd',
    site: 'default',
    kind,
    name: 'd',
    location: '',
    building: null,
    zone: null,
    identity: null,
    gateway: null,
    family: null,
    vendor: null,
    model: null,
    placedAt: START,
    silenceMs: null,
    mergedInto: null,
    tags: [],
    createdAt: START,
    retiredAt: null,
    ...about,
  }
}

/** One device and rules, without storage: what its messages and time do to its alarms. */
export interface DeviceBench {
  now: number
  state: DeviceState
  /** Open alarms by rule. */
  alarms: Map<string, Alarm>
  /** Rules that were raised, in order, each time that they were. */
  raised: string[]
  /** Of rules that could not be evaluated. */
  faults: EvaluationFault[]
  surroundings: Surroundings
  say(said: Saying): RuleStep[]
  pass(ms: number): RuleStep[]
}

export function deviceBench(
  kind: DeviceKind,
  inputs: readonly RuleInput[] = shippedRules,
  about: Partial<Device> = {},
): DeviceBench {
  const rules = compileRules(inputs.map(parseRule))
  const device = aDevice(kind, about)
  let made = 0
  const newId = () => `a${(made += 1)}`
  const bench: DeviceBench = {
    now: START,
    state: NEW_DEVICE,
    alarms: new Map(),
    raised: [],
    faults: [],
    surroundings: ALONE,
    say(said) {
      const told = saying('d', bench.now, said)
      const { message, memories } = withDerived(bench.state, device, told, TIMEZONE)
      bench.state = followMessage(bench.state, device, message, null, rules, TIMEZONE, memories)
      return take(evaluateMessage(device, bench.state, bench.alarms, message, rules, newId, bench.surroundings))
    },
    pass(ms) {
      bench.now += ms
      return take(evaluateTime(device, bench.state, bench.alarms, rules, bench.now, newId, bench.surroundings))
    },
  }
  const take = ({ steps, faults }: Evaluated) => {
    bench.faults.push(...faults)
    for (const { alarm, events, compiled } of steps) {
      if (alarm === null || alarm.endedAt !== null) bench.alarms.delete(compiled.rule.id)
      else bench.alarms.set(compiled.rule.id, alarm)
      if (events.includes('raised')) bench.raised.push(compiled.rule.id)
    }
    return steps
  }
  return bench
}
