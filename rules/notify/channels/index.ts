import { ZodError } from 'zod'
import { type ChannelKind, type ChannelSettings, HOUR_MS, MINUTE_MS, type Random, SECOND_MS } from '../../model.ts'
import type { ChannelType, Limit, Message, Send } from '../channel.ts'
import type { Mail, Post } from '../post.ts'
import { sendAliyunSms } from './aliyun-sms.ts'
import { sendAliyunVoice } from './aliyun-voice.ts'
import { sendDingtalk } from './dingtalk.ts'
import { sendEmail } from './email.ts'
import { sendFeishu } from './feishu.ts'
import { sendThroughGateway } from './http-gateway.ts'
import { notSent } from './judge.ts'
import { sendLog, type WriteLog } from './log.ts'
import { cutToLength } from './text.ts'
import { sendWebhook } from './webhook.ts'
import { sendWecom } from './wecom.ts'

/** 企业微信 and 钉钉: of one robot. */
const TWENTY_A_MINUTE: readonly Limit[] = [{ count: 20, withinMs: MINUTE_MS }]
/** 飞书, of one robot. */
const FEISHU: readonly Limit[] = [
  { count: 5, withinMs: SECOND_MS },
  { count: 100, withinMs: MINUTE_MS },
]
/** 阿里云语音, to one number; what a plain gateway has behind it is likely to be the same. */
const CALLS: readonly Limit[] = [
  { count: 1, withinMs: MINUTE_MS },
  { count: 5, withinMs: HOUR_MS },
]

export interface ChannelPorts {
  post: Post
  mail: Mail
  random: Random
  log: WriteLog
}

/** Every kind of channel. What is kept for emergencies is a quarter of the tightest limit, and nothing of calls. */
export function createChannelTypes({ post, mail, random, log }: ChannelPorts): Record<ChannelKind, ChannelType> {
  const group = { gathers: true }
  const single = { gathers: false }
  const unlimited = { limits: [], reserved: 0 }
  const types: Record<ChannelKind, ChannelType> = {
    log: { ...single, ...unlimited, send: sendLog(log) },
    webhook: { ...single, ...unlimited, send: sendWebhook(post) },
    email: { ...group, ...unlimited, send: sendEmail(mail) },
    wecom: { ...group, limits: TWENTY_A_MINUTE, reserved: 5, send: sendWecom(post) },
    dingtalk: { ...group, limits: TWENTY_A_MINUTE, reserved: 5, send: sendDingtalk(post) },
    feishu: { ...group, limits: FEISHU, reserved: 1, send: sendFeishu(post) },
    aliyun_sms: { ...single, ...unlimited, send: sendAliyunSms(post, random) },
    aliyun_voice: { ...single, limits: CALLS, reserved: 0, send: sendAliyunVoice(post, random) },
    http_sms: { ...single, ...unlimited, send: sendThroughGateway(post, { speaks: false }) },
    http_voice: { ...single, limits: CALLS, reserved: 0, send: sendThroughGateway(post, { speaks: true }) },
  }
  for (const type of Object.values(types)) type.send = guarded(type.send)
  return types
}

/** Whatever a channel runs into is an answer, and no answer has a secret of the channel in it. */
function guarded(send: Send): Send {
  return async (message, settings, now) => {
    try {
      const sent = await send(message, settings, now)
      return { ...sent, answer: shown(sent.answer, message, settings) }
    } catch (error) {
      return notSent(shown(faultOf(error), message, settings), false)
    }
  }
}

function faultOf(error: unknown): string {
  if (error instanceof ZodError) {
    const [issue] = error.issues
    return `the channel's settings cannot be used: ${issue?.path.join('.')} ${issue?.message}`
  }
  return `it failed: ${error instanceof Error ? error.message : String(error)}`
}

const SECRET_MIN = 6
const ANSWER_MAX = 300

/**
 * Some targets repeat what they were sent: a key, or the part of an address that is one, or the link. Cut last, or a
 * half of one might be left.
 */
function shown(answer: string, { link }: Message, { secrets, options }: ChannelSettings): string {
  const addresses = [...Object.values(secrets), options.url, link].filter((value) => typeof value === 'string')
  const hidden = addresses
    .flatMap((value) => [value, ...partsOf(value), ...value.split(' ')])
    .filter((part) => part.length >= SECRET_MIN)
    .flatMap((part) => [part, encodeURIComponent(part), JSON.stringify(part).slice(1, -1)])
    .sort((a, b) => b.length - a.length)
    .reduce((text, part) => text.replaceAll(part, '…'), answer)
  return cutToLength(hidden, ANSWER_MAX)
}

function partsOf(address: string): string[] {
  if (!URL.canParse(address)) return []
  const { pathname, searchParams } = new URL(address)
  return [...searchParams.values(), pathname.slice(pathname.lastIndexOf('/') + 1)]
}
