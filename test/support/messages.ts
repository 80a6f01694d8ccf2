import { NEW_DEVICE, observeMessage } from '../../rules/alarms/device-state.ts'
import { shippedRules } from '../../rules/alarms/defaults.ts'
import { evaluateMessage, evaluateTime, type RuleStep } from '../../rules/alarms/evaluate.ts'
import { parseRule, type RuleInput } from '../../rules/alarms/rule-schema.ts'
import { compileRules } from '../../rules/alarms/ruleset.ts'
import type { Alarm, Device, DeviceKind, DeviceState } from '../../rules/model.ts'
import { type Saying, saying, START } from './engine.ts'

/** One device and rules, without storage: what its messages and time do to its alarms. */
export interface DeviceBench {
  now: number
  state: DeviceState
  /** Open alarms by rule. */
  alarms: Map<string, Alarm>
  /** Rules that were raised, in order, each time that they were. */
  raised: string[]
  say(said: Saying): RuleStep[]
  pass(ms: number): RuleStep[]
}

/** A device of the site `default` that says nothing of itself. */
export function aDevice(kind: DeviceKind, rest: Partial<Device> = {}): Device {
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
    ...rest,
  }
}

export function deviceBench(kind: DeviceKind, inputs: readonly RuleInput[] = shippedRules): DeviceBench {
  const rules = compileRules(inputs.map(parseRule))
  const device = aDevice(kind)
  let made = 0
  const newId = () => `a${(made += 1)}`
  const bench: DeviceBench = {
    now: START,
    state: NEW_DEVICE,
    alarms: new Map(),
    raised: [],
    say(said) {
      const message = saying('d', bench.now, said)
      bench.state = observeMessage(bench.state, message, null)
      return take(evaluateMessage(device, bench.state, bench.alarms, message, rules, newId))
    },
    pass(ms) {
      bench.now += ms
      return take(evaluateTime(device, bench.state, bench.alarms, rules, bench.now, newId))
    },
  }
  const take = (steps: RuleStep[]) => {
    for (const { alarm, events, compiled } of steps) {
      if (alarm === null || alarm.endedAt !== null) bench.alarms.delete(compiled.rule.id)
      else bench.alarms.set(compiled.rule.id, alarm)
      if (events.includes('raised')) bench.raised.push(compiled.rule.id)
    }
    return steps
  }
  return bench
}
