import { localDate } from '../calendar/zone.ts'
import { type Commitment, type Party, PARTIES } from '../model.ts'
import { type PlanBook, plansOf } from '../plans/book.ts'

/**
 * What a site promises at a moment: its own commitments that are valid on that day, and for a party without one those
 * for every site. The property's first.
 */
export function commitmentsOf(book: PlanBook, site: string, { now, timezone }: Moment): Commitment[] {
  const today = localDate(timezone, now)
  const valid = plansOf(book, 'commitment').filter((each) => isValidOn(each, today))
  return PARTIES.flatMap((party) => {
    const all = valid.filter((each) => partyOf(each) === party)
    const own = all.filter(({ sites }) => sites?.includes(site))
    return (own.length > 0 ? own : all.filter(({ sites }) => (sites ?? null) === null)).sort(byId)
  })
}

interface Moment {
  now: number
  /** The site's. */
  timezone: string
}

export const partyOf = ({ party = 'property' }: { party?: Party }): Party => party

/** Where the days of a commitment are counted that speaks for more than one site: the zone of the first. */
export function zoneOf(
  named: readonly string[] | null | undefined,
  { sites }: { sites: ReadonlyMap<string, { timezone: string }> },
): string {
  const [first = ''] = named ?? sites.keys()
  return sites.get(first)?.timezone ?? 'UTC'
}

/** Dates are compared as they are written. */
const isValidOn = ({ validFrom = '', validUntil = '9999-12-31' }: Commitment, today: string) =>
  validFrom <= today && today <= validUntil

const byId = (a: Commitment, b: Commitment) => (a.id < b.id ? -1 : 1)
