/** What is seen of a history, in epoch milliseconds. */
export interface View {
  fromMs: number
  toMs: number
}

export const RANGES = { h1: 3_600_000, h24: 86_400_000, d7: 7 * 86_400_000, d30: 30 * 86_400_000 } as const
export type RangeName = keyof typeof RANGES
export const RANGE_NAMES = Object.keys(RANGES) as RangeName[]

const NARROWEST_MS = 60_000
const STEP = 0.5

/** Half as long, or twice, about its middle; never outside of the whole. */
export const zoomed = (view: View, whole: View, way: 'in' | 'out'): View => {
  const middle = (view.fromMs + view.toMs) / 2
  const length = (view.toMs - view.fromMs) * (way === 'in' ? STEP : 1 / STEP)
  return within({ fromMs: middle - length / 2, toMs: middle + length / 2 }, whole)
}

/** Half of what is seen earlier or later. */
export const moved = (view: View, whole: View, way: 'earlier' | 'later'): View => {
  const byMs = (view.toMs - view.fromMs) * STEP * (way === 'earlier' ? -1 : 1)
  return within({ fromMs: view.fromMs + byMs, toMs: view.toMs + byMs }, whole)
}

function within({ fromMs, toMs }: View, whole: View): View {
  const length = Math.min(Math.max(toMs - fromMs, NARROWEST_MS), whole.toMs - whole.fromMs)
  const from = Math.min(Math.max(fromMs, whole.fromMs), whole.toMs - length)
  return { fromMs: from, toMs: from + length }
}

/** As many buckets as there is room for. */
export const bucketsFor = (width: number) => Math.min(2_000, Math.max(200, Math.round(width)))
