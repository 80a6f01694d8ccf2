import { SECOND_MS } from '../../rules/model.ts'
import type { SeededRandom } from '../random.ts'
import { spellDuration } from '../reading/times.ts'

/** The second half is left for what comes of it, more often than not. */
export const inventMoment = (random: SeededRandom, lastsMs: number): number =>
  Math.floor((random.next() * lastsMs * (random.chance(0.7) ? 0.5 : 1)) / SECOND_MS) * SECOND_MS

/** At least a second, and short ones more often than long ones. */
export const inventSpan = (random: SeededRandom, mostMs: number): string =>
  spellDuration(Math.max(SECOND_MS, Math.floor((random.next() ** 2 * mostMs) / SECOND_MS) * SECOND_MS))

/** Whole seconds, and short ones more often than long ones. */
export function inventRange(random: SeededRandom, mostMs: number): string {
  const within = () => Math.floor((random.next() ** 2 * mostMs) / SECOND_MS) * SECOND_MS
  const [from, to] = [within(), within()].sort((one, other) => one - other)
  return `${spellDuration(from!)}..${spellDuration(to!)}`
}
