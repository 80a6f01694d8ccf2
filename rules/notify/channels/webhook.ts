import { createHmac } from 'node:crypto'
import type { Message, Send, Sent } from '../channel.ts'
import type { Answer, Post } from '../post.ts'
import { failureOf, sent } from './judge.ts'
import { WEBHOOK_PREFIX, webhookOptions, webhookSecrets } from './schema.ts'

/** A CloudEvents 1.0 event in JSON, structured mode. A digest is an event of its own, with its notices in it. */
export function webhookBody(message: Message, source: string): string {
  const { id, at, notices, title, lines, language, emergency } = message
  const [first] = notices
  const kind = notices.length === 1 && first ? first.kind : 'digest'
  const subject = notices.length === 1 ? (first?.ticket ?? first?.alarm ?? null) : null
  return JSON.stringify({
    specversion: '1.0',
    id,
    source,
    type: `shifen.${kind}`,
    ...(subject !== null && { subject }),
    time: new Date(at).toISOString(),
    datacontenttype: 'application/json',
    data: {
      ...{ title, lines, language, emergency },
      notices: notices.map(({ id, kind, site, alarm, ticket, step, recipient, createdAt, body }) => ({
        ...{ id, kind, site, alarm, ticket, step, recipient },
        createdAt: new Date(createdAt).toISOString(),
        body,
      })),
    },
  })
}

/** Standard Webhooks, one signature for each secret: while one is replaced, the receiver may know either. */
export function webhookSignature(id: string, seconds: number, body: string, secrets: readonly string[]): string {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(WEBHOOK_PREFIX.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`
  })
  return signatures.join(' ')
}

/** Any 2xx is success; 410 Gone and other refusals are not tried again. */
export function judgeWebhook(answer: Answer, now: number): Sent {
  return failureOf(answer, now) ?? sent(answer.ok ? `HTTP ${answer.status}` : '')
}

export const sendWebhook =
  (post: Post): Send =>
  async (message, settings, now) => {
    const { url, source } = webhookOptions.parse(settings.options)
    const { secret } = webhookSecrets.parse(settings.secrets)
    const body = webhookBody(message, source)
    const seconds = Math.floor(now / 1_000)
    const headers = {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'webhook-id': message.id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': webhookSignature(message.id, seconds, body, secret.split(/ +/)),
    }
    return judgeWebhook(await post({ url, method: 'POST', headers, body }), now)
  }
