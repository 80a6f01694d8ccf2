import { localDate } from '../../calendar/zone.ts'
import type { Commitment } from '../../model.ts'
import type { Period } from '../load.ts'
import { type ClockRates, createClockCount } from './clocks.ts'
import { createGroups, type Group, type GroupedBy } from './groups.ts'
import { decidedClocks, isLate, type ServiceLine, type Subject, type Voice } from './line.ts'
import {
  createExcludedList,
  createLateList,
  type ExcludedList,
  exclusionOf,
  type LateClock,
  type Listed,
} from './listed.ts'
import { createRecurrences, type Occurrence, type Recurrence } from './recurrence.ts'
import { createTimes, TIMED, type Timed, type Times, timeTo } from './response-times.ts'
import { createTally, type Tallied } from './tally.ts'

type Pages<T> = AsyncIterable<readonly T[]> | Iterable<readonly T[]>

export interface ServiceFilter {
  commitment?: string | undefined
  category?: string | undefined
  crew?: string | undefined
  person?: string | undefined
}

export interface ServiceQuestion extends ServiceFilter {
  period: Period
  /** Whose days and months count. */
  timezone: string
  timezoneOf: (site: string) => string
  groupBy: GroupedBy | null
  /** What the sites promise now: its targets are shown also where no ticket was opened under it. */
  promised: readonly Commitment[]
}

export interface ServiceSource {
  /** Tickets that were opened in the period, in the order of their opening. */
  tickets: Pages<ServiceLine>
  /** Grades that were given in the period. */
  voices: Pages<Voice>
  /** Tickets of the thirty days before it, in the order of their opening. */
  earlier: Pages<Occurrence>
}

export interface Day {
  day: string
  tickets: number
  /** Tickets with a late clock. */
  late: number
}

export interface ServiceReport {
  /** All tickets that were opened: those that count, and those that are excluded. */
  opened: number
  total: Tallied
  clocks: ClockRates
  times: Record<Timed, Times>
  late: Listed<LateClock>
  excluded: ExcludedList
  groups: Listed<Group> | null
  /** Of days on which a ticket was opened, in their order. */
  days: readonly Day[]
  recurrences: Listed<Recurrence>
}

/**
 * How a period's tickets went. It is of those opened in it, as they are now: asked again later it says the same but for
 * what has been decided since. Takes room for what it lists, for the times and the places of its tickets.
 */
export async function serviceReport(source: ServiceSource, question: ServiceQuestion): Promise<ServiceReport> {
  const { period, timezone, timezoneOf, groupBy, promised } = question
  const total = createTally(timezoneOf, promised)
  const groups = groupBy === null ? null : createGroups(groupBy, timezone, () => createTally(timezoneOf))
  const clocks = createClockCount()
  const times = { accept: createTimes(), arrive: createTimes(), complete: createTimes() }
  const late = createLateList()
  const excluded = createExcludedList()
  const recurrences = createRecurrences(period.from)
  const days = new Map<string, Day>()
  let opened = 0

  function take(line: ServiceLine): void {
    opened++
    const reason = exclusionOf(line)
    if (reason !== null) return excluded.take(line, reason)
    total.ticket(line)
    groups?.ticket(line)
    clocks.take(line)
    late.take(line)
    recurrences.take(line)
    for (const milestone of TIMED) {
      const ms = timeTo(line, milestone, timezoneOf)
      if (ms !== null) times[milestone].add(ms)
    }
    const day = localDate(timezone, line.at)
    const counted = days.get(day) ?? { day, tickets: 0, late: 0 }
    days.set(day, counted)
    counted.tickets++
    if (decidedClocks(line).some(isLate)) counted.late++
  }

  for await (const page of source.earlier) page.forEach((each) => recurrences.take(each))
  for await (const page of source.tickets) page.filter((line) => isAsked(line, question)).forEach(take)
  for await (const page of source.voices) {
    for (const voice of page.filter((each) => isAsked(each, question))) {
      total.voice(voice)
      groups?.voice(voice)
    }
  }
  return {
    opened,
    total: total.result(),
    clocks: clocks.result(),
    times: { accept: times.accept.result(), arrive: times.arrive.result(), complete: times.complete.result() },
    late: late.result(),
    excluded: excluded.result(),
    groups: groups?.result() ?? null,
    days: [...days.values()],
    recurrences: recurrences.result(),
  }
}

function isAsked(subject: Subject, { commitment, category, crew, person }: ServiceFilter): boolean {
  if (commitment !== undefined && !subject.commitments.some(({ id }) => id === commitment)) return false
  if (category !== undefined && subject.category !== category) return false
  if (crew !== undefined && subject.crew !== crew) return false
  return person === undefined || subject.assignee === person
}
