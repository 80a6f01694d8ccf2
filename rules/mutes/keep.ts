import { type Alarm, type Device, type Mute, type MuteScope, type Rule } from '../model.ts'
import type { AlarmEvent } from '../alarms/machine.ts'
import { saveMute } from '../storage/mutes.ts'
import type { Work } from '../work.ts'
import type { DeviceRecord } from '../world.ts'
import { isInForce } from './mutes.ts'

/** Rows of mutes that an alarm itself begins and ends; the tick lets them take effect on the alarms around it. */

/** What stays muted for so long, its end planned or not, is told again and again. */
export const REMIND_AFTER_MS = 24 * 3_600_000

export async function keepMute(work: Work, mute: Mute): Promise<void> {
  await saveMute(work.db, mute)
  work.draft.setMute(mute)
}

const SUPPRESSES: readonly AlarmEvent[] = ['raised', 're_alarmed']
const IS_OVER: readonly AlarmEvent[] = ['returned', 'reset', 'ended']

/** A parent alarm mutes its children while it stands, and a while longer; a one-shot shelving ends with its alarm. */
export async function keepMutesOf(
  work: Work,
  alarm: Alarm,
  rule: Rule,
  record: DeviceRecord,
  events: readonly AlarmEvent[],
): Promise<void> {
  const over = alarm.returnedAt !== null && events.some((event) => IS_OVER.includes(event))
  if (over) {
    for (const mute of work.draft.mutes()) {
      if (mute.alarm !== alarm.id || mute.endedAt !== null) continue
      if (mute.oneShot) await keepMute(work, { ...mute, until: work.now })
      if (mute.kind === 'suppressed' && mute.until === null) {
        await keepMute(work, { ...mute, until: work.now + (rule.suppresses?.holdMs ?? 0) })
      }
    }
  } else if (
    rule.suppresses &&
    alarm.muted?.kind !== 'suppressed' &&
    events.some((each) => SUPPRESSES.includes(each))
  ) {
    await suppress(work, alarm, rule, record)
  }
}

async function suppress(work: Work, alarm: Alarm, rule: Rule, record: DeviceRecord): Promise<void> {
  // One that has run out and is not ended yet may have let some go already: it is not taken up again.
  const standing = [...work.draft.mutes()].find(
    (mute) => mute.kind === 'suppressed' && mute.alarm === alarm.id && isInForce(mute, work.now),
  )
  const over = childrenOf(work, alarm, rule, record)
  if (over === null || standing?.until === null) return
  const again = standing && { ...standing, until: null }
  await keepMute(work, again ?? suppression(work, alarm, over))
}

/** A parent that is elsewhere now mutes what is around it there; whether it does, so that its former mute is over. */
export async function suppressElsewhere(
  work: Work,
  mute: Mute,
  alarm: Alarm,
  rule: Rule,
  record: DeviceRecord,
): Promise<boolean> {
  const over = childrenOf(work, alarm, rule, record)
  if (mute.until !== null || (mute.site === alarm.site && JSON.stringify(mute.over) === JSON.stringify(over)))
    return false
  if (over !== null) await keepMute(work, suppression(work, alarm, over))
  return true
}

function suppression(work: Work, alarm: Alarm, over: MuteScope): Mute {
  return {
    id: work.newId(),
    kind: 'suppressed',
    site: alarm.site,
    over,
    reason: alarm.rule,
    by: 'system',
    from: work.now,
    until: null,
    oneShot: false,
    alarm: alarm.id,
    createdAt: work.now,
    begunAt: null,
    endedAt: null,
    endedBy: null,
    remindAt: work.now + REMIND_AFTER_MS,
  }
}

/** `null` where the device shares nothing with others: then it mutes nobody. */
function childrenOf(work: Work, { drill }: Alarm, { suppresses }: Rule, { device }: DeviceRecord): MuteScope | null {
  if (!suppresses) return null
  const rules = { rules: suppresses.rules, ...(drill !== null && { drill }) }
  const { building, zone, gateway, family } = device
  switch (suppresses.same) {
    case 'building':
      return building === null ? null : { building, ...rules }
    case 'zone':
      return zone === null ? null : { zone, ...rules }
    case 'site':
      return rules
    case 'gateway':
      if (gateway === null) return null
      return { ...rules, behind: { gateway, family, unreachableOnly: hasSibling(work, device) } }
  }
}

/** Where another gateway of its kind is there, a device may be behind that one: only what it lost itself is muted. */
function hasSibling(work: Work, { id, kind, gateway, family }: Device): boolean {
  for (const { device } of work.draft.devices()) {
    if (device.kind !== kind || device.id === id || device.retiredAt !== null) continue
    if (device.gateway === gateway && device.family === family) return true
  }
  return false
}
