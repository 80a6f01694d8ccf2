import { DAY_MS, type DutyOverride, type Principal, Refusal, type Roster, type StoredPlan } from '../model.ts'
import { mustChange, save } from '../plans/commands.ts'
import { planOf } from '../plans/book.ts'
import type { Work } from '../work.ts'
import { OVERRIDES_MAX, withoutOldOverrides } from './roster-schema.ts'
import { rosterStretches } from './stretches.ts'

/** Times in milliseconds. */
export interface Stint {
  responder: string
  from: number
  until: number
}

export type RosterCommand =
  | ({ type: 'override_duty'; roster: string } & Pick<DutyOverride, 'from' | 'until' | 'out' | 'in' | 'reason'>)
  | { type: 'end_override'; roster: string; override: string }
  | { type: 'swap_shifts'; roster: string; one: Stint; other: Stint; reason: string }

const AHEAD_MAX_MS = 400 * DAY_MS
/** A stint is at most so long: who is away for longer is taken out of the roster. */
const STINT_MAX_MS = 62 * DAY_MS

/** Answers the roster as it is then, the new overrides last in it. Throws `Refusal`. */
export async function performRosterCommand(
  work: Work,
  command: RosterCommand,
  by: Principal,
): Promise<{ plan: StoredPlan<'roster'> }> {
  const stored = work.draft.plans().roster.get(command.roster)
  mustChange(by, 'roster', command.roster, stored)
  const roster = withoutOldOverrides(stored!.plan, work.now)
  return { plan: await save(work, 'roster', { ...roster, overrides: edited(work, roster, command, by) }, by, false) }
}

function edited(work: Work, roster: Roster, command: RosterCommand, by: Principal): DutyOverride[] {
  const added = (each: Pick<DutyOverride, 'from' | 'until' | 'out' | 'in' | 'reason'>) => {
    const { from, until, out, in: standIn, reason } = each
    return { id: work.newId(), from, until, out, in: standIn, reason, by: by.name }
  }
  switch (command.type) {
    case 'override_duty': {
      const { from, until, out } = command
      mustBeAhead(work, command)
      if (out === command.in) {
        throw new Refusal('invalid', 'say who is missing in `out`, who comes in `in`, or both; not the same one twice')
      }
      if (out !== null) mustServe(work, roster, { responder: out, from, until })
      return withMore(roster, [added(command)])
    }
    case 'swap_shifts': {
      const { one, other, reason } = command
      for (const [own, theirs] of [
        [one, other],
        [other, one],
      ] as const) {
        mustBeAhead(work, own)
        mustServe(work, roster, own)
        if (isServing(work, roster, { ...theirs, responder: own.responder })) {
          const name = nameOf(work, own.responder)
          throw new Refusal('conflict', `${name} is on duty in the other stretch too; there is nothing to swap with`)
        }
      }
      return withMore(roster, [
        added({ from: one.from, until: one.until, out: one.responder, in: other.responder, reason }),
        added({ from: other.from, until: other.until, out: other.responder, in: one.responder, reason }),
      ])
    }
    case 'end_override':
      return ended(work, roster, command.override)
  }
}

/** What has begun ends now, so that it stays known who was there; what has not is taken out. */
function ended({ now }: Work, { id, overrides }: Roster, override: string): DutyOverride[] {
  const found = overrides.find((each) => each.id === override)
  if (!found) throw new Refusal('not_found', `override ${override} of roster ${id} does not exist`)
  if (found.until <= now) throw new Refusal('conflict', 'the override is over already')
  if (found.from >= now) return overrides.filter((each) => each !== found)
  return overrides.map((each) => (each === found ? { ...each, until: now } : each))
}

function withMore({ overrides }: Roster, more: readonly DutyOverride[]): DutyOverride[] {
  if (overrides.length + more.length > OVERRIDES_MAX) {
    throw new Refusal('conflict', `a roster has at most ${OVERRIDES_MAX} overrides; change its turns instead`)
  }
  return [...overrides, ...more]
}

function mustBeAhead({ now }: Work, { from, until }: { from: number; until: number }): void {
  if (from < now - DAY_MS || from > now + AHEAD_MAX_MS) {
    throw new Refusal('invalid', '`from` lies between a day ago and 400 days ahead')
  }
  if (until <= Math.max(from, now) || until > from + STINT_MAX_MS) {
    throw new Refusal('invalid', '`until` lies after `from` and now, and at most 62 days after it')
  }
}

/** Nobody can be replaced who would not have been there: whoever stands in would wait for a call that never comes. */
function mustServe(work: Work, roster: Roster, stint: Stint): void {
  if (isServing(work, roster, stint)) return
  const name = nameOf(work, stint.responder)
  throw new Refusal('conflict', `${name} is not on duty on roster ${roster.id} in that time; see its shifts`)
}

/** On any site of the roster. */
function isServing(work: Work, roster: Roster, { responder, from, until }: Stint): boolean {
  const plans = work.draft.plans()
  const zones = new Set(roster.sites.map((site) => work.draft.timezoneOf(site)))
  return [...zones].some((timezone) =>
    rosterStretches(plans, roster, timezone, from, until).some((each) => each.responder === responder && !each.leaving),
  )
}

const nameOf = (work: Work, responder: string) =>
  planOf(work.draft.plans(), 'responder', responder)?.name ?? `responder ${responder}`
