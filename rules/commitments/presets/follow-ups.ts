import { type Covers, DAY_MS, type FollowUpRule, HOUR_MS } from '../../model.ts'
import { appointments, ASKED_BY, emergencies, general } from './preset.ts'

/** D6's: after every repair, after an emergency sooner. */
export const askedAfterRepairs: readonly FollowUpRule[] = [
  { covers: general, due: { afterMs: 24 * HOUR_MS }, ways: ASKED_BY, quote: 'general / emergency repair | 24 h' },
  {
    covers: emergencies,
    due: { afterMs: 2 * HOUR_MS },
    telephoneFirst: true,
    ways: ASKED_BY,
    quote: 'telephone first for emergencies; visit; online',
  },
]

/** By the customer-service supervisor (客服主管). */
const bySupervisor = (covers: Covers, due: FollowUpRule['due'], quote: string): FollowUpRule => ({
  covers,
  due,
  by: '客服主管',
  ways: ['telephone', 'visit'],
  quote,
})

/** D13's: after what was dangerous or urgent, after seepage once it has rained, after appointments. */
export const askedBySupervisor: readonly FollowUpRule[] = [
  bySupervisor(
    { ...emergencies, categories: ['water_leak', 'power'] },
    { afterMs: 24 * HOUR_MS },
    'water or power emergency repair | 24 h',
  ),
  bySupervisor(
    { problems: ['plaster.fallen', 'water.burst'] },
    { afterMs: 24 * HOUR_MS },
    'dangerous repair (fallen plaster, burst pipe) | 24 h',
  ),
  bySupervisor({ problems: ['water.seepage'] }, 'rain', '应在维修完工第一个雨天后回访'),
  bySupervisor(appointments, { afterMs: 3 * DAY_MS }, 'appointment | 3 days'),
]
