import { z } from 'zod'
import type { ChannelKind } from '../../model.ts'
import { isWebAddress } from '../post.ts'

/** What each kind of channel needs, checked when it is saved and again when it is used. */

const URL_MAX = 2_048

const url = z
  .string()
  .max(URL_MAX)
  .refine(isWebAddress, 'must be an http:// or https:// address without user:password@ in it')

/** The whole address as the chat shows it: who has it can write to the group, so all of it is a secret. */
const robot = (example: string, fits: (address: URL) => boolean) =>
  url.refine((text) => URL.canParse(text) && fits(new URL(text)), `must be the robot's webhook address: ${example}`)

/** Plain, printable, on one line. */
const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, 'must be one line')
const host = z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/, 'must be a host name')
const endpoint = (fallback: string) =>
  z
    .string()
    .regex(/^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?$/, 'must be https:// and a host name, without a path')
    .default(fallback)

/** An e-mail address by itself: no name, no list, nothing that ends a header. */
export const EMAIL = /^[^\s@<>,;:"'()[\]\\\p{Cc}]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/u
const email = z.string().regex(EMAIL, 'must be an e-mail address')
/** As providers take it: digits, with a + and the country where it is not Chinese. */
export const PHONE = /^\+?\d{3,20}$/

export const none = z.strictObject({})

export const WEBHOOK_PREFIX = 'whsec_'

export const webhookOptions = z.strictObject({
  url,
  /** What CloudEvents calls the source: where events come from. */
  source: z
    .string()
    .regex(/^[\x21-\x7e]{1,256}$/)
    .default('/shifen'),
})
export const webhookSecrets = z.strictObject({
  secret: z
    .string()
    .max(1_000)
    .refine(
      (text) => text.split(/ +/).every(isWebhookSecret),
      'must be whsec_ and 24 to 64 bytes in base64; while it is replaced two of them with a space between',
    ),
})

function isWebhookSecret(text: string): boolean {
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(text)) return false
  const { length } = Buffer.from(text.slice(WEBHOOK_PREFIX.length), 'base64')
  return length >= 24 && length <= 64
}

export const wecomSecrets = z.strictObject({
  webhook: robot(
    'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…',
    ({ pathname, searchParams }) => pathname === '/cgi-bin/webhook/send' && searchParams.has('key'),
  ),
})

export const dingtalkSecrets = z.strictObject({
  webhook: robot(
    'https://oapi.dingtalk.com/robot/send?access_token=…',
    ({ pathname, searchParams, hash }) => pathname === '/robot/send' && searchParams.has('access_token') && hash === '',
  ),
  /** 加签. */
  secret: line(200).optional(),
})

export const feishuSecrets = z.strictObject({
  webhook: robot('https://open.feishu.cn/open-apis/bot/v2/hook/…', ({ pathname }) =>
    /^\/open-apis\/bot\/v2\/hook\/[\w-]+$/.test(pathname),
  ),
  /** 签名校验. */
  secret: line(200).optional(),
})

export const emailOptions = z.strictObject({
  host,
  port: z.int().min(1).max(65_535).default(465),
  security: z.enum(['tls', 'starttls', 'none']).default('tls'),
  user: line(200).optional(),
  from: email,
  /** Where broadcasts go. */
  to: z.array(email).max(20).default([]),
})
export const emailSecrets = z.strictObject({ password: line(500).optional() })

/** Which variables of the approved template take what; others are left as the template has them. */
const variables = z
  .record(z.string().regex(/^\w{1,32}$/), z.enum(['title', 'place', 'number']))
  .default({ title: 'title', place: 'place', number: 'number' })

export const aliyunSmsOptions = z.strictObject({
  signName: line(50),
  templateCode: z.string().regex(/^\w{1,50}$/),
  variables,
  endpoint: endpoint('https://dysmsapi.aliyuncs.com'),
})
export const aliyunVoiceOptions = z.strictObject({
  ttsCode: z.string().regex(/^\w{1,50}$/),
  /** Absent: a number of the provider's. */
  calledShowNumber: z
    .string()
    .regex(/^[\w-]{3,50}$/)
    .optional(),
  playTimes: z.int().min(1).max(3).default(3),
  variables,
  endpoint: endpoint('https://dyvmsapi.aliyuncs.com'),
})
export const aliyunSecrets = z.strictObject({ accessKeyId: line(100), accessKeySecret: line(200) })

const NAME = /^[!#$%&'*+.^_`|~\w-]{1,100}$/

/** In `url`, `headers` and `body`: `{{phone}}`, `{{text}}`, `{{id}}`, and `{{secret}}` for the gateway's key. */
export const gatewayOptions = z.strictObject({
  url,
  method: z.enum(['GET', 'POST', 'PUT']).default('POST'),
  contentType: z.enum(['json', 'form', 'text']).default('json'),
  headers: z
    .record(z.string().regex(NAME), line(500).regex(/^[\x20-\x7e]*$/, 'must be ASCII, as headers are'))
    .refine((headers) => Object.keys(headers).length <= 20, 'at most 20')
    .default({}),
  body: z.string().max(10_000).default(''),
  /** Beside a status of 2xx: a field of the JSON answer (`data.code`) and what it must be. */
  success: z
    .strictObject({
      path: z.string().regex(/^[\w-]+(\.[\w-]+){0,9}$/),
      equals: z.union([z.string().max(200), z.number(), z.boolean()]),
    })
    .optional(),
})
export const gatewaySecrets = z.strictObject({ secret: line(500).optional() })

export interface ChannelSchemas {
  options: z.ZodType
  secrets: z.ZodType
}

export const channelOptionSchemas: Record<ChannelKind, ChannelSchemas> = {
  log: { options: none, secrets: none },
  webhook: { options: webhookOptions, secrets: webhookSecrets },
  email: { options: emailOptions, secrets: emailSecrets },
  wecom: { options: none, secrets: wecomSecrets },
  dingtalk: { options: none, secrets: dingtalkSecrets },
  feishu: { options: none, secrets: feishuSecrets },
  aliyun_sms: { options: aliyunSmsOptions, secrets: aliyunSecrets },
  aliyun_voice: { options: aliyunVoiceOptions, secrets: aliyunSecrets },
  http_sms: { options: gatewayOptions, secrets: gatewaySecrets },
  http_voice: { options: gatewayOptions, secrets: gatewaySecrets },
}
