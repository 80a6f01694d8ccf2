/** Counts what somebody does within a while, and says when it is too much. */
export interface Limiter {
  isFull(key: string): boolean
  /** Counts one, and says whether it still fits. */
  take(key: string): boolean
}

export interface LimiterOptions {
  max: number
  withinMs: number
  now: () => number
  /** So many are remembered; beyond it the one that was first seen longest ago is forgotten. */
  keysMax?: number
}

const KEYS_MAX = 10_000

/** From the first one on, a key has so many within the while; then it begins anew. */
export function createLimiter({ max, withinMs, now, keysMax = KEYS_MAX }: LimiterOptions): Limiter {
  const counts = new Map<string, { since: number; count: number }>()

  function current(key: string) {
    const known = counts.get(key)
    if (known !== undefined && now() - known.since < withinMs) return known
    counts.delete(key)
    return undefined
  }

  return {
    isFull: (key) => (current(key)?.count ?? 0) >= max,
    take(key) {
      const known = current(key)
      if (known !== undefined) return ++known.count <= max
      const [oldest] = counts.keys()
      if (oldest !== undefined && counts.size >= keysMax) counts.delete(oldest)
      counts.set(key, { since: now(), count: 1 })
      return max >= 1
    },
  }
}

/** So many at once, and so many of one key. */
export interface Places {
  /** Answers how to give the place back; `null`: there is none. */
  take(key: string): (() => void) | null
}

export function createPlaces({ max, eachMax }: { max: number; eachMax: number }): Places {
  const taken = new Map<string, number>()
  let all = 0
  return {
    take(key) {
      const own = taken.get(key) ?? 0
      if (all >= max || own >= eachMax) return null
      all += 1
      taken.set(key, own + 1)
      return () => {
        all -= 1
        const left = taken.get(key)! - 1
        if (left === 0) taken.delete(key)
        else taken.set(key, left)
      }
    },
  }
}
