import { PLAN_KINDS, type PlanKind, type Plans, type StoredPlan } from '../model.ts'

/** Every plan that is in use, by kind and id: a cache of its rows, replaced with every edit and never changed. */
export type PlanBook = { readonly [K in PlanKind]: ReadonlyMap<string, StoredPlan<K>> }

export function planBookOf(stored: readonly StoredPlan[]): PlanBook {
  const of = (kind: PlanKind) => new Map(stored.filter((each) => each.kind === kind).map((each) => [each.id, each]))
  return Object.fromEntries(PLAN_KINDS.map((kind) => [kind, of(kind)])) as unknown as PlanBook
}

/** The book with one plan in the place of its earlier version; `null`: without it. */
export function withPlan<K extends PlanKind>(
  book: PlanBook,
  kind: K,
  id: string,
  stored: StoredPlan<K> | null,
): PlanBook {
  const plans = new Map(book[kind] as ReadonlyMap<string, StoredPlan<K>>)
  if (stored === null) plans.delete(id)
  else plans.set(id, stored)
  return { ...book, [kind]: plans }
}

export function plansOf<K extends PlanKind>(book: PlanBook, kind: K): Plans[K][] {
  return [...book[kind].values()].map(({ plan }) => plan)
}

export function planOf<K extends PlanKind>(book: PlanBook, kind: K, id: string): Plans[K] | undefined {
  return book[kind].get(id)?.plan
}

/** What a responder is called; his id, where nobody is known by it. */
export const responderName = (book: PlanBook, id: string): string => planOf(book, 'responder', id)?.name ?? id
