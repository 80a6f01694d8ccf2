const ASKED_WITHIN_MS = 60_000

/**
 * Whether something was asked for more often than so many times in a minute. Count only what is signed, so that nobody
 * without a link can fill it or keep others out.
 */
export function throttle(now: () => number): (key: string, timesMax: number) => boolean {
  let asked = new Map<string, number>()
  let since = now()
  return (key, timesMax) => {
    if (now() - since >= ASKED_WITHIN_MS) {
      asked = new Map()
      since = now()
    }
    const times = (asked.get(key) ?? 0) + 1
    asked.set(key, times)
    return times > timesMax
  }
}
