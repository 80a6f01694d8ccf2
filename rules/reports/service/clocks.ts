import { MILESTONES, type Milestone } from '../../model.ts'
import { decidedClocks, isLate, type ServiceLine } from './line.ts'
import { type Both, type Rate, rateOf } from './rates.ts'

/** On time by clock: beside the headline, which is by ticket. */
export interface ClockRates {
  all: Rate
  /** Those that a clock was decided for. */
  milestones: Partial<Record<Milestone, Rate>>
  /** Of appointments met, those that somebody came too early to: not late, and no better for the resident. */
  early: number
  /** What a lift's maintenance firm owed, which is not the property's. */
  maintenanceFirm: Rate
}

export const CLOCKS_DEFINITION: Both = {
  zh: '分母：物业已有结果的时限；分子：其中未超时的。一张工单可有几个时限。维保单位的时限单独列出，不计入物业。',
  en:
    'Denominator: clocks of the property that are decided. Numerator: those not late. A ticket may have several. The ' +
    "maintenance firm's stand apart and are not the property's.",
}

export function createClockCount() {
  const counts = new Map<Milestone, { decided: number; late: number }>()
  const firm = { decided: 0, late: 0 }
  let early = 0

  function count(into: { decided: number; late: number }, late: boolean): void {
    into.decided++
    if (late) into.late++
  }

  return {
    take(line: ServiceLine): void {
      for (const clock of decidedClocks(line)) {
        const known = counts.get(clock.milestone) ?? { decided: 0, late: 0 }
        counts.set(clock.milestone, known)
        count(known, isLate(clock))
        if (clock.early) early++
      }
      for (const clock of line.clocks) {
        if (clock.party === 'property' || clock.state === 'running' || clock.state === 'cancelled') continue
        count(firm, isLate(clock))
      }
    },
    result(): ClockRates {
      const rate = ({ decided, late }: { decided: number; late: number }) => rateOf(decided - late, decided)
      const all = { decided: 0, late: 0 }
      for (const { decided, late } of counts.values()) {
        all.decided += decided
        all.late += late
      }
      const decided = MILESTONES.filter((milestone) => counts.has(milestone))
      const milestones = Object.fromEntries(decided.map((each) => [each, rate(counts.get(each)!)]))
      return { all: rate(all), milestones, early, maintenanceFirm: rate(firm) }
    },
  }
}
