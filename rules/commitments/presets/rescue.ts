import { type Commitment, HOUR_MS, MINUTE_MS } from '../../model.ts'
import type { Preset } from './preset.ts'

/** The lift's maintenance firm (维保单位) owes it, beside whatever the property promises: TSG T5002-2017. */
const rescue = (id: string, zh: string, en: string, withinMs: number): Commitment => ({
  id,
  name: { zh, en },
  sites: null,
  party: 'maintenance_firm',
  covers: { categories: ['elevator'], problems: ['elevator.entrapment'] },
  targets: [
    {
      milestone: 'arrive',
      withinMs,
      calendar: 'around_the_clock',
      note: 'TSG T5002-2017: 30 minutes to arrive in cities, 1 hour elsewhere',
    },
  ],
})

export const rescueCity = rescue('rescue-city', '电梯困人救援 (城市)', 'Lift rescue, in a city', 30 * MINUTE_MS)
const rescueElsewhere = rescue('rescue-elsewhere', '电梯困人救援 (其他地区)', 'Lift rescue, elsewhere', HOUR_MS)

export const rescues: readonly Preset[] = [{ commitment: rescueCity }, { commitment: rescueElsewhere }]
