import type { Message, Send, Sent } from '../channel.ts'
import type { Answer, Post } from '../post.ts'
import { judgeCode } from './judge.ts'
import { wecomSecrets } from './schema.ts'
import { bytesOf, cutToBytes, forChat, mentionable } from './text.ts'

/** 企业微信 states it of `content`, in bytes of UTF-8. */
const CONTENT_MAX_BYTES = 2_048

/** A text message: markdown of 企业微信 mentions nobody by phone, and in a text nothing is markup. */
export function wecomBody({ title, lines, link, mention }: Message): string {
  const text = [title, ...lines].map(forChat).join('\n')
  const tail = link === null ? '' : `\n${link}`
  const content = cutToBytes(text, CONTENT_MAX_BYTES - bytesOf(tail)) + tail
  const user = mentionable(mention?.wecom)
  const mobile = mentionable(mention?.phone)
  if (user !== null) return JSON.stringify({ msgtype: 'text', text: { content, mentioned_list: [user] } })
  if (mobile !== null) return JSON.stringify({ msgtype: 'text', text: { content, mentioned_mobile_list: [mobile] } })
  return JSON.stringify({ msgtype: 'text', text: { content } })
}

/** 45009, 45033: too often; -1: busy. Anything else (93000 an unknown key, 40058 a wrong body) stays as it is. */
const WAITS: Record<number, number> = { 45009: 60_000, 45033: 60_000, [-1]: 5_000 }

export function judgeWecom(answer: Answer, now: number): Sent {
  return judgeCode(answer, now, { codes: ['errcode'], says: 'errmsg', waits: (code) => WAITS[code] ?? null })
}

export const sendWecom =
  (post: Post): Send =>
  async (message, { secrets }, now) => {
    const { webhook } = wecomSecrets.parse(secrets)
    const headers = { 'content-type': 'application/json' }
    return judgeWecom(await post({ url: webhook, method: 'POST', headers, body: wecomBody(message) }), now)
  }
