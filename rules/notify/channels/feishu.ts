import { createHmac } from 'node:crypto'
import type { Message, Send, Sent } from '../channel.ts'
import type { Answer, Post } from '../post.ts'
import { judgeCode } from './judge.ts'
import { feishuSecrets } from './schema.ts'
import { cutToBytes, fitLines, forChat, mentionable } from './text.ts'

/** 飞书 takes 20 KB of body: JSON may double a text, and wraps each line in some 30 bytes. */
const TEXT_MAX_BYTES = 7_000
const LINES_MAX = 100
const TITLE_MAX_BYTES = 300

/** `timestamp` in seconds. The key is what others would sign, and the message is empty. */
export function feishuSign(timestamp: number, secret: string): string {
  return createHmac('sha256', `${timestamp}\n${secret}`).digest('base64')
}

type Node =
  | { tag: 'text'; text: string }
  | { tag: 'a'; text: string; href: string }
  | { tag: 'at'; user_id: string; user_name: string }

/** A rich text (`post`): a text node shows what it holds, a link and a mention are nodes of their own. */
export function feishuBody(message: Message, signed: { timestamp: string; sign: string } | null): string {
  const { title, lines, link, mention, language } = message
  const content: Node[][] = fitLines(lines.map(forChat), TEXT_MAX_BYTES, LINES_MAX).map((text) => [
    { tag: 'text', text },
  ])
  if (link !== null) content.push([{ tag: 'a', text: language === 'zh' ? '接单' : 'Accept', href: link }])
  const user = mentionable(mention?.feishu)
  if (user !== null) content.push([{ tag: 'at', user_id: user, user_name: forChat(mention?.name ?? '') }])
  const post = { title: cutToBytes(forChat(title), TITLE_MAX_BYTES), content }
  const locale = language === 'zh' ? 'zh_cn' : 'en_us'
  return JSON.stringify({ ...signed, msg_type: 'post', content: { post: { [locale]: post } } })
}

/** Too often, or 飞书 is busy (11232, 99991400). 9499 is a wrong body, unless its words say that it was too often. */
function waits(code: number, text: string): number | null {
  if (code === 9499) return /too many|frequen|limit/i.test(text) ? 60_000 : null
  return code === 11232 || code === 99991400 ? 60_000 : null
}

export function judgeFeishu(answer: Answer, now: number): Sent {
  return judgeCode(answer, now, { codes: ['code', 'StatusCode'], says: 'msg', waits })
}

export const sendFeishu =
  (post: Post): Send =>
  async (message, { secrets }, now) => {
    const { webhook, secret } = feishuSecrets.parse(secrets)
    const seconds = Math.floor(now / 1_000)
    const signed = secret === undefined ? null : { timestamp: String(seconds), sign: feishuSign(seconds, secret) }
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    return judgeFeishu(await post({ url: webhook, method: 'POST', headers, body: feishuBody(message, signed) }), now)
  }
