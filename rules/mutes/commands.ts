import { type Alarm, DAY_MS, type Mute, type MuteScope, type Principal, Refusal } from '../model.ts'
import { mustSee } from '../rights.ts'
import { findMute } from '../storage/mutes.ts'
import { insertAudit } from '../storage/audit.ts'
import type { Work } from '../work.ts'
import { beginMute, endMute } from './apply.ts'
import { keepMute, REMIND_AFTER_MS } from './keep.ts'
import { matches } from './mutes.ts'

export type MuteCommand =
  | {
      type: 'plan_mute'
      site: string
      over: Pick<MuteScope, 'building' | 'device' | 'category' | 'rules'>
      reason: string
      /** `null`: now. */
      from: number | null
      until: number
    }
  | { type: 'end_mute'; mute: string }

/** Planned and in force together; more of them would be a policy, and that belongs into rules. */
export const MUTES_MAX = 5_000
/** A shelved alarm is looked at again within a day, and after a shift where nobody said when. */
export const SHELVE_MAX_MS = 24 * 3_600_000
export const SHELVE_DEFAULT_MS = 8 * 3_600_000
const MAINTENANCE_MAX_DAYS = 90
const AHEAD_MAX_DAYS = 400

/** Work on what the alarms watch (检修): planned ahead or now. */
export async function performMuteCommand(work: Work, command: MuteCommand, by: Principal): Promise<{ mute: Mute }> {
  if (command.type === 'end_mute') return { mute: await endByPerson(work, command.mute, by) }
  const { site, over, reason, until } = command
  const from = command.from ?? work.now
  if (!work.draft.site(site)) throw new Refusal('not_found', `site ${site} does not exist`)
  mustSee(by, site, `site ${site}`)
  assertKnown(work, site, over)
  if (from < work.now - DAY_MS || from > work.now + AHEAD_MAX_DAYS * DAY_MS) {
    throw new Refusal('invalid', `\`from\` lies between a day ago and ${AHEAD_MAX_DAYS} days ahead`)
  }
  if (until <= Math.max(from, work.now) || until > from + MAINTENANCE_MAX_DAYS * DAY_MS) {
    throw new Refusal(
      'invalid',
      `\`until\` lies after \`from\` and now, and at most ${MAINTENANCE_MAX_DAYS} days after it`,
    )
  }
  return { mute: await openMute(work, { kind: 'out_of_service', site, over, reason, from, until, oneShot: false }, by) }
}

/** Keeps one alarm quiet (搁置), whatever its rule sees of the device meanwhile. Throws `Refusal` beyond the limit. */
export async function shelve(
  work: Work,
  alarm: Alarm,
  { reason, until, oneShot }: { reason: string; until: number | null; oneShot: boolean },
  by: Principal,
): Promise<Mute> {
  const limit = work.now + SHELVE_MAX_MS
  const end = until ?? (oneShot ? limit : work.now + SHELVE_DEFAULT_MS)
  if (end <= work.now)
    throw new Refusal('invalid', '`until` lies in the past; say when the alarm is to come back', 'shelve_past')
  if (end > limit)
    throw new Refusal(
      'invalid',
      'an alarm is shelved for 24 hours at most; take it out of service instead',
      'shelve_max',
    )
  const over = { device: alarm.device, rules: [alarm.rule] }
  const about = { kind: 'shelved' as const, site: alarm.site, over, reason, from: work.now, until: end, oneShot }
  const earlier = shelvingsOf(work, alarm)
  const mute = await openMute(work, { ...about, alarm: alarm.id }, by)
  for (const each of earlier) await endMute(work, each, { by: by.name, note: '' })
  return mute
}

type Opening = Pick<Mute, 'kind' | 'site' | 'over' | 'reason' | 'from' | 'until' | 'oneShot'> & { alarm?: string }

async function openMute(work: Work, { alarm = undefined, ...opening }: Opening, by: Principal): Promise<Mute> {
  if ([...work.draft.mutes()].length >= MUTES_MAX) {
    throw new Refusal('conflict', `${MUTES_MAX} mutes are planned or in force; end some of them first`, 'mutes_max', {
      max: MUTES_MAX,
    })
  }
  const mute: Mute = {
    ...opening,
    id: work.newId(),
    by: by.name,
    alarm: alarm ?? null,
    createdAt: work.now,
    begunAt: null,
    endedAt: null,
    endedBy: null,
    remindAt: opening.kind === 'shelved' ? null : Math.max(opening.from, work.now) + REMIND_AFTER_MS,
  }
  await audit(work, 'begin_mute', mute, by)
  if (mute.from > work.now) await keepMute(work, mute)
  else await beginMute(work, mute, { by: by.name, note: mute.reason })
  return mute
}

async function endByPerson(work: Work, id: string, by: Principal): Promise<Mute> {
  const mute = await findMute(work.db, id)
  if (mute === null) throw new Refusal('not_found', `mute ${id} does not exist`)
  mustSee(by, mute.site, `mute ${id}`)
  if (mute.endedAt !== null) throw new Refusal('conflict', 'the mute has ended already')
  await endMute(work, mute, { by: by.name, note: '' })
  await audit(work, 'end_mute', mute, by)
  return { ...mute, endedAt: work.now, endedBy: by.name, remindAt: null }
}

/** Throws `Refusal` where the alarm is not shelved. */
export async function unshelve(work: Work, alarm: Alarm, by: Principal): Promise<void> {
  const shelved = shelvingsOf(work, alarm)
  if (shelved.length === 0) throw new Refusal('conflict', 'the alarm is not shelved', 'not_shelved')
  for (const mute of shelved) await endMute(work, mute, { by: by.name, note: '' })
}

function shelvingsOf(work: Work, { device, rule }: Alarm): Mute[] {
  return [...work.draft.mutes()].filter(
    ({ kind, over }) => kind === 'shelved' && over.device === device && over.rules?.[0] === rule,
  )
}

function assertKnown(work: Work, site: string, { building, device, category, rules }: MuteScope): void {
  if (building === undefined && device === undefined && category === undefined && rules === undefined) {
    throw new Refusal('invalid', 'say what is out of service: a `building`, a `device`, a `category` or `rules`')
  }
  if (device !== undefined && work.draft.device(device)?.device.site !== site) {
    throw new Refusal('not_found', `device ${device} does not exist on site ${site}`)
  }
  const idle = rules?.find((pattern) => ![...work.rules.byId.keys()].some((id) => matches(pattern, id)))
  if (idle !== undefined) throw new Refusal('not_found', `no rule is called ${idle}`)
  if (building === undefined) return
  for (const { device: each } of work.draft.devices()) if (each.site === site && each.building === building) return
  throw new Refusal('not_found', `no device of site ${site} is in building ${building}`)
}

const audit = (work: Work, action: string, { id, kind, over, reason, from, until }: Mute, by: Principal) =>
  insertAudit(work.db, { at: work.now, by: by.name, action, subject: id, detail: { kind, over, reason, from, until } })
