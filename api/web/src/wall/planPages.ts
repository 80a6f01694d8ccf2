import type { Plan } from '../live/plan.ts'

/** The plan of one site. */
export interface SitePlanned {
  site: string
  name: string
  plan: Plan
}

/** So long each page is shown: to be found, looked at and looked up again. */
const TURN_MS = 8_000

/** Each site by itself, with at most `room` buildings on a page: what is drawn smaller nobody reads at three metres. */
export function pagesOf(sites: readonly SitePlanned[], room: number): SitePlanned[] {
  return sites.flatMap((planned) => {
    const { towers } = planned.plan
    const count = Math.max(1, Math.ceil(towers.length / room))
    const most = Math.ceil(towers.length / count)
    return Array.from({ length: count }, (_, index) => ({
      ...planned,
      plan: partOf(planned.plan, index * most, (index + 1) * most),
    }))
  })
}

/** Some of its towers, with what is below them; what is below none of them is on every page. */
function partOf(plan: Plan, from: number, to: number): Plan {
  const basement = plan.basement.map(({ level, pins }) => ({
    level,
    pins: pins
      .filter(({ tower }) => tower === null || (tower >= from && tower < to))
      .map(({ tower, pin }) => ({ tower: tower === null ? null : tower - from, pin })),
  }))
  return { ...plan, towers: plan.towers.slice(from, to), basement }
}

const hasPins = ({ plan: { towers, basement, elsewhere } }: SitePlanned) =>
  elsewhere !== null ||
  basement.some(({ pins }) => pins.length > 0) ||
  towers.some(({ bands }) => bands.some(({ pin }) => pin !== null))

/** Those in turn where alarms stand; all, where none does. Every wall shows the same one at the same time. */
export function pageAt(pages: readonly SitePlanned[], nowMs: number): SitePlanned | null {
  const marked = pages.filter(hasPins)
  const turning = marked.length > 0 ? marked : pages
  return turning[Math.floor(nowMs / TURN_MS) % Math.max(1, turning.length)] ?? null
}
