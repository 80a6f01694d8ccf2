import { firstShown, localDate } from '../calendar/zone.ts'
import { commitmentsOf } from '../commitments/choose.ts'
import { HOUR_MS, type Responder, type Survey, SYSTEM } from '../model.ts'
import { broadcast, tellPeople } from '../notify/queue.ts'
import { type PlanBook, plansOf } from '../plans/book.ts'
import { readSetting, saveSetting } from '../storage/records.ts'
import { insertSurvey, lastPeriodicFrom } from '../storage/surveys.ts'
import type { Work } from '../work.ts'
import type { World } from '../world.ts'
import { newSurvey, PERIODIC_MS } from './new.ts'

/** When it is asked again whether a site's households are to be asked, and by which commitments that was said. */
export interface SurveyWatch {
  nextAt: number
  commitments: PlanBook['commitment']
}

/** A commitment may come into force in between, or a survey be opened by hand. */
const LOOKED_AT_EVERY_MS = HOUR_MS
/** A start must not keep messages waiting: the other sites are looked at next tick. */
const SITES_IN_ONE_GO = 20
/** A survey opens in the morning. */
const OPENS_AT_MS = 9 * HOUR_MS

export function sitesWithDueSurveys({ sites, plans, surveyWatches }: World, now: number): string[] {
  if (!plansOf(plans, 'commitment').some(({ surveys }) => surveys?.everyMonths)) return []
  const isDue = (site: string) => {
    const watch = surveyWatches.get(site)
    return watch === undefined || watch.nextAt <= now || watch.commitments !== plans.commitment
  }
  return [...sites.keys()].filter(isDue).slice(0, SITES_IN_ONE_GO)
}

/**
 * Opens a site's next periodic survey so many months after the last one began, or after such surveys were first
 * promised there, and tells who asks the households.
 */
export async function meetSurveys(work: Work, site: string): Promise<void> {
  const { now, draft } = work
  const timezone = draft.timezoneOf(site)
  const promised = commitmentsOf(draft.plans(), site, { now, timezone })
  const months = promised.flatMap(({ surveys }) => surveys?.everyMonths ?? [])
  let nextAt = now + LOOKED_AT_EVERY_MS
  if (months.length > 0) {
    const dueAt = monthsLater((await lastPeriodicFrom(work.db, site)) ?? (await promisedSince(work, site)), {
      ...{ timezone, months: Math.min(...months) },
    })
    if (dueAt <= now) await openPeriodic(work, site)
    else nextAt = Math.min(nextAt, dueAt)
  }
  draft.setSurveyWatch(site, { nextAt, commitments: draft.plans().commitment })
}

/** Nobody is asked about what was not promised yet. */
async function promisedSince({ db, now }: Work, site: string): Promise<number> {
  const setting = `surveys-since:${site}`
  const since = await readSetting(db, setting)
  if (since !== null) return Number(since)
  await saveSetting(db, setting, String(now))
  return now
}

/** In the morning of the same day of a later month, or of its last day where it is shorter. */
export function monthsLater(at: number, { timezone, months }: { timezone: string; months: number }): number {
  const [year, month, day] = localDate(timezone, at).split('-').map(Number) as [number, number, number]
  const lastDay = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  return firstShown(timezone, Date.UTC(year, month - 1 + months, Math.min(day, lastDay)) + OPENS_AT_MS)
}

async function openPeriodic(work: Work, site: string): Promise<void> {
  const { now } = work
  const survey = newSurvey(work, { site, kind: 'periodic', from: now, until: now + PERIODIC_MS }, SYSTEM)
  await insertSurvey(work.db, survey)
  const about = { kind: 'survey.opened', emergency: false, site, body: bodyOf(survey) } as const
  const people = plansOf(work.draft.plans(), 'responder').filter((each) => asksHouseholds(each, site))
  if (people.length > 0) await tellPeople(work, people, about)
  else await broadcast(work, about)
}

const asksHouseholds = ({ enabled, sites, roles }: Responder, site: string) =>
  enabled && sites.includes(site) && roles.includes('customer_service')

const bodyOf = ({ id, site, title, until }: Survey) => ({ survey: id, site, title, until })
