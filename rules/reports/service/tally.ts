import { type Commitment, SATISFIED_FROM } from '../../model.ts'
import {
  decidedClocks,
  isAccepted,
  isCompleted,
  isJobDone,
  isLate,
  isStillOpen,
  type ServiceLine,
  type Voice,
} from './line.ts'
import { byMeasure, type Judged, type Measure, meets, type Rate, rateOf } from './rates.ts'
import { TEN_MINUTES_MS, timeTo } from './response-times.ts'

/** A measure, and whether it keeps every target there is for it: `null` where none is decided. */
export interface ServiceFigure extends Rate {
  targets: readonly Judged[]
  ok: boolean | null
}

export interface Tallied {
  tickets: number
  completed: number
  /** Completed, and nobody signed yet; complaints, which nobody signs for, not among them. */
  unsigned: number
  stillOpen: number
  /** Of those, with a clock that is late. */
  stillOpenLate: number
  measures: Record<Measure, ServiceFigure>
  /** Of all grades; `null` for none. */
  meanGrade: number | null
  /** On site within ten minutes, of all that came and had no appointment. */
  withinTenMinutes: Rate
}

interface Counts {
  decided: number
  onTime: number
  /** Completed tickets without complaints. */
  jobs: number
  passed: number
  reworked: number
  graded: number
  satisfied: number
}

const NOTHING: Counts = { decided: 0, onTime: 0, jobs: 0, passed: 0, reworked: 0, graded: 0, satisfied: 0 }

const RATES: Record<Measure, (counts: Counts) => Rate> = {
  on_time: ({ onTime, decided }) => rateOf(onTime, decided),
  pass: ({ passed, jobs }) => rateOf(passed, jobs),
  rework: ({ reworked, jobs }) => rateOf(reworked, jobs),
  satisfaction: ({ satisfied, graded }) => rateOf(satisfied, graded),
}

/** Counts tickets and grades, of all and of each commitment by itself: a target is held to what it was promised for. */
export function createTally(timezoneOf: (site: string) => string, promised: readonly Commitment[] = []) {
  const all = { ...NOTHING }
  const owed = createOwed()
  promised.forEach((commitment) => owed.countsOf(commitment))
  let [tickets, completed, accepted, stillOpen, stillOpenLate] = [0, 0, 0, 0, 0]
  let [grades, arrived, arrivedWithinTen] = [0, 0, 0]

  /** Tickets that were promised the same share one list of commitments. */
  const countsByPromise = new WeakMap<readonly Commitment[], readonly Counts[]>()

  function countsFor(commitments: readonly Commitment[]): readonly Counts[] {
    const known = countsByPromise.get(commitments)
    if (known !== undefined) return known
    const counts = [all, ...new Set(commitments.flatMap((commitment) => owed.countsOf(commitment) ?? []))]
    countsByPromise.set(commitments, counts)
    return counts
  }

  return {
    ticket(line: ServiceLine): void {
      const { onTime, decided, done, passed, reworked } = judged(line)
      for (const counts of countsFor(line.commitments)) {
        if (decided) counts.decided++
        if (onTime) counts.onTime++
        if (done) counts.jobs++
        if (passed) counts.passed++
        if (reworked) counts.reworked++
      }
      tickets++
      if (isCompleted(line)) completed++
      if (isAccepted(line)) accepted++
      if (isStillOpen(line)) {
        stillOpen++
        if (decided && !onTime) stillOpenLate++
      }
      const arrivedMs = timeTo(line, 'arrive', timezoneOf)
      if (arrivedMs === null) return
      arrived++
      if (arrivedMs <= TEN_MINUTES_MS) arrivedWithinTen++
    },
    voice({ grade, commitments }: Voice): void {
      for (const counts of countsFor(commitments)) {
        counts.graded++
        if (grade >= SATISFIED_FROM) counts.satisfied++
      }
      grades += grade
    },
    result(): Tallied {
      const { jobs, graded } = all
      return {
        ...{ tickets, completed, unsigned: jobs - accepted, stillOpen, stillOpenLate },
        measures: byMeasure((measure) => {
          const targets = owed.judged(measure)
          return { ...RATES[measure](all), targets, ok: together(targets) }
        }),
        meanGrade: graded === 0 ? null : grades / graded,
        withinTenMinutes: rateOf(arrivedWithinTen, arrived),
      }
    },
  }
}

export type Tally = ReturnType<typeof createTally>

function judged(line: ServiceLine) {
  const clocks = decidedClocks(line)
  const decided = clocks.length > 0
  const done = isJobDone(line)
  const reworked = done && line.reworkedAt !== null
  const inWarranty = reworked && line.reworkedAt! <= (line.warrantyUntil ?? Infinity)
  const onTime = decided && !clocks.some(isLate)
  return { decided, onTime, done, reworked, passed: isAccepted(line) && !inWarranty }
}

function together(targets: readonly Judged[]): boolean | null {
  if (targets.some(({ ok }) => ok === false)) return false
  return targets.some(({ ok }) => ok === true) ? true : null
}

/** By commitment and its targets: one that was edited meanwhile counts as two. */
function createOwed() {
  const byCommitment = new Map<Commitment, Counts | null>()
  const byTargets = new Map<string, { commitment: Commitment; counts: Counts }>()

  /** `null` where it names no target. Commitments are few: tickets that opened under the same one share it. */
  function countsOf(commitment: Commitment): Counts | null {
    const known = byCommitment.get(commitment)
    if (known !== undefined) return known
    const { id, quality = [] } = commitment
    const key = `${id} ${JSON.stringify(quality)}`
    const counts = quality.length === 0 ? null : (byTargets.get(key)?.counts ?? { ...NOTHING })
    if (counts !== null && !byTargets.has(key)) byTargets.set(key, { commitment, counts })
    byCommitment.set(commitment, counts)
    return counts
  }

  function judgedOf({ commitment, counts }: { commitment: Commitment; counts: Counts }, measure: Measure): Judged[] {
    const { id, name, document = null, quality = [] } = commitment
    const rate = RATES[measure](counts)
    return quality
      .filter((target) => target.measure === measure)
      .map((target) => ({
        ...{ commitment: id, name, document, ...rate },
        limit: measure === 'rework' ? ('at_most' as const) : ('at_least' as const),
        ...{ percent: target.percent, quote: target.quote, ok: meets(rate, target) },
      }))
  }

  return {
    countsOf,
    judged: (measure: Measure): Judged[] => [...byTargets.values()].flatMap((each) => judgedOf(each, measure)),
  }
}
