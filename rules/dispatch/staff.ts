import { HOUR_MS, type OnDuty } from '../model.ts'
import { lastArrivals, workingJobs } from '../storage/jobs.ts'
import type { Work } from '../work.ts'
import { onDuty } from './on-duty.ts'

/** After an arrival somebody is taken to be still about there for so long. */
const PLACE_KNOWN_MS = 12 * HOUR_MS

export type Arrival = { site: string; device: string | null }

/** Who is there and how busy, asked once in an operation: thousands of steps may fall due in one moment. */
export interface Staff {
  /** On a site now. */
  onDuty(site: string): readonly OnDuty[]
  /** How many jobs each of them is at, with those that this operation gave. */
  jobs(ids: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** Where each of them arrived last; `null`: not lately. */
  arrivals(ids: readonly string[]): Promise<ReadonlyMap<string, Arrival | null>>
  /** A job goes from one to another. */
  gave(from: string | null, to: string): void
}

export function staffOf({ db, draft, now }: Work): Staff {
  const duties = new Map<string, readonly OnDuty[]>()
  const jobs = new Map<string, number>()
  const arrivals = new Map<string, Arrival | null>()
  return {
    onDuty(site) {
      const found = duties.get(site) ?? onDuty(draft.plans(), site, draft.timezoneOf(site), now)
      duties.set(site, found)
      return found
    },
    async jobs(ids) {
      const unknown = ids.filter((id) => !jobs.has(id))
      const found = unknown.length === 0 ? null : await workingJobs(db, unknown)
      for (const id of unknown) jobs.set(id, found!.get(id) ?? 0)
      return jobs
    },
    async arrivals(ids) {
      const unknown = ids.filter((id) => !arrivals.has(id))
      const found = unknown.length === 0 ? null : await lastArrivals(db, unknown, now - PLACE_KNOWN_MS)
      for (const id of unknown) arrivals.set(id, found!.get(id) ?? null)
      return arrivals
    },
    gave(from, to) {
      if (from !== null && jobs.has(from)) jobs.set(from, jobs.get(from)! - 1)
      if (jobs.has(to)) jobs.set(to, jobs.get(to)! + 1)
    },
  }
}
