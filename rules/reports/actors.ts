import { type Actor, actorKey, type AlarmLine, isPresented, shareOf } from './alarm-line.ts'
import { ALARM_TARGETS, type Figure, figure, TOP_TEN_ALARMS_MIN } from './targets.ts'

/** The ten that were presented most often, and their share of all. */
export interface BadActors {
  share: Figure
  items: (Actor & { count: number; share: number })[]
}

/** Those that were marked as chattering while they were shown, and how often; `LISTED_MAX` of them. */
export interface Chattering {
  alarms: Figure
  items: (Actor & { times: number })[]
}

/** What a report lists of what may be many. */
export const LISTED_MAX = 100
const BAD_ACTORS = 10

interface Counted {
  actor: Actor
  presented: number
  chattered: number
}

export function createActorTally() {
  const counted = new Map<string, Counted>()

  function countOf({ site, device, rule }: AlarmLine): Counted {
    const key = actorKey({ device, rule })
    const known = counted.get(key)
    if (known) return known
    const first = { actor: { site, device, rule }, presented: 0, chattered: 0 }
    counted.set(key, first)
    return first
  }

  /** Most first; as many by name, so that the same lines give the same report. */
  function most(what: 'presented' | 'chattered'): Counted[] {
    const those = [...counted.values()].filter((each) => each[what] > 0)
    return those.sort((a, b) => b[what] - a[what] || (actorKey(a.actor) < actorKey(b.actor) ? -1 : 1))
  }

  return {
    take(line: AlarmLine): void {
      if (isPresented(line)) countOf(line).presented++
      if (line.action === 'chattering' && line.muted === null) countOf(line).chattered++
    },
    badActors(): BadActors {
      const those = most('presented')
      const all = those.reduce((sum, { presented }) => sum + presented, 0)
      const items = those.slice(0, BAD_ACTORS).map(({ actor, presented: count }) => {
        return { ...actor, count, share: shareOf(count, all) }
      })
      const together = items.reduce((sum, { count }) => sum + count, 0)
      return { share: figure(shareOf(together, all), ALARM_TARGETS.topTenShare, all >= TOP_TEN_ALARMS_MIN), items }
    },
    chattering(): Chattering {
      const those = most('chattered')
      const items = those.slice(0, LISTED_MAX).map(({ actor, chattered }) => ({ ...actor, times: chattered }))
      return { alarms: figure(those.length, ALARM_TARGETS.chattering), items }
    },
  }
}
