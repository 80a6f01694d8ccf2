import { commandZone } from '../control/zone.ts'
import { queueAlarmNotice } from '../notify/queue.ts'
import { deleteAlarm, saveAlarm } from '../storage/alarms.ts'
import { withdrawNotices } from '../storage/outbox.ts'
import { ticketForAlarm } from '../tickets/apply.ts'
import type { Work } from '../work.ts'
import type { RuleStep } from './evaluate.ts'

/** Alarms that moved without an event (a message counted, a delay begun), to be written once at the end of a batch. */
export type Unwritten = Map<string, { device: string; rule: string }>

export async function writeUnwritten(work: Work, unwritten: Unwritten): Promise<void> {
  for (const { device, rule } of unwritten.values()) {
    const alarm = work.draft.device(device)?.alarms.get(rule)
    if (alarm) await saveAlarm(work.db, alarm)
  }
}

/** Writes what a step decided: the alarm, its ticket where its rule opens one, its rule's command, its notices. */
export async function applyStep(work: Work, deviceId: string, step: RuleStep, unwritten?: Unwritten): Promise<void> {
  const { rule } = step.compiled
  const record = work.draft.device(deviceId)
  if (!record) return
  if (step.alarm === null) {
    work.draft.setAlarm(deviceId, rule.id, null)
    if (step.before !== null) await deleteAlarm(work.db, step.before.id)
    return
  }
  const { alarm } = step
  if (step.events.length === 0) {
    work.draft.setAlarm(deviceId, rule.id, alarm)
    if (unwritten) unwritten.set(alarm.id, { device: deviceId, rule: rule.id })
    else await saveAlarm(work.db, alarm)
    return
  }

  const alarming = step.events.includes('raised') || step.events.includes('re_alarmed')
  const opened = alarming && rule.opensTicket ? await ticketForAlarm(work, alarm, rule, record.device) : null
  const written = opened === null ? alarm : { ...alarm, ticket: opened.ticket.id }
  await saveAlarm(work.db, written)
  await opened?.write()
  work.draft.setAlarm(deviceId, rule.id, written)
  work.changes.push({ type: 'alarm', alarm: written, events: step.events })
  if (step.events.includes('raised')) await commandZone(work, written, rule, record.device)
  if (alarming) await queueAlarmNotice(work, alarm, rule)
  if (step.events.includes('acknowledged')) await withdrawNotices(work.db, alarm.id, 'acknowledged', work.now)
}
