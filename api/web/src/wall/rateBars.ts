import type { AlarmRateView } from '../api/wall.ts'

/** A chart of the alarm rate, 100 high and 300 wide, its ground line at 100. */
export interface RateBars {
  /** Paths of all bars together: what is within the limit, and what is a flood. */
  usual: string
  flood: string
  /** Of the line of the limit. */
  limitY: number
  /** Full hours of the time zone, every third one. */
  hours: readonly { x: number; atMs: number }[]
  most: number
  /** The ten minutes that run now, or those before them, are a flood. */
  isFlood: boolean
}

export const CHART_WIDTH = 300
const HEIGHT = 100
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

/** `minuteOfDay` of a time in the site's zone. */
export function rateBars(rate: AlarmRateView, minuteOfDay: (atMs: number) => number): RateBars {
  const { items, bucketMs, usual: limits } = rate
  const most = Math.max(0, ...items.map(({ raised }) => raised))
  const scale = HEIGHT / Math.max(limits.flood * 1.25, most)
  const step = CHART_WIDTH / Math.max(1, items.length)
  const bar = (raised: number, index: number) => {
    const height = Math.max(1.5, raised * scale)
    const [x, up, wide] = [index * step + step * 0.12, -height, step * 0.76].map((part) => part.toFixed(2))
    return `M${x} ${HEIGHT}v${up}h${wide}V${HEIGHT}z`
  }
  const isFlood = ({ raised }: { raised: number }) => raised > limits.flood
  const barsOf = (flood: boolean) =>
    items.map((item, index) => (item.raised > 0 && isFlood(item) === flood ? bar(item.raised, index) : '')).join('')
  const fromMs = Date.parse(items[0]?.at ?? rate.from)
  const firstHourMs = fromMs + ((180 - (minuteOfDay(fromMs) % 180)) % 180) * MINUTE_MS
  const hours: { x: number; atMs: number }[] = []
  for (let atMs = firstHourMs; atMs < fromMs + items.length * bucketMs; atMs += 3 * HOUR_MS) {
    hours.push({ x: ((atMs - fromMs) / bucketMs) * step, atMs })
  }
  return {
    usual: barsOf(false),
    flood: barsOf(true),
    limitY: HEIGHT - limits.flood * scale,
    hours,
    most,
    isFlood: items.slice(-2).some(isFlood),
  }
}
