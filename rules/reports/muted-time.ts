import { MUTE_KINDS, type MuteKind } from '../model.ts'
import { type Actor, actorKey, type AlarmLine, byKey } from './alarm-line.ts'
import type { Period } from './load.ts'

/** Each mute here has a kind and a reason; the standards ask for none beside such, so there is no number to meet. */
export interface MutedTime {
  /** Alarms so muted now. */
  now: number
  /** Times that an alarm was so muted in the period, or when it began. */
  inPeriod: number
  /** All alarms' time in it together. */
  mutedMs: number
}

export type MutedTimes = Record<MuteKind, MutedTime>

/** An alarm that was muted when the period began. */
export type StandingMute = Actor & { muted: MuteKind }

export function createMuteTally(
  { from, to }: Period,
  standing: readonly StandingMute[],
  now: Readonly<Record<MuteKind, number>>,
) {
  const mutes = new Map<string, { kind: MuteKind; since: number }>()
  const times = byKey(MUTE_KINDS, (kind): MutedTime => ({ now: now[kind], inPeriod: 0, mutedMs: 0 }))

  function begin(key: string, kind: MuteKind, since: number): void {
    mutes.set(key, { kind, since })
    times[kind].inPeriod++
  }

  function end(key: string, at: number): void {
    const mute = mutes.get(key)
    if (!mute) return
    times[mute.kind].mutedMs += at - mute.since
    mutes.delete(key)
  }

  for (const each of standing) begin(actorKey(each), each.muted, from)

  return {
    take(line: AlarmLine): void {
      const key = actorKey(line)
      if (line.muted === (mutes.get(key)?.kind ?? null)) return
      end(key, line.at)
      if (line.muted !== null) begin(key, line.muted, line.at)
    },
    result(): MutedTimes {
      for (const key of [...mutes.keys()]) end(key, to)
      return times
    },
  }
}
