import { type Principal, Refusal } from '../model.ts'
import { mustSee } from '../rights.ts'
import { findAlarm } from '../storage/alarms.ts'
import { insertAudit } from '../storage/records.ts'
import type { Work } from '../work.ts'
import { applyStep } from './apply.ts'
import { acknowledgeAlarm, resetAlarm } from './actions.ts'

export type AlarmCommand = { type: 'acknowledge_alarm'; alarm: string } | { type: 'reset_alarm'; alarm: string }

export async function performAlarmCommand(work: Work, command: AlarmCommand, by: Principal) {
  const alarm = await findAlarm(work.db, command.alarm)
  if (alarm === null) throw new Refusal('not_found', `alarm ${command.alarm} does not exist`)
  mustSee(by, alarm.site, `alarm ${command.alarm}`)
  const compiled = work.rules.byId.get(alarm.rule)
  if (!compiled) throw new Refusal('conflict', `the alarm's rule ${alarm.rule} does not exist any more`)
  const step =
    command.type === 'acknowledge_alarm'
      ? acknowledgeAlarm(alarm, compiled.rule, by.name, work.now)
      : resetAlarm(alarm, compiled.rule, work.now)
  await applyStep(work, alarm.device, { ...step, compiled, before: alarm })
  await insertAudit(work.db, { at: work.now, by: by.name, action: command.type, subject: alarm.id, detail: {} })
  return { alarm: step.alarm ?? alarm }
}
