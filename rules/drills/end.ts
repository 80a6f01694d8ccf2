import { endAlarm } from '../alarms/end.ts'
import { settleAlarm, withDue } from '../alarms/machine.ts'
import { applyStep } from '../alarms/apply.ts'
import { isIdle } from '../alarms/level.ts'
import type { CompiledRule } from '../alarms/ruleset.ts'
import { moveTicketNow } from '../dispatch/follow.ts'
import { type Alarm, type Drill, SYSTEM, WORKING_STATES } from '../model.ts'
import { openAlarms } from '../mutes/apply.ts'
import { insertAudit } from '../storage/audit.ts'
import { saveDrill } from '../storage/drills.ts'
import { withdrawNotices } from '../storage/outbox.ts'
import { ticketsOfDrill } from '../storage/tickets.ts'
import { actOnTicket } from '../tickets/machine.ts'
import type { Work } from '../work.ts'
import type { World } from '../world.ts'
import { isDrillDue } from './drills.ts'

export function hasDueDrills({ drills }: World, now: number): boolean {
  for (const drill of drills.values()) if (isDrillDue(drill, now)) return true
  return false
}

/** Drills whose time is up end. */
export async function meetDrills(work: Work): Promise<void> {
  for (const drill of [...work.draft.drills()]) if (isDrillDue(drill, work.now)) await endDrill(work, drill, SYSTEM)
}

export async function keepDrill(work: Work, drill: Drill): Promise<void> {
  await saveDrill(work.db, drill)
  work.draft.setDrill(drill)
  work.changes.push({ type: 'drill', drill })
}

/**
 * Nobody goes to its tickets any more and its alarms are over. What is still true is real from now on: another alarm,
 * with a ticket of its own, that tells whoever an emergency tells.
 */
export async function endDrill(work: Work, drill: Drill, by: string): Promise<Drill> {
  const ended = { ...drill, endedAt: work.now, endedBy: by }
  await keepDrill(work, ended)
  await insertAudit(work.db, { at: work.now, by, action: 'end_drill', subject: drill.id, detail: {} })
  for (const ticket of await ticketsOfDrill(work.db, drill.id, WORKING_STATES)) {
    const note = 'the drill is over'
    const cancelled = actOnTicket(ticket, 'cancel', { note }, work.now)
    await moveTicketNow(work, ticket, cancelled, 'cancel', by, note)
  }
  for (const { alarm } of openAlarms(work)) if (alarm.drill === drill.id) await endInDrill(work, alarm)
  return ended
}

async function endInDrill(work: Work, alarm: Alarm): Promise<void> {
  await withdrawNotices(work.db, alarm.id, 'drill', work.now)
  const compiled = work.rules.byId.get(alarm.rule)
  // What was over before calls nobody, however late that is seen.
  const settled = compiled === undefined ? alarm : settleAlarm(alarm, compiled.rule, work.now).alarm
  await endAlarm(work, alarm, compiled)
  const record = work.draft.device(alarm.device)
  if (settled === null || compiled === undefined || !record || !compiled.speaks(record.device)) return
  const real = realAfter(settled, compiled, work.newId(), work.now)
  if (real === null) return
  const events = real.raisedAt === null ? [] : (['raised'] as const)
  await applyStep(work, alarm.device, { alarm: real, events, compiled, before: null })
}

/** What goes on of an alarm when its drill ends: it stands, or waits for its delay; `null`: nothing. */
function realAfter(alarm: Alarm, { rule }: CompiledRule, id: string, now: number): Alarm | null {
  const stands = alarm.endedAt === null && alarm.state !== 'normal' && alarm.returnedAt === null
  if (!stands && alarm.levels.every(isIdle)) return null
  const { rule: ruleId, device, site, priority, category, active, value, levels, ageUnknown } = alarm
  const same = { id, rule: ruleId, device, site, priority, category, active, value, levels, ageUnknown }
  const standing = { state: 'unacked', raisedAt: now, count: 1, transitions: 1, changedAt: [now] } as const
  const waiting = { state: 'normal', raisedAt: null, count: 0, transitions: 0, changedAt: [] } as const
  const unseen = { acknowledgedAt: null, acknowledgedBy: null, returnedAt: null, endedAt: null, reAlarmAt: null }
  const fresh = { acknowledgementExpiresAt: null, messages: 0, chattering: false, muted: null, drill: null }
  const real = { ...same, ...unseen, ...fresh, ...(stands ? standing : waiting), ticket: null, dueAt: null }
  return withDue(real, rule)
}
