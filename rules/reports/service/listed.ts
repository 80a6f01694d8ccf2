import type { Milestone, Priority } from '../../model.ts'
import { decidedClocks, isLate, type ServiceLine } from './line.ts'
import type { Both } from './rates.ts'

/** What a report lists of what may be many; the count beside it is of all. */
export const LISTED_MAX = 500

export interface Listed<T> {
  count: number
  items: readonly T[]
}

/** A clock of the property that was late. */
export interface LateClock {
  ticket: string
  number: string
  site: string
  category: string
  priority: Priority
  openedAt: number
  milestone: Milestone
  dueAt: number
  /** `null`, as is the next: not reached to this day. */
  reachedAt: number | null
  lateMs: number | null
  assignee: string | null
  crew: string | null
}

/** Those not reached yet first, the oldest before; then the latest before. */
const worse = (a: LateClock, b: LateClock) => {
  if (a.lateMs === null || b.lateMs === null) {
    return Number(b.lateMs === null) - Number(a.lateMs === null) || a.dueAt - b.dueAt || (a.number < b.number ? -1 : 1)
  }
  return b.lateMs - a.lateMs || a.dueAt - b.dueAt || (a.number < b.number ? -1 : 1)
}

export function createLateList() {
  const late = createWorst(worse)
  return {
    take(line: ServiceLine): void {
      const { id: ticket, at: openedAt, number, site, category, priority, assignee, crew } = line
      for (const { milestone, dueAt, metAt } of decidedClocks(line).filter(isLate)) {
        const when = { openedAt, milestone, dueAt, reachedAt: metAt, lateMs: metAt === null ? null : metAt - dueAt }
        late.add({ ticket, number, site, category, priority, ...when, assignee, crew })
      }
    },
    result: late.result,
  }
}

/** Keeps the worst of many without keeping all. */
function createWorst<T>(compare: (a: T, b: T) => number) {
  let kept: T[] = []
  let count = 0
  const cut = () => (kept = kept.sort(compare).slice(0, LISTED_MAX))
  return {
    add(item: T): void {
      count++
      kept.push(item)
      if (kept.length >= 2 * LISTED_MAX) cut()
    },
    result: (): Listed<T> => ({ count, items: cut() }),
  }
}

export const EXCLUSIONS = ['cancelled', 'flood', 'test'] as const
export type Exclusion = (typeof EXCLUSIONS)[number]

/** Beside those of a drill, tickets of these categories try the way of an emergency (演练) and are nobody's need. */
export const TEST_CATEGORIES: ReadonlySet<string> = new Set(['test', 'drill'])

export const EXCLUDED_WHY: Record<Exclusion, Both> = {
  cancelled: { zh: '已取消：没有人需要到场。', en: 'Cancelled: nobody had to go.' },
  flood: {
    zh: '报警潮汇总单：只汇总短时间内过多的报警，本身不是一项报修。',
    en: 'Gathers alarms that came too fast to be told one by one; it is no job of its own.',
  },
  test: { zh: '测试或演练。', en: 'A test or drill.' },
}

/** A ticket that no figure counts. */
export interface Excluded {
  ticket: string
  number: string
  site: string
  category: string
  openedAt: number
  reason: Exclusion
  /** Clocks of the property that were late before it was cancelled. */
  late: number
}

export interface ExcludedList extends Listed<Excluded> {
  reasons: Record<Exclusion, number>
}

/** Why a ticket counts in no figure, or `null`. */
export function exclusionOf({ state, origin, category, drill }: ServiceLine): Exclusion | null {
  if (drill !== null || TEST_CATEGORIES.has(category)) return 'test'
  if (origin === 'flood') return 'flood'
  return state === 'cancelled' ? 'cancelled' : null
}

/** Those that had run late first, so that a cancelled breach is not cut off; then as they came. */
export function createExcludedList() {
  const excluded = createWorst<Excluded>((a, b) => b.late - a.late || a.openedAt - b.openedAt)
  const reasons = { cancelled: 0, flood: 0, test: 0 }
  return {
    take(line: ServiceLine, reason: Exclusion): void {
      const { id: ticket, number, site, category, at: openedAt } = line
      reasons[reason]++
      const late = decidedClocks(line).filter(isLate).length
      excluded.add({ ticket, number, site, category, openedAt, reason, late })
    },
    result: (): ExcludedList => ({ ...excluded.result(), reasons }),
  }
}
