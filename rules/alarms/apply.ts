import { commandZone } from '../control/zone.ts'
import { drillOf } from '../drills/drills.ts'
import { keepMutesOf } from '../mutes/keep.ts'
import { mutes } from '../mutes/mutes.ts'
import { queueAlarmNotice } from '../notify/queue.ts'
import type { Alarm } from '../model.ts'
import { hasCommanded } from '../storage/commands.ts'
import { deleteAlarm, insertAlarmEntry, saveAlarm } from '../storage/alarms.ts'
import { withdrawNotices } from '../storage/outbox.ts'
import { countTold, gatherNotice } from '../flood/gather.ts'
import { ticketForAlarm } from '../tickets/for-alarm.ts'
import type { Work } from '../work.ts'
import type { DeviceRecord } from '../world.ts'
import { muteAlarm } from './actions.ts'
import type { RuleStep } from './evaluate.ts'
import { ALARMING, type AlarmEvent } from './machine.ts'

/** Alarms that moved without an event (a message counted, a delay begun), to be written once at the end of a batch. */
export type Unwritten = Map<string, { device: string; rule: string }>

export async function writeUnwritten(work: Work, unwritten: Unwritten): Promise<void> {
  for (const { device, rule } of unwritten.values()) {
    const alarm = work.draft.device(device)?.alarms.get(rule)
    if (alarm) await saveAlarm(work.db, alarm)
  }
}

/** Who moved the alarm, and what he says about it: a line of its history. */
export interface Told {
  by: string
  note: string
}
export const BY_ITSELF: Told = { by: 'system', note: '' }

const WITHDRAWS: readonly AlarmEvent[] = ['acknowledged', 'muted']

/** Writes what a step decided: the alarm, its ticket where its rule opens one, its rule's command, its notices. */
export async function applyStep(
  work: Work,
  deviceId: string,
  decided: RuleStep,
  told: Told = BY_ITSELF,
  unwritten?: Unwritten,
): Promise<void> {
  const { rule } = decided.compiled
  const record = work.draft.device(deviceId)
  if (!record) return
  if (decided.alarm === null) {
    work.draft.setAlarm(deviceId, rule.id, null)
    if (decided.before !== null) await deleteAlarm(work.db, decided.before.id)
    return
  }
  if (decided.events.length === 0) {
    work.draft.setAlarm(deviceId, rule.id, decided.alarm)
    if (mayNowBeReset(decided)) work.changes.push({ type: 'alarm', alarm: decided.alarm, events: [] })
    if (unwritten) unwritten.set(decided.alarm.id, { device: deviceId, rule: rule.id })
    else await saveAlarm(work.db, decided.alarm)
    return
  }
  const raised = inItsDrill(work, record, decided.alarm, decided)
  const { alarm, events } = mutedFromItsStart(work, record, raised, decided.events)
  const has = (wanted: readonly AlarmEvent[]) => events.some((event) => wanted.includes(event))
  const alarming = alarm.muted === null && has(ALARMING)
  const level = decided.compiled.levels.find(({ priority }) => priority === alarm.priority)
  const gathered = alarming && countTold(work, alarm)
  const opens = alarming && (level?.opensTicket ?? rule.opensTicket)
  const opened = opens ? await ticketForAlarm(work, alarm, rule, record.device, gathered) : null
  const written = opened === null ? alarm : { ...alarm, ticket: opened.id }
  await saveAlarm(work.db, written)
  await opened?.write()
  work.draft.setAlarm(deviceId, rule.id, written)
  for (const action of events)
    await insertAlarmEntry(work.db, written, { at: work.now, by: told.by, action, note: told.note })
  work.changes.push({ type: 'alarm', alarm: written, events })
  await keepMutesOf(work, written, rule, record, events)
  if (await commandsNow(work, alarm, events)) await commandZone(work, written, rule, record.device)
  if (gathered) await gatherNotice(work, written, rule)
  else if (alarming) await queueAlarmNotice(work, written, rule)
  if (has(WITHDRAWS))
    await withdrawNotices(work.db, alarm.id, events.includes('muted') ? 'muted' : 'acknowledged', work.now)
}

/** Once for each time that it is raised; also where a mute has ended only now, and nothing was told to do before. */
async function commandsNow(work: Work, alarm: Alarm, events: readonly AlarmEvent[]): Promise<boolean> {
  if (alarm.muted !== null) return false
  if (events.includes('raised')) return true
  const isBack = events.includes('released') && events.includes('re_alarmed')
  return isBack && !(await hasCommanded(work.db, alarm.id))
}

/** What a device raises while it is in a drill is of that drill for good; what stood before stays real. */
function inItsDrill(work: Work, { device }: DeviceRecord, alarm: Alarm, { before, events }: RuleStep): Alarm {
  if (!events.includes('raised') || (before?.raisedAt ?? null) !== null) return alarm
  const drill = drillOf(device, work.draft.drills(), work.now)
  return drill === null ? alarm : { ...alarm, drill: drill.id }
}

/** What is raised while a mute is in force is muted as it comes, and so never told. */
function mutedFromItsStart(
  work: Work,
  record: DeviceRecord,
  alarm: Alarm,
  events: readonly AlarmEvent[],
): { alarm: Alarm; events: readonly AlarmEvent[] } {
  if (alarm.muted !== null || alarm.endedAt !== null || !events.includes('raised')) return { alarm, events }
  const mute = mutes(alarm, record, work.draft.mutes(), work.now)
  if (mute === null) return { alarm, events }
  const muted = muteAlarm(alarm, { kind: mute.kind, mute: mute.id })
  return { alarm: muted.alarm ?? alarm, events: [...events, ...muted.events] }
}

/** A latched alarm stands as before when its condition ends, but who may reset it has to know. */
const mayNowBeReset = ({ compiled, before, alarm }: RuleStep) =>
  compiled.rule.latch && before?.active === true && alarm !== null && alarm.raisedAt !== null && !alarm.active
