import { type Commitment, HOUR_MS, MINUTE_MS } from '../model.ts'
import { askedAfterRepairs, askedBySupervisor } from './presets/follow-ups.ts'
import { calls, complaints, keptAppointments, target } from './presets/preset.ts'

export const DEFAULT_COMMITMENT_ID = 'default'

/** What a new installation promises. A property edits it; a running ticket keeps the one it opened under. */
export const defaultCommitment: Commitment = {
  id: DEFAULT_COMMITMENT_ID,
  name: { zh: '十分钟到场', en: 'On site in ten minutes' },
  sites: null,
  targets: [
    target('accept', 3 * MINUTE_MS, calls, {
      note: 'ours: nobody is to learn at minute ten that nobody had taken the job',
    }),
    target('arrive', 10 * MINUTE_MS, calls, {
      quote: '报修项目10分钟内到现场',
      note: 'D13 states no hours: here around the clock',
    }),
    target('complete', 48 * HOUR_MS, calls, { quote: '48小时内修复' }),
    target('respond', 15 * MINUTE_MS, complaints, {
      quote: '15分钟内响应',
      note: "D14's: a complaint needs an answer and nobody at the door",
    }),
    target('complete', 4 * HOUR_MS, complaints, { quote: '4小时内将问题解决处理完毕' }),
    ...keptAppointments,
  ],
  acceptance: { signers: ['customer'], quote: 'the customer signs' },
  followUps: [...askedAfterRepairs, ...askedBySupervisor],
  quality: [
    { measure: 'on_time', percent: 99, quote: '及时率 on-time rate | ≥ 99 %' },
    { measure: 'pass', percent: 95, quote: '合格率 pass rate | ≥ 95 %' },
    { measure: 'rework', percent: 0.5, quote: '返修率 rework rate | ≤ 0.5 %' },
    { measure: 'satisfaction', percent: 95, quote: '满意度 satisfaction | ≥ 95 %' },
  ],
}
