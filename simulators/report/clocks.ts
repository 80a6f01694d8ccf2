import type { ClockState, Milestone, Party } from '../../rules/model.ts'
import type { SeenTicket } from '../facts.ts'
import { spellSpan } from '../judge.ts'
import type { Played } from '../play.ts'

/** A ticket's clock as it stood when the run ended; both times count from the opening of the ticket. */
export interface ClockSpan {
  milestone: Milestone
  party: Party
  state: ClockState
  withinMs: number
  /** Until it was met, else until the run ended; `null` for one that no longer counts. */
  elapsedMs: number | null
}

export const endOf = ({ startMs, scenario }: Played): number => startMs + scenario.lastsMs

export function clockSpans({ openedAt, clocks }: SeenTicket, endMs: number): ClockSpan[] {
  const openedMs = Date.parse(openedAt)
  return clocks.map(({ milestone, party, state, dueAt, metAt }) => ({
    milestone,
    party,
    state,
    withinMs: Math.max(0, Date.parse(dueAt) - openedMs),
    elapsedMs: state === 'cancelled' ? null : (metAt === null ? endMs : Date.parse(metAt)) - openedMs,
  }))
}

export const isLate = ({ state }: Pick<ClockSpan, 'state'>): boolean => state === 'breached' || state === 'met_late'

/** `6 min 12 s of 10 min`. */
export function clockWords({ state, withinMs, elapsedMs }: ClockSpan): string {
  const within = spellSpan(withinMs)
  if (elapsedMs === null) return `of ${within}, no longer counted`
  const took = `${spellSpan(Math.max(0, elapsedMs))} of ${within}`
  if (!isLate({ state })) return state === 'running' ? `${took} when the run ended` : took
  if (state === 'breached') return `${took} and still not met`
  return `${took}, ${spellSpan(elapsedMs - withinMs)} late`
}

const CELLS = 20
const LATE_CELLS = 10

/** From the opening on the left to the due time on the right, `*` where it was met and `>` where the run ended. */
export function clockPicture({ state, withinMs, elapsedMs }: ClockSpan): string {
  if (elapsedMs === null) return `|${'-'.repeat(CELLS)}|`
  const cells = Math.floor((withinMs === 0 ? 1 : Math.max(0, elapsedMs) / withinMs) * CELLS)
  const mark = state === 'running' || state === 'breached' ? '>' : '*'
  if (isLate({ state })) {
    const late = cells - CELLS
    return `|${'='.repeat(CELLS)}|${'='.repeat(Math.min(LATE_CELLS, late))}${late > LATE_CELLS ? '»' : ''}${mark}`
  }
  const done = Math.min(CELLS - 1, cells)
  return `|${'='.repeat(done)}${mark}${'·'.repeat(CELLS - 1 - done)}|`
}

/** At most so many, those that missed a clock before the others, in the order they were opened. */
export function ticketsToShow(tickets: readonly SeenTicket[], most: number) {
  const lateOrNot = (late: boolean) => tickets.filter(({ clocks }) => clocks.some(isLate) === late)
  const late = lateOrNot(true)
  const shown = new Set([...late, ...lateOrNot(false)].slice(0, most))
  return { shown: tickets.filter((each) => shown.has(each)), left: tickets.length - shown.size, late: late.length }
}
