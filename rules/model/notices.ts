import type { Milestone, Priority } from './words.ts'

export const NOTICE_KINDS = [
  'alarm.raised',
  'alarms.gathered',
  'ticket.opened',
  'ticket.call',
  'ticket.call_in',
  'ticket.taken',
  'ticket.hand_over',
  'ticket.waiting',
  'resident.progress',
  'clock.breached',
  'command.failed',
  'mute.reminder',
  'roster.handover',
  'roster.gap',
  'escalation.nobody',
  'follow_up.due',
  'follow_up.answered',
  'survey.opened',
  'test',
] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]

export const CHANNEL_KINDS = [
  'log',
  'webhook',
  'email',
  'wecom',
  'dingtalk',
  'feishu',
  'aliyun_sms',
  'aliyun_voice',
  'http_sms',
  'http_voice',
] as const
export type ChannelKind = (typeof CHANNEL_KINDS)[number]

/** A place that notices can be sent to or through. Its secrets are sealed at rest. */
export interface ChannelSettings {
  id: string
  name: string
  kind: ChannelKind
  /** `null`: all. */
  sites: readonly string[] | null
  enabled: boolean
  language: 'zh' | 'en'
  /** Notices that go to the channel itself, whoever they concern: a group's robot, a webhook. */
  broadcasts: readonly NoticeKind[]
  /** Of what is broadcast only these; absent: all. */
  priorities?: readonly Priority[]
  /** What the kind needs: addresses and names; `notify/channels/` says which. */
  options: Readonly<Record<string, unknown>>
  /** Sealed; plain only on its way in. */
  secrets: Readonly<Record<string, string>>
}

export const NOTICE_STATES = ['queued', 'sent', 'failed', 'withdrawn'] as const
export type NoticeState = (typeof NOTICE_STATES)[number]

/** A way to reach somebody: a channel, and his address in it; '' where the channel has its own. */
export interface Route {
  channel: string
  address: string
}

/** One message to one target, queued in the transaction of what it tells. Its id is its idempotency key. */
export interface Notice {
  id: string
  channel: string
  address: string
  /** The responder it is for; `null`: whoever listens to the channel. */
  recipient: string | null
  kind: NoticeKind
  /** Ignores quiet hours and has slots of its own where a provider limits the rate. */
  emergency: boolean
  site: string | null
  alarm: string | null
  ticket: string | null
  /** The step of a ladder that called. */
  step: string | null
  /** It is withdrawn once the ticket has reached it. */
  until: Milestone | null
  body: Record<string, unknown>
  state: NoticeState
  dueAt: number
  attempts: number
  reason: string | null
  createdAt: number
  settledAt: number | null
  /** Where it goes beside, if it is not sent by `otherwiseAt`. */
  otherwise: readonly Route[]
  /** `null` where there is no other way, or it was taken already. */
  otherwiseAt: number | null
  /** The first notice of a call, where this is another way for it: once one is sent, the others are withdrawn. */
  insteadOf: string | null
  /** Id of the message that tells of it beside others; it stays over retries. */
  gatheredIn: string | null
}

/** One try to send, or one message that told of many notices. */
export interface Delivery {
  notice: string
  /** The same for all that one message told of, and over its retries. */
  message: string
  at: number
  channel: string
  address: string
  result: 'sent' | 'failed' | 'held'
  /** What came back, or why not: never a secret. */
  answer: string
  tookMs: number
  /** How many notices the message told of. */
  gathered: number
}
