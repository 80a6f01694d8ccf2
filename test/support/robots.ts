import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'

/** What somebody was sent. */
export interface Got {
  method: string
  url: URL
  headers: IncomingHttpHeaders
  body: string
}

export interface Answering {
  status?: number
  headers?: Record<string, string>
  body: unknown
}

/** A real HTTP server that stands for a provider, keeps what it took, and answers as that provider does. */
export interface Robot {
  /** `http://127.0.0.1:port`. */
  origin: string
  /** What it accepted. */
  taken: Got[]
  /** What it refused, and why. */
  refused: string[]
  close(): Promise<void>
}

/** Refuses a request with the provider's own code. */
export class Wrong extends Error {
  constructor(
    readonly code: number | string,
    message: string,
  ) {
    super(message)
  }
}

interface Provider {
  /** Throws `Wrong`. */
  check: (got: Got) => void
  ok: unknown
  wrong: (code: number | string, message: string) => Answering
}

export async function robot({ check, ok, wrong }: Provider): Promise<Robot> {
  const taken: Got[] = []
  const refused: string[] = []
  const server = createServer((request, response) => {
    void read(request).then((got) => {
      let answer: Answering = { body: ok }
      try {
        check(got)
        taken.push(got)
      } catch (error) {
        if (!(error instanceof Wrong)) throw error
        refused.push(`${error.code} ${error.message}`)
        answer = wrong(error.code, error.message)
      }
      const headers = { 'content-type': 'application/json', ...answer.headers }
      response.writeHead(answer.status ?? 200, headers).end(JSON.stringify(answer.body))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    refused,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function read(request: IncomingMessage): Promise<Got> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const url = new URL(request.url!, `http://${request.headers.host}`)
  return { method: request.method!, url, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') }
}

/** The clock that the providers see. */
export type Now = () => number

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text)
const must = (holds: boolean, code: number | string, message: string) => {
  if (!holds) throw new Wrong(code, message)
}

/** Nothing but what the provider documents is let through. */
function bodyOf<T>(schema: z.ZodType<T>, { headers, body }: Got, code: number | string, bytesMax: number): T {
  must(/^application\/json(; ?charset=utf-8)?$/i.test(headers['content-type'] ?? ''), code, 'not application/json')
  must(Buffer.byteLength(body) <= bytesMax, code, `more than ${bytesMax} bytes`)
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    throw new Wrong(code, 'not JSON')
  }
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new Wrong(code, parsed.error.issues[0]!.message)
  return parsed.data
}

/** A sliding window. */
function rate(now: Now, count: number, withinMs: number): () => boolean {
  let times: number[] = []
  return () => {
    times = [...times.filter((at) => now() - at < withinMs), now()]
    return times.length <= count
  }
}

const phone = z.string().regex(/^\+?\d{5,20}$/)
const userId = z
  .string()
  .min(1)
  .refine((id) => !/^@?all$/i.test(id), '@all')

export function wecomRobot(now: Now, key = 'key-of-wecom'): Promise<Robot> {
  const fits = rate(now, 20, 60_000)
  const content = z.string().refine((text) => Buffer.byteLength(text) <= 2_048, 'content has more than 2048 bytes')
  const text = z.strictObject({
    content,
    mentioned_list: z.array(userId).min(1).optional(),
    mentioned_mobile_list: z.array(phone).min(1).optional(),
  })
  return robot({
    ok: { errcode: 0, errmsg: 'ok' },
    wrong: (errcode, errmsg) => ({ body: { errcode, errmsg } }),
    check(got) {
      must(got.method === 'POST' && got.url.pathname === '/cgi-bin/webhook/send', 40001, 'no such interface')
      must(got.url.searchParams.get('key') === key, 93000, 'invalid webhook url')
      const sent = bodyOf(z.strictObject({ msgtype: z.literal('text'), text }), got, 40058, 100_000)
      must(!/<@/.test(sent.text.content), 40058, 'a mention inside the text')
      must(fits(), 45009, 'api freq out of limit')
    },
  })
}

export function dingtalkRobot(now: Now, secret: string, token = 'token-of-dingtalk'): Promise<Robot> {
  const fits = rate(now, 20, 60_000)
  const body = z.strictObject({
    msgtype: z.literal('text'),
    text: z.strictObject({ content: z.string().min(1) }),
    at: z.strictObject({ atMobiles: z.array(phone), atUserIds: z.array(userId), isAtAll: z.literal(false) }),
  })
  return robot({
    ok: { errcode: 0, errmsg: 'ok' },
    wrong: (errcode, errmsg) => ({ body: { errcode, errmsg } }),
    check(got) {
      const { searchParams, pathname } = got.url
      must(got.method === 'POST' && pathname === '/robot/send', 404, 'no such interface')
      must(searchParams.get('access_token') === token, 300001, 'token is not exist')
      const timestamp = searchParams.get('timestamp') ?? ''
      must(/^\d{13}$/.test(timestamp), 310000, 'invalid timestamp')
      must(Math.abs(now() - Number(timestamp)) < 3_600_000, 310000, 'invalid timestamp')
      const sign = hmac(secret, `${timestamp}\n${secret}`).digest('base64')
      must(searchParams.get('sign') === sign, 310000, 'sign not match')
      const { text, at } = bodyOf(body, got, 400, 20_000)
      const named = [...text.content.matchAll(/@([\w+-]+)/g)].map(([, id]) => id!)
      const called: string[] = [...at.atMobiles, ...at.atUserIds]
      must(JSON.stringify(named) === JSON.stringify(called), 400, `mentions ${named.join()} but calls ${called.join()}`)
      must(fits(), 130101, 'send too fast, exceed 20 times per minute')
    },
  })
}

export function feishuRobot(now: Now, secret: string, hook = 'hook-of-feishu'): Promise<Robot> {
  const [perMinute, perSecond] = [rate(now, 100, 60_000), rate(now, 5, 1_000)]
  const node = z.discriminatedUnion('tag', [
    z.strictObject({ tag: z.literal('text'), text: z.string() }),
    z.strictObject({ tag: z.literal('a'), text: z.string().min(1), href: z.url() }),
    z.strictObject({ tag: z.literal('at'), user_id: userId, user_name: z.string() }),
  ])
  const post = z.strictObject({ title: z.string(), content: z.array(z.array(node).min(1)) })
  const body = z.strictObject({
    timestamp: z.string().regex(/^\d{10}$/),
    sign: z.string(),
    msg_type: z.literal('post'),
    content: z.strictObject({
      post: z.union([z.strictObject({ zh_cn: post }), z.strictObject({ en_us: post })]),
    }),
  })
  return robot({
    ok: { code: 0, msg: 'success', data: {}, StatusCode: 0, StatusMessage: 'success' },
    wrong: (code, msg) => ({ body: { code, msg, data: {} } }),
    check(got) {
      must(got.method === 'POST' && got.url.pathname === `/open-apis/bot/v2/hook/${hook}`, 19001, 'param invalid')
      const { timestamp, sign } = bodyOf(body, got, 9499, 20 * 1_024)
      must(Math.abs(now() / 1_000 - Number(timestamp)) < 3_600, 19021, 'sign match fail or timestamp is not within')
      must(sign === hmac(`${timestamp}\n${secret}`, '').digest('base64'), 19021, 'sign match fail')
      must(perSecond() && perMinute(), 11232, 'frequency limited')
    },
  })
}

/** A receiver of CloudEvents that verifies as Standard Webhooks says, with any of its keys. */
export function webhookReceiver(now: Now, secret: string): Promise<Robot> {
  const body = z.strictObject({
    specversion: z.literal('1.0'),
    id: z.string().min(1),
    source: z.string().min(1),
    type: z.string().regex(/^shifen\.[a-z_.]+$/),
    subject: z.string().optional(),
    time: z.iso.datetime(),
    datacontenttype: z.literal('application/json'),
    data: z.looseObject({}),
  })
  return robot({
    ok: {},
    wrong: (status, message) => ({ status: Number(status), body: { message } }),
    check(got) {
      const { headers } = got
      must(got.method === 'POST', 405, 'POST only')
      must(
        /^application\/cloudevents\+json(; charset=utf-8)?$/.test(headers['content-type'] ?? ''),
        415,
        'content type',
      )
      const id = String(headers['webhook-id'])
      const timestamp = String(headers['webhook-timestamp'])
      must(Math.abs(now() / 1_000 - Number(timestamp)) < 300, 400, 'timestamp too old')
      const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
      const right = `v1,${hmac(key, `${id}.${timestamp}.${got.body}`).digest('base64')}`
      must(String(headers['webhook-signature']).split(' ').includes(right), 401, 'signature')
      const parsed = body.safeParse(JSON.parse(got.body))
      must(parsed.success, 422, parsed.error?.issues[0]?.message ?? '')
      must(parsed.data!.id === id, 422, 'the event has another id')
    },
  })
}

/** 阿里云's RPC door: the signature is computed anew from what arrived. */
export function aliyunDoor(now: Now, action: string, parameters: z.ZodType, secret: string): Promise<Robot> {
  const nonces = new Set<string>()
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  return robot({
    ok: { Code: 'OK', Message: 'OK', RequestId: 'D9CB3933', BizId: '9006' },
    wrong: (Code, Message) => ({ status: String(Code).startsWith('isv.') ? 200 : 400, body: { Code, Message } }),
    check({ method, url, headers, body }) {
      const header = (name: string) => String(headers[name] ?? '')
      must(header('x-acs-action') === action && header('x-acs-version') === '2017-05-25', 'InvalidAction.NotFound', '')
      must(Math.abs(now() - Date.parse(header('x-acs-date'))) < 900_000, 'InvalidTimeStamp.Expired', 'too old')
      must(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(header('x-acs-date')), 'InvalidTimeStamp.Format', 'format')
      const nonce = header('x-acs-signature-nonce')
      must(nonce.length >= 16 && !nonces.has(nonce), 'SignatureNonceUsed', nonce)
      nonces.add(nonce)
      must(header('x-acs-content-sha256') === sha256(body), 'InvalidContentHash', '')
      const query = [...url.searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort()
      const signed = Object.keys(headers).filter((name) => name === 'host' || name.startsWith('x-acs-'))
      const names = signed.sort().join(';')
      const lines = signed.map((name) => `${name}:${header(name).trim()}\n`).join('')
      const canonical = [method, url.pathname, query.join('&'), lines, names, sha256(body)].join('\n')
      const right = hmac(secret, `ACS3-HMAC-SHA256\n${sha256(canonical)}`).digest('hex')
      const authorization = `ACS3-HMAC-SHA256 Credential=the-id,SignedHeaders=${names},Signature=${right}`
      must(header('authorization') === authorization, 'SignatureDoesNotMatch', 'the signature is wrong')
      const parsed = parameters.safeParse(Object.fromEntries(url.searchParams))
      must(parsed.success, 'isv.INVALID_PARAMETERS', parsed.error?.issues[0]?.message ?? '')
      const { PhoneNumbers, CalledNumber } = Object.fromEntries(url.searchParams)
      const number = PhoneNumbers ?? CalledNumber ?? ''
      must(/^1\d{10}$/.test(number), 'isv.MOBILE_NUMBER_ILLEGAL', 'the number is wrong')
      must(number !== '13900000050', 'isv.BUSINESS_LIMIT_CONTROL', '触发流控')
    },
  })
}
