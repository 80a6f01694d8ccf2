import { finite, type Reading } from './reading.ts'
import { SECOND_MS } from '../../model.ts'

/** The first reading of each hundredth of the time that a rate spans, and the newest of all. */
export interface SamplesMemory {
  kind: 'samples'
  kept: readonly Reading[]
  newest: Reading
}

const SLOTS = 100

const slotOf = (at: number, overMs: number) => Math.floor((at * SLOTS) / overMs)

export function observeSample(
  memory: SamplesMemory | undefined,
  overMs: number,
  value: number,
  at: number,
): SamplesMemory {
  const newest: Reading = [at, value]
  const past = notAfter(memory?.kept ?? [], at)
  const slot = slotOf(at, overMs)
  const last = past.at(-1)
  if (last && slotOf(last[0], overMs) === slot) return { kind: 'samples', kept: past, newest }
  const within = past.filter(([time]) => slotOf(time, overMs) >= slot - SLOTS)
  return { kind: 'samples', kept: [...within, newest], newest }
}

/** After the clock was set back, what lies ahead of it is forgotten: it would give time that runs backwards. */
function notAfter(kept: readonly Reading[], at: number): readonly Reading[] {
  const last = kept.at(-1)
  return last === undefined || last[0] <= at ? kept : kept.filter(([time]) => time <= at)
}

/** Change per second between the oldest and the newest reading within `overMs`, or up to a hundredth longer. */
export function rateOf({ kept, newest }: SamplesMemory, overMs: number, now: number): number | undefined {
  const start = slotOf(Math.max(now, newest[0]), overMs) - SLOTS
  const oldest = kept.find(([time]) => slotOf(time, overMs) >= start)
  if (oldest === undefined || newest[0] <= oldest[0]) return undefined
  return finite(((newest[1] - oldest[1]) * SECOND_MS) / (newest[0] - oldest[0]))
}
