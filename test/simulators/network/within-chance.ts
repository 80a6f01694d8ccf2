import { expect } from 'vitest'

/** Of so many draws with this share: no further from what is expected than four standard deviations (1 in 16,000). */
export function withinChance(hits: number, draws: number, share: number): void {
  expect(Math.abs(hits - draws * share)).toBeLessThan(4 * Math.sqrt(draws * share * (1 - share)))
}
