import type { MuteKind, NoticeKind } from '../../rules/model.ts'
import type { SeenAlarm, SeenTicket } from '../facts.ts'
import type { Played } from '../play.ts'

/** A ticket as the API shows it. Times in ISO 8601. */
export interface ShownTicket extends SeenTicket {
  closedAt: string | null
  appointmentAt: string | null
}

export interface ShownAlarm extends SeenAlarm {
  acknowledgedAt: string | null
  muted: { kind: MuteKind } | null
}

export interface ShownDevice {
  id: string
  kind: string
  silenceMs: number | null
  health: { reportIntervalS?: number }
  lastSeenAt: string | null
  retiredAt: string | null
}

export interface ShownNotice {
  id: string
  kind: NoticeKind
  state: 'queued' | 'sent' | 'failed' | 'withdrawn'
  channel: string
  ticket: string | null
  alarm: string | null
  dueAt: string
  settledAt: string | null
  attempts: number
}

export interface ShownStep {
  policy: string
  position: number
  repetition: number
  dueAt: string
  unless: string | null
  state: 'waiting' | 'fired' | 'nobody' | 'silenced' | 'stopped'
  settledAt: string | null
}

export interface HistoryLine {
  at: string
  by: string
  action: string
  to: string | null
}

/** What the API showed at a moment, when everything of that moment had happened. */
export interface Look {
  atMs: number
  when: 'meanwhile' | 'before a restart' | 'after a restart' | 'at the end'
  tickets: readonly ShownTicket[]
  /** Those that are not normal. */
  alarms: readonly ShownAlarm[]
  devices: readonly ShownDevice[]
}

/** From a start of the service's process to its end. */
export interface Life {
  /** Messages that were handed to it, and that it acknowledged. */
  delivered: number
  /** As its metrics count them. */
  received: number
  rejected: number
}

/** The ladder and the promise that were in force when a ticket opened. */
export interface Terms {
  /** Of the first target for an arrival that covers everything, counted from the report; `null`: there is none. */
  arriveWithinMs: number | null
}

/** Everything that is known about a run: what was told as it went, and what the API showed. */
export interface Testimony {
  played: Played
  /** As they were told, with when. */
  tickets: readonly { atMs: number; ticket: ShownTicket }[]
  alarms: readonly { atMs: number; alarm: ShownAlarm; events: readonly string[] }[]
  /** Devices as they were when their silence was told. */
  silences: readonly { atMs: number; rule: string; device: ShownDevice }[]
  looks: readonly Look[]
  /** While no process ran. */
  downs: readonly { fromMs: number; toMs: number }[]
  lives: readonly Life[]
  /** What failed in the service without being foreseen: lines of its log, answers of 500 and above. */
  failures: readonly string[]
  terms: ReadonlyMap<string, Terms>
  end: {
    steps: ReadonlyMap<string, readonly ShownStep[]>
    history: ReadonlyMap<string, readonly HistoryLine[]>
    notices: readonly ShownNotice[]
    rejections: number
    audit: { ok: boolean; faults: readonly { table: string; row: string; message: string }[] }
    /** How long after its opening each rung of a ladder falls due, by policy. */
    ladders: ReadonlyMap<string, readonly number[]>
  }
}
