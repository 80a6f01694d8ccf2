/** How a load follows the week, as a share of the rated current: a straight line between two hours. */
import { HOUR_MS } from '../../../rules/model.ts'

interface Days {
  weekday: readonly number[]
  weekend: readonly number[]
}

/** From midnight, hour by hour. Their shapes are typical ones; who knows a real curve should not read these as it. */
const PROFILES = {
  homes: {
    weekday: [
      0.22, 0.19, 0.17, 0.16, 0.16, 0.18, 0.26, 0.36, 0.34, 0.28, 0.27, 0.3, 0.36, 0.32, 0.28, 0.28, 0.32, 0.4, 0.52,
      0.62, 0.64, 0.56, 0.42, 0.3,
    ],
    weekend: [
      0.26, 0.22, 0.19, 0.17, 0.17, 0.17, 0.19, 0.24, 0.32, 0.38, 0.41, 0.43, 0.46, 0.43, 0.39, 0.38, 0.4, 0.45, 0.54,
      0.62, 0.64, 0.57, 0.46, 0.35,
    ],
  },
  offices: {
    weekday: [
      0.12, 0.12, 0.12, 0.12, 0.12, 0.13, 0.17, 0.28, 0.48, 0.6, 0.63, 0.62, 0.54, 0.58, 0.63, 0.63, 0.6, 0.52, 0.36,
      0.26, 0.2, 0.16, 0.13, 0.12,
    ],
    weekend: [
      0.12, 0.12, 0.12, 0.12, 0.12, 0.12, 0.13, 0.14, 0.16, 0.18, 0.19, 0.19, 0.18, 0.18, 0.19, 0.19, 0.18, 0.16, 0.14,
      0.13, 0.13, 0.12, 0.12, 0.12,
    ],
  },
  pumps: {
    weekday: [
      0.14, 0.12, 0.12, 0.12, 0.13, 0.2, 0.42, 0.52, 0.44, 0.34, 0.32, 0.38, 0.44, 0.36, 0.3, 0.3, 0.34, 0.44, 0.52,
      0.54, 0.5, 0.44, 0.34, 0.22,
    ],
    weekend: [
      0.16, 0.13, 0.12, 0.12, 0.12, 0.14, 0.22, 0.36, 0.48, 0.52, 0.48, 0.46, 0.48, 0.42, 0.36, 0.34, 0.38, 0.46, 0.52,
      0.54, 0.5, 0.44, 0.36, 0.24,
    ],
  },
  lighting: {
    weekday: [
      0.4, 0.38, 0.38, 0.38, 0.38, 0.38, 0.36, 0.3, 0.26, 0.26, 0.26, 0.26, 0.26, 0.26, 0.26, 0.26, 0.28, 0.36, 0.48,
      0.52, 0.52, 0.5, 0.46, 0.42,
    ],
    weekend: [
      0.42, 0.39, 0.38, 0.38, 0.38, 0.38, 0.36, 0.3, 0.26, 0.26, 0.26, 0.26, 0.26, 0.26, 0.26, 0.26, 0.28, 0.36, 0.48,
      0.52, 0.52, 0.51, 0.48, 0.44,
    ],
  },
} as const satisfies Record<string, Days>

export type LoadProfile = keyof typeof PROFILES
export const LOAD_PROFILES = Object.keys(PROFILES) as LoadProfile[]

const HOURS = 168

interface Week {
  /** At each full hour from Sunday midnight. */
  shares: readonly number[]
  /** What lies below the line up to each full hour, in hours; one more for the whole week. */
  areas: readonly number[]
}

function weekOf({ weekday, weekend }: Days): Week {
  const shares = [weekend, weekday, weekday, weekday, weekday, weekday, weekend].flat()
  const areas = [0]
  shares.forEach((share, hour) => areas.push(areas[hour]! + (share + shares[(hour + 1) % HOURS]!) / 2))
  return { shares, areas }
}

const WEEKS = Object.fromEntries(LOAD_PROFILES.map((name) => [name, weekOf(PROFILES[name])])) as Record<
  LoadProfile,
  Week
>

/** The share at a time of the week, in hours from Sunday midnight. */
export function loadShare(profile: LoadProfile, hourOfWeek: number): number {
  const { shares } = WEEKS[profile]
  const hour = Math.floor(hourOfWeek)
  const from = shares[hour % HOURS]!
  return from + (shares[(hour + 1) % HOURS]! - from) * (hourOfWeek - hour)
}

/** The mean share over the time that ends at `hourOfWeek`: exact for any length. */
export function meanLoadShare(profile: LoadProfile, hourOfWeek: number, elapsedMs: number): number {
  if (elapsedMs <= 0) return loadShare(profile, hourOfWeek)
  const hours = elapsedMs / HOUR_MS
  const week = WEEKS[profile]
  return (areaUpTo(week, hourOfWeek) - areaUpTo(week, hourOfWeek - hours)) / hours
}

/** Hours may be negative: the weeks before are like this one. */
function areaUpTo({ shares, areas }: Week, hours: number): number {
  const weeks = Math.floor(hours / HOURS)
  const within = hours - weeks * HOURS
  const hour = Math.min(Math.floor(within), HOURS - 1)
  const past = within - hour
  const from = shares[hour]!
  const to = shares[(hour + 1) % HOURS]!
  return weeks * areas[HOURS]! + areas[hour]! + past * (from + ((to - from) * past) / 2)
}
