import { createHmac } from 'node:crypto'
import type { Message, Send, Sent } from '../channel.ts'
import type { Answer, Post } from '../post.ts'
import { judgeCode } from './judge.ts'
import { dingtalkSecrets } from './schema.ts'
import { bytesOf, cutToBytes, forChat, mentionable } from './text.ts'

/** 钉钉 takes 20,000 bytes of body; JSON may double what is in it. */
const CONTENT_MAX_BYTES = 9_000

/** `timestamp` in milliseconds. */
export function dingtalkSign(timestamp: number, secret: string): string {
  const signature = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64')
  return encodeURIComponent(signature)
}

/** A text message: in it nothing is markup, and a link is one to tap. */
export function dingtalkBody({ title, lines, link, mention }: Message): string {
  const user = mentionable(mention?.dingtalk)
  const mobile = user === null ? mentionable(mention?.phone) : null
  const called = user ?? mobile
  // Only who is also named in the text is called.
  const tail = [link, called === null ? null : `@${called}`].map((part) => (part === null ? '' : `\n${part}`)).join('')
  const text = [title, ...lines].map(forChat).join('\n')
  const content = cutToBytes(text, CONTENT_MAX_BYTES - bytesOf(tail)) + tail
  const at = { atMobiles: mobile === null ? [] : [mobile], atUserIds: user === null ? [] : [user], isAtAll: false }
  return JSON.stringify({ msgtype: 'text', text: { content }, at })
}

/** Past 20 a minute 钉钉 lets nothing through for ten minutes (130101; 660026 of its newer door); -1: busy. */
const WAITS: Record<number, number> = { 130101: 600_000, 660026: 600_000, 90030: 600_000, [-1]: 5_000 }

export function judgeDingtalk(answer: Answer, now: number): Sent {
  return judgeCode(answer, now, { codes: ['errcode'], says: 'errmsg', waits: (code) => WAITS[code] ?? null })
}

export const sendDingtalk =
  (post: Post): Send =>
  async (message, { secrets }, now) => {
    const { webhook, secret } = dingtalkSecrets.parse(secrets)
    const url = secret === undefined ? webhook : `${webhook}&timestamp=${now}&sign=${dingtalkSign(now, secret)}`
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    return judgeDingtalk(await post({ url, method: 'POST', headers, body: dingtalkBody(message) }), now)
  }
