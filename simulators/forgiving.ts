import { systemClock } from '../rules/clock.ts'
import { MINUTE_MS } from '../rules/model.ts'
import type { Ground } from './ground.ts'

/** So long one reason is told once, however many stumble over it. */
const TOLD_EVERY_MS = MINUTE_MS

/**
 * A ground that goes on where another one gives way: that a service stumbles is told, in a sentence, and what it did
 * not take is lost, or asked again by people. For runs that nobody judges.
 */
export function forgiving(ground: Ground, tell: (why: string) => void): Ground {
  const clock = systemClock()
  let told = { why: '', atMs: -Infinity }
  const orElse =
    <T>(instead: (why: string) => T) =>
    (error: unknown): T => {
      const why = (error as Error).message
      if (why !== told.why || clock.now() - told.atMs >= TOLD_EVERY_MS) tell(why)
      told = { why, atMs: clock.now() }
      return instead(why)
    }
  const nothing = orElse(() => undefined)
  return {
    ...ground,
    until: (atMs) => ground.until(atMs).catch(nothing),
    deliver: (sent) => ground.deliver(sent).catch(nothing),
    news: () => ground.news().catch(orElse(() => [])),
    ask: (...asked) => ground.ask(...asked).catch(orElse((why) => ({ status: 0, body: { detail: why } }))),
  }
}
