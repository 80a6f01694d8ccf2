import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../rules/clock.ts'
import type { Ground } from './ground.ts'

/** A ground whose time passes no faster than so many of its seconds in one of ours; at the signal it stands still. */
export function paced(ground: Ground, speed: number, signal?: AbortSignal): Ground {
  const clock = systemClock()
  const [startMs, begunMs] = [ground.now(), clock.now()]
  return {
    ...ground,
    async until(atMs) {
      const waitMs = (atMs - startMs) / speed - (clock.now() - begunMs)
      if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => undefined)
      if (!signal?.aborted) await ground.until(atMs)
    },
  }
}
