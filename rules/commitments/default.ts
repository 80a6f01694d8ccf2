import { type Commitment, HOUR_MS, MINUTE_MS } from '../model.ts'

export const DEFAULT_COMMITMENT_ID = 'default'

/** What a new installation promises. A property edits it; a running ticket keeps the one it opened under. */
export const defaultCommitment: Commitment = {
  id: DEFAULT_COMMITMENT_ID,
  name: { zh: '十分钟到场', en: 'On site in ten minutes' },
  sites: null,
  targets: [
    {
      milestone: 'accept',
      withinMs: 3 * MINUTE_MS,
      calendar: 'around_the_clock',
      note: 'ours: nobody is to learn at minute ten that nobody had taken the job',
    },
    {
      milestone: 'arrive',
      withinMs: 10 * MINUTE_MS,
      calendar: 'around_the_clock',
      quote: '报修项目10分钟内到现场',
      note: 'D13 states no hours: here around the clock',
    },
    { milestone: 'complete', withinMs: 48 * HOUR_MS, calendar: 'around_the_clock', quote: '48小时内修复' },
  ],
}
