import { BY_ITSELF } from '../alarms/apply.ts'
import type { Work } from '../work.ts'
import { endMute, judgeAlarms } from './apply.ts'
import { keepMute, suppressElsewhere } from './keep.ts'

/**
 * A device was moved or merged: mutes over it follow it, its alarms mute what is around it now, and what mutes its
 * alarms is asked anew. What is muted no more and still true alarms then.
 */
export async function followDevice(work: Work, id: string, former = id): Promise<void> {
  const record = work.draft.device(id)
  if (!record) return
  const { site } = record.device
  for (const mute of [...work.draft.mutes()]) {
    const { device } = mute.over
    if ((device === id || device === former) && (device !== id || mute.site !== site)) {
      await keepMute(work, { ...mute, site, over: { ...mute.over, device: id } })
    }
    const parent = [...record.alarms.values()].find((alarm) => alarm.id === mute.alarm)
    const rule = mute.kind === 'suppressed' && parent ? work.rules.byId.get(parent.rule)?.rule : undefined
    if (rule && (await suppressElsewhere(work, mute, parent!, rule, record))) await endMute(work, mute, BY_ITSELF)
  }
  await judgeAlarms(work, id)
}
