import { firstShown, lastShown, localDate } from '../calendar/zone.ts'
import { DAY_MS, type FollowUp, type Principal, type RainyDay, Refusal } from '../model.ts'
import { mustSee } from '../rights.ts'
import { insertAudit } from '../storage/audit.ts'
import { saveFollowUp, waitingForRain } from '../storage/follow-ups.ts'
import { findRainyDay, insertRainyDay } from '../storage/rainy-days.ts'
import type { Work } from '../work.ts'

/** `day`: `YYYY-MM-DD` local; absent: today. */
export interface NoteRainyDayCommand {
  type: 'note_rainy_day'
  site: string
  day?: string | undefined
  amountMm?: number | undefined
  note?: string | undefined
}

const NOTED_BACK_MAX_DAYS = 31

/** Whether rain that is told now changes anything: the day is not known yet, or somebody waits for rain. */
export function isNewsOfRain({ draft }: Work, site: string, at: number): boolean {
  return draft.rainedOn(site) !== localDate(draft.timezoneOf(site), at)
}

/** A device has told of rain, at `work.now`. */
export async function seeRain(work: Work, site: string, device: string): Promise<void> {
  const day = localDate(work.draft.timezoneOf(site), work.now)
  await insertRainyDay(work.db, { site, day, at: work.now, source: 'device', by: device, amountMm: null, note: '' })
  await rained(work, site, day, work.now)
}

/** Somebody writes down that it rained: today until now, or on a day before. Answers what is kept of that day. */
export async function noteRainyDay(
  work: Work,
  { site, day: asked, note = '', ...told }: NoteRainyDayCommand,
  by: Principal,
): Promise<{ rainyDay: RainyDay; opened: number }> {
  const { db, now, draft } = work
  mustSee(by, site, `site ${site}`)
  if (!draft.site(site)) throw new Refusal('invalid', `site ${site} does not exist`)
  const timezone = draft.timezoneOf(site)
  const today = localDate(timezone, now)
  const day = asked ?? today
  const amountMm = told.amountMm ?? null
  if (day > today) throw new Refusal('invalid', `day: not in the future; at the site it is ${today}`)
  if (day < localDate(timezone, now - NOTED_BACK_MAX_DAYS * DAY_MS)) {
    throw new Refusal('invalid', `day: at most ${NOTED_BACK_MAX_DAYS} days ago`)
  }
  await insertRainyDay(db, { site, day, at: now, source: 'person', by: by.name, amountMm, note })
  const detail = { day, amountMm, note }
  await insertAudit(db, { at: now, by: by.name, action: 'note_rainy_day', subject: site, detail })
  const opened = await rained(work, site, day, day === today ? now : firstShown(timezone, startOf(day)))
  return { rainyDay: (await findRainyDay(db, site, day))!, opened }
}

/** Whose work was completed before the rain was seen can be asked once its day is over. Answers how many. */
async function rained(work: Work, site: string, day: string, seenAt: number): Promise<number> {
  const { db, draft } = work
  const waiting = await waitingForRain(db, site)
  const due = waiting.filter(({ completedAt }) => completedAt < seenAt)
  const timezone = draft.timezoneOf(site)
  const today = localDate(timezone, work.now)
  // A day is left for it, which is ours; and nobody is late before he could know.
  const lastDay = Math.max(startOf(day) + DAY_MS, startOf(today))
  const dueAt = lastShown(timezone, lastDay + DAY_MS)
  for (const each of due) await saveFollowUp(db, { ...each, state: 'open', rainyDay: day, dueAt })
  if (day === today && due.length === waiting.length) draft.setRainedOn(site, day)
  return due.length
}

/** The first moment after its rainy day, from which on somebody can be asked; `null`: at any time. */
export function askedFrom({ rainyDay }: FollowUp, timezone: string): number | null {
  return rainyDay === null ? null : lastShown(timezone, startOf(rainyDay) + DAY_MS)
}

/** Midnight as the clock on the wall shows it, as if it were UTC. */
const startOf = (day: string) => Date.parse(`${day}T00:00:00Z`)
