import type { ChannelSettings, Notice } from '../model.ts'

/** What a channel tells: one notice, or many in one message. In the reader's language, plain text, not escaped. */
export interface Message {
  /** The notice's id, or of a digest a new one that stays over retries: the idempotency key. */
  id: string
  at: number
  language: 'zh' | 'en'
  emergency: boolean
  title: string
  lines: readonly string[]
  /** One tap accepts the ticket; null where there is nothing to accept. */
  link: string | null
  /** Whom to mention in a group, if anybody. */
  mention: { phone?: string; wecom?: string; dingtalk?: string; feishu?: string; name: string } | null
  /** '' where the channel has its own address; else a phone number or e-mail. */
  address: string
  notices: readonly Notice[]
}

/** What came of one try. `retry: false`: it will not get better by itself (wrong key, unknown number). */
export type Sent = { ok: true; answer: string } | { ok: false; answer: string; retry: boolean; retryAfterMs?: number }

/** Never throws: whatever happens is an answer. `answer` says what came back, in one line, and has no secret in it. */
export type Send = (message: Message, settings: ChannelSettings, now: number) => Promise<Sent>

export interface Limit {
  count: number
  withinMs: number
}

/** What a kind of channel can do. */
export interface ChannelType {
  /** As the provider states them, for one target. */
  limits: readonly Limit[]
  /** Of each limit so many are kept for emergencies. */
  reserved: number
  /** Whether many notices can go in one message. */
  gathers: boolean
  send: Send
}
