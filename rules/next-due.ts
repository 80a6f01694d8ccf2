import { nextChange } from './calendar/windows.ts'
import { sitesWithDueDuty } from './dispatch/handover.ts'
import type { DueDevices } from './due-devices.ts'
import { nextSampling } from './follow-ups/month.ts'
import { nextMuteDue } from './mutes/mutes.ts'
import { earliestDueRow } from './storage/next-due.ts'
import type { Db } from './storage/connect.ts'
import { sitesWithDueSurveys } from './surveys/periodic.ts'
import type { World } from './world.ts'

/**
 * When `findDue` next finds something if nobody says or does anything, `now` where it would already, `Infinity` where
 * it never will: whoever moves a clock by hand can go there at once and misses nothing in between.
 */
export async function nextDueAt(reader: Db, world: World, dueDevices: DueDevices, now: number): Promise<number> {
  const { controls, mutes, drills, duties, surveyWatches, sites } = world
  const watched = [...duties.values(), ...surveyWatches.values()].map(({ nextAt }) => nextAt)
  const waiting = sitesWithDueDuty(world, now).length + sitesWithDueSurveys(world, now).length > 0
  const moments = [
    await earliestDueRow(reader),
    dueDevices.next(now),
    nextWindow(world, now),
    waiting ? now : Infinity,
    ...watched,
    ...[...controls.values()].flat().map(({ nextAt }) => nextAt ?? Infinity),
    ...[...mutes.values()].map(nextMuteDue),
    ...[...drills.values()].map(({ endsAt }) => endsAt),
    ...[...sites.values()].map((site) => nextSampling(world, site, now)),
  ]
  return Math.max(now, Math.min(...moments))
}

/** When a rule's windows next open or close; `now` where that has not been seen yet. */
function nextWindow({ rules, sites, windows }: World, now: number): number {
  if (windows === null) return now
  const timezones = new Set([...sites.values()].map(({ timezone }) => timezone))
  let next = Infinity
  for (const { rule } of rules.gated) {
    for (const timezone of timezones) {
      if (windows.get(`${rule.id} ${timezone}`) !== rules.isOpen(rule, timezone, now)) return now
      next = Math.min(next, nextChange(rule.calendar ?? [], timezone, now) ?? Infinity)
    }
  }
  return next
}
