import { timeOf } from '../calendar/windows.ts'
import { unknownYear } from '../calendar/holidays.ts'
import { firstShown, localDate } from '../calendar/zone.ts'
import { type Commitment, DAY_MS, HOUR_MS, type PlanFault, type Target } from '../model.ts'
import { type PlanBook, planOf, plansOf } from '../plans/book.ts'
import { inFew } from '../plans/in-few.ts'
import type { PlanSurroundings, PlanVerdict } from '../plans/check.ts'
import { commitmentsOf, partyOf, zoneOf } from './choose.ts'
import { withoutArrival } from './arrival.ts'

/** Each ticket keeps all of them. */
const OF_A_SITE_MAX = 20
/** Open time is counted opening by opening. */
const OPEN_TIME_MAX_MS = 31 * DAY_MS
const OPEN_LEAST_MS = HOUR_MS
const REVIEW_AHEAD_MS = 31 * DAY_MS
const SITES_TOLD = 5

/** Whether a commitment makes sense, and what its sites would be without. */
export function checkCommitment(plan: Commitment, around: PlanSurroundings): PlanVerdict {
  const errors = [
    ...plan.targets.flatMap((target, index) => targetErrors(target, `targets[${index}]`, plan)),
    ...hoursErrors(plan),
    ...validityErrors(plan),
    ...crowdErrors(plan, around.book),
  ]
  if (errors.length > 0) return { errors, warnings: [] }
  const warnings = [...uncovered(plan, around), ...unknownHolidays(plan, around), ...validityWarnings(plan, around)]
  return { errors, warnings }
}

/**
 * Why a commitment cannot be deleted, or made to end, begin later, or speak for fewer: emergencies of a site that it
 * leaves would be without anybody who comes, and nothing there would warn of it. `plan`: as it is before.
 */
export function lossFaults(plan: Commitment, before: PlanSurroundings, after: PlanBook): PlanFault[] {
  if (partyOf(plan) !== 'property') return []
  const around = { ...before, book: after }
  const later = planOf(after, 'commitment', plan.id)
  const kept = later && partyOf(later) === 'property' ? sitesOf(later, around) : []
  const bare = sitesOf(plan, before).filter(
    (site) => !kept.includes(site) && withoutArrival(site, before) === null && withoutArrival(site, around) !== null,
  )
  if (bare.length === 0) return []
  const sites = inFew(bare, SITES_TOLD)
  const message = `emergencies of ${sites} would have no arrival target; adopt or edit another commitment first`
  return [{ field: 'sites', message }]
}

function targetErrors(target: Target, place: string, { covers }: Commitment): PlanFault[] {
  const { calendar, withinMs, from, earliestMs, cutoffs = [] } = target
  const faults: PlanFault[] = []
  const refuse = (field: string, message: string) => void faults.push({ field: `${place}.${field}`, message })
  const inDays = calendar === 'calendar_days' || calendar === 'working_days'
  if (inDays && withinMs % DAY_MS !== 0) {
    refuse('withinMs', `${calendar} are whole days: a multiple of ${DAY_MS}; 0 is the end of the same day`)
  }
  if (calendar === 'service_hours' && withinMs > OPEN_TIME_MAX_MS) {
    refuse('withinMs', `of service_hours at most ${OPEN_TIME_MAX_MS}; count longer times in days`)
  }
  const kinds = target.covers?.kinds ?? covers?.kinds
  if (from === 'appointment' && !kinds?.every((kind) => kind === 'appointment')) {
    refuse('from', "only appointments have one: set covers.kinds to ['appointment']")
  }
  if (earliestMs !== undefined && from !== 'appointment') {
    refuse('earliestMs', 'only an appointment can be kept too early: set from to appointment, or leave it out')
  }
  for (const [index, cutoff] of cutoffs.entries()) {
    if (timeOf(cutoff.dueAt) >= timeOf(cutoff.receivedBy)) continue
    refuse(`cutoffs[${index}].dueAt`, `not before ${cutoff.receivedBy}, when it may still come in`)
  }
  return faults
}

function hoursErrors({ serviceHours }: Commitment): PlanFault[] {
  if (serviceHours === undefined) return []
  const openMs = (timeOf(serviceHours.to) - timeOf(serviceHours.from) + DAY_MS) % DAY_MS
  if (openMs === 0 || openMs >= OPEN_LEAST_MS) return []
  return [{ field: 'serviceHours.to', message: 'open for an hour or more; the same time as from is around the clock' }]
}

function validityErrors({ validFrom, validUntil }: Commitment): PlanFault[] {
  if (validFrom === undefined || validUntil === undefined || validFrom <= validUntil) return []
  return [{ field: 'validUntil', message: `the last day, not before the first: ${validFrom}` }]
}

function crowdErrors(plan: Commitment, book: PlanBook): PlanFault[] {
  const alike = plansOf(book, 'commitment').filter((each) => partyOf(each) === partyOf(plan))
  const count = (site: string | null) =>
    alike.filter((each) => (site === null ? (each.sites ?? null) === null : each.sites?.includes(site))).length
  const crowded = (plan.sites ?? [null]).find((site) => count(site) > OF_A_SITE_MAX)
  if (crowded === undefined) return []
  const where = crowded === null ? 'for all sites' : `of ${crowded}`
  return [
    { field: 'sites', message: `at most ${OF_A_SITE_MAX} commitments ${where}; put targets into those there are` },
  ]
}

/** From when it is in force: now, or the first of its days. */
function uncovered(plan: Commitment, around: PlanSurroundings): PlanFault[] {
  if (partyOf(plan) !== 'property') return []
  const first = Date.parse(plan.validFrom ?? '1970-01-01')
  const at = (timezone: string) => Math.max(around.now, firstShown(timezone, first))
  const message = bareFrom(sitesOf(plan, around, at), around, at)
  if (message === null) return []
  const ahead = at(zoneOf(plan.sites, around)) > around.now ? `from ${plan.validFrom} on ` : ''
  return [{ field: 'targets', message: `${ahead}${message}; add a target with the milestone arrive` }]
}

/** Which sites nobody of the property would come to. */
function bareFrom(sites: readonly string[], around: PlanSurroundings, at: At): string | null {
  const missing = sites.flatMap((site) => {
    const without = withoutArrival(site, { ...around, now: at(around.sites.get(site)!.timezone) })
    return without === null ? [] : [{ site, ...without }]
  })
  const [first] = missing
  if (!first) return null
  const bare = missing.map(({ site }) => site)
  const names = inFew(bare, SITES_TOLD)
  return (
    `emergencies of ${names} have no arrival target of the property: in ${first.site} one of the category ` +
    `${first.category} at ${first.time}`
  )
}

/** A moment, by the time zone of a site. */
type At = (timezone: string) => number

/** Where it is among what is promised. */
function sitesOf(plan: Commitment, { book, sites, now }: PlanSurroundings, at: At = () => now): string[] {
  const among = plan.sites ?? [...sites.keys()]
  return among.filter((site) => {
    const timezone = sites.get(site)?.timezone
    return (
      timezone !== undefined &&
      commitmentsOf(book, site, { now: at(timezone), timezone }).some(({ id }) => id === plan.id)
    )
  })
}

function unknownHolidays({ targets }: Commitment, { now }: PlanSurroundings): PlanFault[] {
  return targets.flatMap(({ calendar, withinMs }, index) => {
    const year = calendar === 'working_days' ? unknownYear(now, withinMs) : undefined
    if (year === undefined) return []
    const message = `the public holidays of ${year} are unknown: Monday to Friday count as workdays; update Shifen`
    return [{ field: `targets[${index}].calendar`, message }]
  })
}

/** A commitment runs until it is reviewed. */
function validityWarnings(plan: Commitment, around: PlanSurroundings): PlanFault[] {
  const { validUntil, sites } = plan
  if (validUntil === undefined) return []
  const timezone = zoneOf(sites, around)
  if (localDate(timezone, around.now + REVIEW_AHEAD_MS) <= validUntil) return []
  const message =
    localDate(timezone, around.now) > validUntil
      ? `it ended with ${validUntil} and promises nothing; review and renew it`
      : `it ends with ${validUntil}; review it, and renew it where it is to go on`
  const without = uncoveredAfter(plan, validUntil, around)
  return [{ field: 'validUntil', message: without === null ? message : `${message}: ${without}` }]
}

/** What the sites that it is in force for have once it has ended. */
function uncoveredAfter(plan: Commitment, validUntil: string, around: PlanSurroundings): string | null {
  if (partyOf(plan) !== 'property') return null
  const last = Date.parse(validUntil)
  const sites = sitesOf(plan, around, (timezone) => firstShown(timezone, last))
  const message = bareFrom(sites, around, (timezone) => Math.max(around.now, firstShown(timezone, last + DAY_MS)))
  return message === null ? null : `after that ${message}`
}
