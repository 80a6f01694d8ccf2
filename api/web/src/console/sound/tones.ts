import type { AlarmView } from '../../api/types.ts'
import { needsAcknowledging } from '../../live/urgency.ts'

/** One tone: pitch, and when it begins and how long it lasts from the start of its pattern. */
export interface Tone {
  hz: number
  atMs: number
  lastMs: number
}

export type Pattern = 'critical' | 'other'

/** Told apart without looking: three falling pairs, fast and high, against two calm rising tones. */
export const PATTERNS: Record<Pattern, readonly Tone[]> = {
  critical: [0, 320, 640].flatMap((atMs) => [
    { hz: 1_046, atMs, lastMs: 120 },
    { hz: 784, atMs: atMs + 140, lastMs: 120 },
  ]),
  other: [
    { hz: 523, atMs: 0, lastMs: 180 },
    { hz: 659, atMs: 220, lastMs: 260 },
  ],
}

/** For as long as a critical alarm is not acknowledged. */
export const REPEAT_MS = 4_000

/** Every alarm that nobody has acknowledged, and whether a critical one is among them. */
export function calling(alarms: Iterable<AlarmView>): { ids: ReadonlySet<string>; critical: boolean } {
  const ids = new Set<string>()
  let critical = false
  for (const alarm of alarms) {
    if (!needsAcknowledging(alarm)) continue
    ids.add(alarm.id)
    critical ||= alarm.priority === 'critical'
  }
  return { ids, critical }
}
