import type { AlarmEvent } from '../alarms/machine.ts'
import { HOUR_MS, PRIORITIES, type Priority } from '../model.ts'
import { wallTime } from '../calendar/zone.ts'
import type { Period } from './load.ts'

/** The worst that stood in an hour; `silent`: that nothing was heard was the worst; `null`: nothing. */
export type HeatCell = Priority | 'silent' | null

/** A line of the alarms' history after which an alarm stands, with its priority, or does not. */
export interface StateLine {
  alarm: string
  at: number
  action: AlarmEvent
  device: string
  rule: string
  priority: Priority
}

const STANDS = ['raised', 're_alarmed', 'rose', 'fell'] as const satisfies readonly AlarmEvent[]
/** After any of these an alarm stands or does not; every other event leaves that as it was. */
export const STATE_EVENTS = [...STANDS, 'returned', 'ended'] as const satisfies readonly AlarmEvent[]

const stands = ({ action }: StateLine) => STANDS.some((each) => each === action)

/** The hours that the clock on a site's wall showed, up to the one that runs. */
export function heatWindow(timezone: string, now: number, hours: number): Period {
  const thisHour = now - (wallTime(timezone, now) % HOUR_MS)
  return { from: thisHour - (hours - 1) * HOUR_MS, to: now }
}

export interface Heat {
  /** In the order of time, none from before the window. */
  take: (line: StateLine) => void
  /** Alarms that may have stood when the window began, since their first line within it does not raise them. */
  earlier: () => readonly string[]
  /** The latest line before the window of such an alarm, or of one that has none within it. */
  takeEarlier: (line: StateLine) => void
  /** After the last one: for each device in which anything stood, one cell an hour, oldest first. */
  result: () => ReadonlyMap<string, readonly HeatCell[]>
}

/** An alarm stands from when it is raised until its condition returns, whoever acknowledged or muted it. */
export function createHeat({ from, to }: Period, isSilence: (rule: string) => boolean): Heat {
  const hours = Math.floor((to - from) / HOUR_MS) + 1
  const worst = new Map<string, number[]>()
  const standing = new Map<string, StateLine>()
  const first = new Map<string, StateLine>()

  function mark({ device, rule, priority }: StateLine, since: number, until: number): void {
    const ranks = worst.get(device) ?? Array.from({ length: hours }, () => NOTHING)
    worst.set(device, ranks)
    const rank = PRIORITIES.indexOf(priority) * 2 + (isSilence(rule) ? 1 : 0)
    const last = Math.max(Math.floor((since - from) / HOUR_MS), Math.ceil((until - from) / HOUR_MS) - 1)
    for (let hour = Math.floor((since - from) / HOUR_MS); hour <= Math.min(last, hours - 1); hour++) {
      ranks[hour] = Math.min(ranks[hour]!, rank)
    }
  }

  return {
    take(line) {
      if (!first.has(line.alarm)) first.set(line.alarm, line)
      const before = standing.get(line.alarm)
      if (before) mark(before, before.at, line.at)
      if (stands(line)) standing.set(line.alarm, line)
      else standing.delete(line.alarm)
    },
    earlier: () => [...first.values()].filter(({ action }) => action !== 'raised').map(({ alarm }) => alarm),
    takeEarlier(line) {
      if (stands(line)) mark(line, from, first.get(line.alarm)?.at ?? to)
    },
    result() {
      for (const line of standing.values()) mark(line, line.at, to)
      return new Map([...worst].map(([device, ranks]) => [device, ranks.map(cellOf)]))
    },
  }
}

/** Ranks are even where something stood and odd where it was silence. */
const NOTHING = PRIORITIES.length * 2

function cellOf(rank: number): HeatCell {
  if (rank === NOTHING) return null
  return rank % 2 === 1 ? 'silent' : PRIORITIES[rank / 2]!
}
