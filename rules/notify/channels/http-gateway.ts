import type { z } from 'zod'
import type { ChannelSettings } from '../../model.ts'
import type { Message, Send, Sent } from '../channel.ts'
import type { Answer, OutgoingRequest, Post } from '../post.ts'
import { failureOf, jsonOf, notSent, sent } from './judge.ts'
import { gatewayOptions, gatewaySecrets, PHONE } from './schema.ts'
import { cutToLength, oneLine } from './text.ts'

type Options = z.infer<typeof gatewayOptions>

/** Some four text messages; a call that reads as much takes a minute. */
const TEXT_MAX = 280

const CONTENT_TYPES: Record<Options['contentType'], string> = {
  json: 'application/json; charset=utf-8',
  form: 'application/x-www-form-urlencoded',
  text: 'text/plain; charset=utf-8',
}

/** How a value is written inside a template, so that it ends neither a string nor a field. */
const ESCAPES: Record<Options['contentType'], (value: string) => string> = {
  json: (value) => JSON.stringify(value).slice(1, -1),
  form: encodeURIComponent,
  text: (value) => value,
}

/** Fills a template in one pass: a placeholder inside a value stays text. */
function filled(template: string, values: Readonly<Record<string, string>>, escape: (value: string) => string): string {
  return template.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => {
    const value = values[name]
    return value === undefined ? whole : escape(value)
  })
}

/** Any gateway that takes one HTTP request for one text message or call. */
export function gatewayRequest(
  message: Message,
  { options, secrets }: ChannelSettings,
  speaks: boolean,
): OutgoingRequest {
  const { url, method, contentType, headers, body } = gatewayOptions.parse(options)
  const { secret } = gatewaySecrets.parse(secrets)
  const told = cutToLength([message.title, ...message.lines].map(oneLine).join(speaks ? '。' : ' '), TEXT_MAX)
  const text = message.link === null || speaks ? told : `${told} ${message.link}`
  const values = { phone: message.address, text, id: message.id, ...(secret !== undefined && { secret }) }
  const named = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    filled(value, { secret: secret ?? '' }, String),
  ])
  return {
    url: filled(url, values, encodeURIComponent),
    method,
    headers: {
      ...(method !== 'GET' && { 'content-type': CONTENT_TYPES[contentType] }),
      'idempotency-key': message.id,
      ...(Object.fromEntries(named) as Record<string, string>),
    },
    body: method === 'GET' ? '' : filled(body, values, ESCAPES[contentType]),
  }
}

export function judgeGateway(answer: Answer, success: Options['success'], now: number): Sent {
  const failure = failureOf(answer, now)
  if (failure !== null || !answer.ok) return failure ?? notSent('no answer', true)
  if (success === undefined) return sent(`HTTP ${answer.status}: ${answer.body}`)
  const value = success.path
    .split('.')
    .reduce<unknown>((inner, name) => (isRecord(inner) ? inner[name] : undefined), jsonOf(answer))
  const said = `${success.path} is ${JSON.stringify(value) ?? 'missing'}: ${answer.body}`
  // It is there and may well take the next number: only this message is tried again.
  return value === success.equals ? sent(said) : notSent(said, true, 0)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const sendThroughGateway =
  (post: Post, { speaks }: { speaks: boolean }): Send =>
  async (message, settings, now) => {
    if (!PHONE.test(message.address)) return notSent(`${message.address || 'nothing'} is no phone number`, false)
    const { success } = gatewayOptions.parse(settings.options)
    return judgeGateway(await post(gatewayRequest(message, settings, speaks)), success, now)
  }
