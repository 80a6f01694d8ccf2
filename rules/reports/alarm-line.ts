import type { AlarmEvent } from '../alarms/machine.ts'
import type { MuteKind, Priority } from '../model.ts'

/** What a report counts alarms by: at most one of them is open at a time. */
export interface Actor {
  site: string
  device: string
  rule: string
}

/** A line of the alarms' history. */
export interface AlarmLine extends Actor {
  at: number
  action: AlarmEvent
  priority: Priority
  /** What muted the alarm after it. */
  muted: MuteKind | null
}

const TOLD: ReadonlySet<AlarmEvent> = new Set(['raised', 're_alarmed', 'rose'])

/** Whether it is one that people are told of, unless it is muted. */
export const isTold = ({ action }: AlarmLine) => TOLD.has(action)
export const isPresented = (line: AlarmLine) => line.muted === null && isTold(line)

export const actorKey = ({ device, rule }: Pick<Actor, 'device' | 'rule'>) => `${device} ${rule}`

export const byKey = <K extends string, V>(keys: readonly K[], value: (key: K) => V) =>
  Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, V>

export const shareOf = (count: number, all: number) => (all === 0 ? 0 : count / all)
