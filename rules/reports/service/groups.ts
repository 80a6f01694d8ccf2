import { localDate } from '../../calendar/zone.ts'
import { type Listed, LISTED_MAX } from './listed.ts'
import type { ServiceLine, Subject, Voice } from './line.ts'
import type { Tallied, Tally } from './tally.ts'

export const GROUPED_BY = ['day', 'month', 'site', 'commitment', 'category', 'crew', 'person'] as const
export type GroupedBy = (typeof GROUPED_BY)[number]

/** `key` is a day `YYYY-MM-DD`, a month `YYYY-MM`, or an id; `null`: of none. */
export interface Group extends Tallied {
  key: string | null
}

const NONE: readonly null[] = [null]

/** The groups that something belongs to; to several where a ticket has several commitments. */
export function keysOf(by: GroupedBy, subject: Subject, timezone: string): readonly (string | null)[] {
  switch (by) {
    case 'day':
      return [localDate(timezone, subject.at)]
    case 'month':
      return [localDate(timezone, subject.at).slice(0, 7)]
    case 'site':
      return [subject.site]
    case 'commitment':
      return subject.commitments.length === 0 ? NONE : subject.commitments.map(({ id }) => id)
    case 'category':
      return [subject.category]
    case 'crew':
      return [subject.crew]
    case 'person':
      return [subject.assignee]
  }
}

export function createGroups(by: GroupedBy, timezone: string, newTally: () => Tally) {
  const groups = new Map<string | null, Tally>()

  function tallyOf(key: string | null): Tally {
    const known = groups.get(key)
    if (known) return known
    const tally = newTally()
    groups.set(key, tally)
    return tally
  }

  return {
    ticket: (line: ServiceLine) => keysOf(by, line, timezone).forEach((key) => tallyOf(key).ticket(line)),
    voice: (voice: Voice) => keysOf(by, voice, timezone).forEach((key) => tallyOf(key).voice(voice)),
    /** Days and months in their order, others by how many tickets they have; those of none last. */
    result(): Listed<Group> {
      const found = [...groups].map(([key, tally]): Group => ({ key, ...tally.result() }))
      const inTime = by === 'day' || by === 'month'
      found.sort((a, b) => {
        if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null)
        return (inTime ? 0 : b.tickets - a.tickets) || (a.key < b.key ? -1 : 1)
      })
      return { count: found.length, items: found.slice(0, LISTED_MAX) }
    },
  }
}
