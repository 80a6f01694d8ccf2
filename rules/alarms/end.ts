import type { Alarm, Device } from '../model.ts'
import type { Work } from '../work.ts'
import { ruleEnded } from './actions.ts'
import { applyStep } from './apply.ts'
import { withDue } from './machine.ts'
import type { CompiledRule } from './ruleset.ts'

/** What becomes of open alarms when a rule or a device was changed by a person. */

/** Alarms of devices that the rule no longer speaks of end; what is due of the others is due by the rule as it is. */
export async function refitAlarmsOfRule(work: Work, compiled: CompiledRule): Promise<void> {
  const { rule } = compiled
  for (const { device, alarms } of [...work.draft.devices()]) {
    const alarm = alarms.get(rule.id)
    if (!alarm) continue
    if (!compiled.speaks(device)) {
      await endAlarm(work, alarm, compiled)
      continue
    }
    const fit = withDue(alarm, rule)
    if (fit !== alarm) await applyStep(work, device.id, { alarm: fit, events: [], compiled, before: alarm })
  }
}

/** A device that was moved, tagged or found to be of another kind may have alarms that it cannot have any more. */
export async function endAlarmsOfDevice(work: Work, device: Device): Promise<void> {
  for (const alarm of work.draft.device(device.id)?.alarms.values() ?? []) {
    const compiled = work.rules.byId.get(alarm.rule)
    if (compiled && !compiled.speaks(device)) await endAlarm(work, alarm, compiled)
  }
}

function endAlarm(work: Work, alarm: Alarm, compiled: CompiledRule): Promise<void> {
  return applyStep(work, alarm.device, { ...ruleEnded(alarm, compiled.rule, work.now), compiled, before: alarm })
}
