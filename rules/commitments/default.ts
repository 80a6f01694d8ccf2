import { type Commitment, HOUR_MS, MINUTE_MS } from '../model.ts'
import { callsAndComplaints, keptAppointments, target } from './presets/preset.ts'

export const DEFAULT_COMMITMENT_ID = 'default'

/** What a new installation promises. A property edits it; a running ticket keeps the one it opened under. */
export const defaultCommitment: Commitment = {
  id: DEFAULT_COMMITMENT_ID,
  name: { zh: '十分钟到场', en: 'On site in ten minutes' },
  sites: null,
  targets: [
    target('accept', 3 * MINUTE_MS, callsAndComplaints, {
      note: 'ours: nobody is to learn at minute ten that nobody had taken the job',
    }),
    target('arrive', 10 * MINUTE_MS, callsAndComplaints, {
      quote: '报修项目10分钟内到现场',
      note: 'D13 states no hours: here around the clock',
    }),
    target('complete', 48 * HOUR_MS, callsAndComplaints, { quote: '48小时内修复' }),
    ...keptAppointments,
  ],
}
