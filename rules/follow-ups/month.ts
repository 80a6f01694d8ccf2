import { firstShown, lastShown, localDate } from '../calendar/zone.ts'
import { kept } from '../kept.ts'
import type { FollowUpRule, Site } from '../model.ts'
import { saveFollowUp } from '../storage/follow-ups.ts'
import { insertSample, isSampled, type Serviced, servicedWithin } from '../storage/samples.ts'
import type { Work } from '../work.ts'
import type { World } from '../world.ts'
import { newFollowUp } from './begin.ts'
import { coveringRules } from './covering.ts'
import { drawn, households, SAMPLE, seedOf } from './sample.ts'

/** After a start all sites are looked at: so many a tick. */
const SITES_IN_ONE_GO = 20

/** Sites where a month has ended since it was last looked at, by their own time. */
export function sitesToSample({ sites, sampledFor }: World, now: number): string[] {
  return [...sites.values()]
    .filter(({ id, timezone }) => sampledFor.get(id) !== monthBefore(timezone, now))
    .slice(0, SITES_IN_ONE_GO)
    .map(({ id }) => id)
}

/** When a site is looked at next: at once where its last month was not, else when the running one has ended. */
export function nextSampling({ sampledFor }: World, { id, timezone }: Site, now: number): number {
  const month = sampledFor.get(id)
  return month === undefined ? now : Math.max(now, endOfNext(`${timezone} ${month}`))
}

const ENDS_KEPT = 100

/** When the month after this one has ended, by `zone month`: asked for again and again by who moves a clock by hand. */
const endOfNext = kept(ENDS_KEPT, (key: string) => {
  const [timezone, month] = key.split(' ') as [string, string]
  return firstShown(timezone, startOf(month, 2))
})

/**
 * Draws whom of the households that had somebody in during the last month is asked, once: where a sample was promised.
 * There is a month for it.
 */
export async function sampleMonth(work: Work, site: string): Promise<void> {
  const { db, now, draft } = work
  const timezone = draft.timezoneOf(site)
  const month = monthBefore(timezone, now)
  draft.setSampledFor(site, month)
  if (await isSampled(db, site, month)) return
  const [from, to] = [firstShown(timezone, startOf(month)), lastShown(timezone, startOf(month, 1))]
  const promised = (await servicedWithin(db, site, from, to)).flatMap((job) => {
    const rule = sampleRule(job, timezone)
    return rule === undefined ? [] : [{ ...job, rule }]
  })
  const population = households(promised)
  if (population.length === 0) return
  const seed = seedOf(work.newId())
  // Where the promise was changed within the month, as it was at its end.
  const taken = drawn(population, seed, promised.at(-1)!.rule.sample ?? SAMPLE)
  await insertSample(db, {
    ...{ site, month, seed, drawnAt: now, population: population.length },
    taken: taken.map(({ id }) => id),
  })
  const dueAt = lastShown(timezone, startOf(month, 2))
  for (const { id, rule, completedAt } of taken) {
    await saveFollowUp(db, newFollowUp(work.newId(), { id, site }, rule, { completedAt, dueAt }))
  }
}

const sampleRule = (job: Serviced, timezone: string): FollowUpRule | undefined =>
  coveringRules(job, timezone).find(({ due }) => due === 'monthly_sample')

/** `YYYY-MM` */
function monthBefore(timezone: string, now: number): string {
  const [year, month] = localDate(timezone, now).split('-').map(Number)
  return new Date(Date.UTC(year!, month! - 2)).toISOString().slice(0, 7)
}

/** Of the month so many later, as the clock on the wall shows it, as if it were UTC. */
function startOf(month: string, later = 0): number {
  const [year, number] = month.split('-').map(Number)
  return Date.UTC(year!, number! - 1 + later)
}
