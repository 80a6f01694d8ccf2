import type { Alarm, Mute, Ticket } from '../model.ts'
import { mutes } from '../mutes/mutes.ts'
import { alarmsByIds } from '../storage/alarms.ts'
import type { Work } from '../work.ts'
import type { DeviceRecord } from '../world.ts'

/**
 * Whether every alarm of a ticket is out of service or shelved now. What no alarm opened is not: somebody has said it.
 * `recordOf` answers `undefined` for a device that is gone.
 */
export function isSilenced(
  alarms: readonly Alarm[],
  recordOf: (device: string) => DeviceRecord | undefined,
  all: readonly Mute[],
  now: number,
): boolean {
  const byWish = all.filter(({ kind }) => kind !== 'suppressed')
  if (byWish.length === 0 || alarms.length === 0) return false
  return alarms.every((alarm) => {
    const record = recordOf(alarm.device)
    return record !== undefined && mutes(alarm, record, byWish, now) !== null
  })
}

/** So many at once: a flood ticket has thousands, and the first that is not muted decides. */
const ALARMS_IN_ONE_GO = 200

export async function isTicketSilenced(work: Work, { alarms, site }: Ticket): Promise<boolean> {
  const all = [...work.draft.mutes()].filter((mute) => mute.site === site)
  if (all.length === 0 || alarms.length === 0) return false
  const recordOf = (device: string) => work.draft.device(device)
  for (let from = 0; from < alarms.length; from += ALARMS_IN_ONE_GO) {
    const some = await alarmsByIds(work.db, alarms.slice(from, from + ALARMS_IN_ONE_GO))
    if (!isSilenced(some, recordOf, all, work.now)) return false
  }
  return true
}
