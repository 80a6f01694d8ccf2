import type { Alarm, Device } from '../model.ts'
import type { Work } from '../work.ts'
import { ruleEnded } from './actions.ts'
import { applyStep } from './apply.ts'
import { ALARMING, type AlarmStep, CALLING, isRaised, refitAlarm } from './machine.ts'
import { parseRule } from './rule-schema.ts'
import type { CompiledRule } from './ruleset.ts'

/** What becomes of open alarms when a rule or a device was changed by a person. */

/** Alarms of devices that the rule no longer speaks of end; the others are as urgent, and due, by the rule as it is. */
export async function refitAlarmsOfRule(work: Work, compiled: CompiledRule): Promise<void> {
  const { rule } = compiled
  for (const { device, alarms } of [...work.draft.devices()]) {
    const alarm = alarms.get(rule.id)
    if (!alarm) continue
    if (!compiled.speaks(device)) {
      await endAlarm(work, alarm, compiled)
      continue
    }
    const step = withTicket(refitAlarm(alarm, rule, work.now), compiled)
    if (step.alarm !== alarm) await applyStep(work, device.id, { ...step, compiled, before: alarm })
  }
}

/** One that stands and now opens a ticket, and has none, calls again. */
function withTicket(step: AlarmStep, { levels }: CompiledRule): AlarmStep {
  const { alarm, events } = step
  if (alarm === null || !isRaised(alarm) || !alarm.active || alarm.muted !== null || alarm.ticket !== null) return step
  const opens = levels.find(({ priority }) => priority === alarm.priority)?.opensTicket
  if (!opens || events.some((event) => ALARMING.includes(event))) return step
  return { alarm: { ...alarm, ...CALLING }, events: [...events, 're_alarmed'] }
}

/**
 * A device that was moved, tagged or found to be of another kind may have alarms that it cannot have any more. One that
 * is retired has none: what its alarms mute would stay muted for ever.
 */
export async function endAlarmsOfDevice(work: Work, device: Device): Promise<void> {
  for (const alarm of work.draft.device(device.id)?.alarms.values() ?? []) {
    const compiled = work.rules.byId.get(alarm.rule)
    if (device.retiredAt !== null || compiled?.speaks(device) === false) await endAlarm(work, alarm, compiled)
  }
}

export function endAlarm(work: Work, alarm: Alarm, known: CompiledRule | undefined): Promise<void> {
  const compiled = endedRule(known, alarm.rule)
  return applyStep(work, alarm.device, { ...ruleEnded(alarm, compiled.rule, work.now), compiled, before: alarm })
}

/** Speaks of no device. Of a rule that could not be read there is enough to end its alarms by. */
export function endedRule(compiled: CompiledRule | undefined, id: string): CompiledRule {
  const speaks = () => false
  if (compiled) return { ...compiled, speaks }
  const about = { id, kind: 'any', title: { zh: id, en: id }, priority: 'low', category: 'device', silenceMs: 1_000 }
  return { rule: parseRule(about), levels: [], companion: null, inputs: [], measures: [], speaks }
}
