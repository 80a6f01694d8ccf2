import { muteAlarm, releaseAlarm } from '../alarms/actions.ts'
import { applyStep, BY_ITSELF, type Told } from '../alarms/apply.ts'
import { settleAlarm } from '../alarms/machine.ts'
import type { CompiledRule } from '../alarms/ruleset.ts'
import type { Alarm, Mute } from '../model.ts'
import { queueMuteReminder } from '../notify/queue.ts'
import type { Work } from '../work.ts'
import type { DeviceRecord, World } from '../world.ts'
import { keepMute, REMIND_AFTER_MS } from './keep.ts'
import { concerns, isMuteDue, mutes } from './mutes.ts'

export function hasDueMutes({ mutes: all }: World, now: number): boolean {
  for (const mute of all.values()) if (isMuteDue(mute, now)) return true
  return false
}

/** Mutes whose time has come begin, those whose time is up end, and what stays muted for long is told. */
export async function meetMutes(work: Work): Promise<void> {
  for (const { id } of [...work.draft.mutes()]) {
    // As it is now: the end of one may move another.
    const mute = work.draft.mute(id)
    if (!mute || !isMuteDue(mute, work.now)) continue
    if (mute.until !== null && mute.until <= work.now) await endMute(work, mute, BY_ITSELF)
    else if (mute.begunAt === null) await beginMute(work, mute, { by: mute.by, note: mute.reason })
    else await remind(work, mute)
  }
}

/** The alarms that are open and that it concerns are muted; those that come later ask for themselves. */
export async function beginMute(work: Work, mute: Mute, told: Told): Promise<void> {
  await keepMute(work, { ...mute, begunAt: work.now })
  for (const { alarm, record } of openAlarms(work)) {
    if (alarm.raisedAt !== null && concerns(mute, alarm, record)) await judge(work, alarm, record, told)
  }
}

/** What it muted and nothing else mutes alarms now if it is still true. */
export async function endMute(work: Work, mute: Mute, told: Told): Promise<void> {
  await keepMute(work, { ...mute, endedAt: work.now, endedBy: told.by, remindAt: null })
  for (const { alarm, record } of openAlarms(work)) {
    if (alarm.muted?.mute === mute.id) await judge(work, alarm, record, told)
  }
}

/** What mutes the alarms of a device is asked anew, since it is elsewhere or another. */
export async function judgeAlarms(work: Work, device: string): Promise<void> {
  const record = work.draft.device(device)
  for (const alarm of record?.alarms.values() ?? []) {
    if (alarm.raisedAt !== null) await judge(work, alarm, record!, BY_ITSELF)
  }
}

async function remind(work: Work, mute: Mute): Promise<void> {
  await queueMuteReminder(work, mute)
  await keepMute(work, { ...mute, remindAt: work.now + REMIND_AFTER_MS })
}

async function judge(work: Work, alarm: Alarm, record: DeviceRecord, told: Told): Promise<void> {
  const compiled = work.rules.byId.get(alarm.rule)
  if (!compiled) return
  const mute = mutes(alarm, record, work.draft.mutes(), work.now)
  if (mute?.id === alarm.muted?.mute) return
  if (mute === null) return release(work, alarm, compiled, told)
  const step = muteAlarm(alarm, { kind: mute.kind, mute: mute.id })
  await applyStep(work, alarm.device, { ...step, compiled, before: alarm }, told)
}

/** What was over before its mute ended calls nobody, however late that is seen. */
async function release(work: Work, alarm: Alarm, compiled: CompiledRule, told: Told): Promise<void> {
  const { rule } = compiled
  const settled = settleAlarm(alarm, rule, work.now)
  if (settled.alarm === null) return
  if (settled.alarm !== alarm) await applyStep(work, alarm.device, { ...settled, compiled, before: alarm })
  const step = releaseAlarm(settled.alarm, rule, work.now)
  await applyStep(work, alarm.device, { ...step, compiled, before: settled.alarm }, told)
}

/** Those that suppress others first: what they mute is not told before. */
export function openAlarms(work: Work): { alarm: Alarm; record: DeviceRecord }[] {
  const found: { alarm: Alarm; record: DeviceRecord }[] = []
  for (const record of work.draft.devices()) {
    for (const alarm of record.alarms.values()) found.push({ alarm, record })
  }
  const isParent = ({ alarm }: { alarm: Alarm }) => work.rules.byId.get(alarm.rule)?.rule.suppresses !== undefined
  return [...found.filter(isParent), ...found.filter((each) => !isParent(each))]
}
