import { type Alarm, type Principal, Refusal } from '../model.ts'
import { shelve, unshelve } from '../mutes/commands.ts'
import { mustSee } from '../rights.ts'
import { findAlarm, insertAlarmEntry } from '../storage/alarms.ts'
import { insertAudit } from '../storage/audit.ts'
import type { Work } from '../work.ts'
import { acknowledgeAlarm, alarmMoved, resetAlarm } from './actions.ts'
import { applyStep, type Told } from './apply.ts'
import type { CompiledRule } from './ruleset.ts'

export type AlarmCommand = { alarm: string } & (
  | { type: 'acknowledge_alarm'; note?: string }
  | { type: 'reset_alarm' }
  | { type: 'shelve_alarm'; reason: string; until: number | null; oneShot: boolean }
  | { type: 'unshelve_alarm' }
  | { type: 'comment_alarm'; note: string }
)

export async function performAlarmCommand(work: Work, command: AlarmCommand, by: Principal): Promise<{ alarm: Alarm }> {
  const alarm = await findAlarm(work.db, command.alarm)
  if (alarm === null || alarm.raisedAt === null) throw notFound(command.alarm)
  mustSee(by, alarm.site, `alarm ${command.alarm}`)
  const compiled = work.rules.byId.get(alarm.rule)
  if (command.type === 'comment_alarm') await comment(work, alarm, compiled, { by: by.name, note: command.note })
  else if (compiled) await actOnAlarm(work, command, alarm, compiled, by)
  else throw new Refusal('conflict', `the alarm's rule ${alarm.rule} does not exist any more`, 'alarm_ruleless')
  const detail = 'reason' in command ? { reason: command.reason } : {}
  await insertAudit(work.db, { at: work.now, by: by.name, action: command.type, subject: alarm.id, detail })
  return { alarm: (await findAlarm(work.db, alarm.id)) ?? alarm }
}

type Action = Exclude<AlarmCommand, { type: 'comment_alarm' }>

async function actOnAlarm(work: Work, command: Action, alarm: Alarm, compiled: CompiledRule, by: Principal) {
  const { rule } = compiled
  const told: Told = { by: by.name, note: 'note' in command ? (command.note ?? '') : '' }
  switch (command.type) {
    case 'acknowledge_alarm': {
      const step = acknowledgeAlarm(alarm, rule, by.name, work.now)
      return applyStep(work, alarm.device, { ...step, compiled, before: alarm }, told)
    }
    case 'reset_alarm': {
      const step = resetAlarm(alarm, rule, work.now)
      return applyStep(work, alarm.device, { ...step, compiled, before: alarm }, told)
    }
    case 'shelve_alarm':
      if (alarm.endedAt !== null) {
        throw new Refusal(
          'conflict',
          'the alarm is over; to keep its rule quiet take the device out of service',
          'alarm_over',
        )
      }
      return void (await shelve(work, alarm, command, by))
    case 'unshelve_alarm':
      return unshelve(work, alarm, by)
  }
}

/** Also of an alarm whose rule is gone: what was found out about it is worth keeping. */
async function comment(work: Work, alarm: Alarm, compiled: CompiledRule | undefined, told: Told): Promise<void> {
  await insertAlarmEntry(work.db, alarm, { at: work.now, ...told, action: 'comment' })
  if (compiled) await moveAlarm(work, alarm, compiled)
}

/** Something is done about an alarm: its acknowledgement holds so much longer. */
export async function moveAlarm(work: Work, alarm: Alarm, compiled: CompiledRule): Promise<void> {
  if (alarm.endedAt !== null) return
  const step = alarmMoved(alarm, compiled.rule, work.now)
  if (step.alarm !== alarm) await applyStep(work, alarm.device, { ...step, compiled, before: alarm })
}

const notFound = (id: string) => new Refusal('not_found', `alarm ${id} does not exist`)
