import type { Commitment } from '../model.ts'
import { type PlanBook, plansOf } from '../plans/book.ts'

/** What a site promises at a moment: its own commitments, and for a party without one those for every site. */
export function commitmentsOf(book: PlanBook, site: string): Commitment[] {
  const all = plansOf(book, 'commitment')
  const own = all.filter(({ sites }) => sites?.includes(site))
  return own.length > 0 ? own : all.filter(({ sites }) => (sites ?? null) === null)
}
