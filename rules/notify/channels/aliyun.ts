import { createHash, createHmac } from 'node:crypto'
import type { Random } from '../../model.ts'
import type { Message, Sent } from '../channel.ts'
import type { Answer, OutgoingRequest } from '../post.ts'
import { failureOf, jsonOf, notSent, sent } from './judge.ts'
import { cutToLength, oneLine } from './text.ts'

/** 阿里云 states it of a variable of a template. */
const VARIABLE_MAX = 35

export interface AliyunCall {
  /** `https://dysmsapi.aliyuncs.com`. */
  endpoint: string
  action: string
  version: string
  query: Readonly<Record<string, string>>
  accessKeyId: string
  accessKeySecret: string
  nonce: string
  now: number
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** RFC 3986: everything but letters, digits and `-_.~`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** A request of an RPC interface, signed by version 3 (ACS3-HMAC-SHA256): parameters in the query, no body. */
export function aliyunRequest(call: AliyunCall): OutgoingRequest {
  const { endpoint, action, version, query, accessKeyId, accessKeySecret, nonce, now } = call
  const canonicalQuery = Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
  const headers = {
    host: new URL(endpoint).host,
    'x-acs-action': action,
    'x-acs-content-sha256': sha256(''),
    'x-acs-date': new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
    'x-acs-signature-nonce': nonce,
    'x-acs-version': version,
  }
  const canonicalHeaders = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`)
  const signedHeaders = Object.keys(headers).join(';')
  const canonical = ['POST', '/', canonicalQuery, canonicalHeaders.join(''), signedHeaders, sha256('')].join('\n')
  const signature = createHmac('sha256', accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex')
  const parts = [`Credential=${accessKeyId}`, `SignedHeaders=${signedHeaders}`, `Signature=${signature}`]
  return {
    url: `${endpoint}/?${canonicalQuery}`,
    method: 'POST',
    headers: { ...headers, accept: 'application/json', authorization: `ACS3-HMAC-SHA256 ${parts.join(',')}` },
    body: '',
  }
}

export function nonceOf(random: Random): string {
  return Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('')
}

type Variable = 'title' | 'place' | 'number'

/** The template's variables as JSON. An empty one would be refused. */
export function templateValues(message: Message, variables: Readonly<Record<string, Variable>>): string {
  const body = message.notices[0]?.body ?? {}
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  const values: Record<Variable, string> = {
    title: message.title,
    place: text(body.location) || text(body.site),
    number: text(body.number),
  }
  const filled = Object.entries(variables).map(([name, variable]) => {
    const value = cutToLength(oneLine(values[variable]), VARIABLE_MAX)
    return [name, value === '' ? '-' : value]
  })
  return JSON.stringify(Object.fromEntries(filled))
}

/** Limits that pass, and faults of the provider's own (`isp.`, `ServiceUnavailable`). */
function waitOf(code: string): number | null {
  if (code === 'isv.BUSINESS_LIMIT_CONTROL' || code.startsWith('Throttling')) return 60_000
  if (code === 'isv.DAY_LIMIT_CONTROL' || code === 'isv.MONTH_LIMIT_CONTROL') return 3_600_000
  return /^(isp\.(?!RAM)|ServiceUnavailable|InternalError|SignatureNonceUsed)/.test(code) ? 5_000 : null
}

/** `Code` is what counts: `OK`, or why not. */
export function judgeAliyun(answer: Answer, now: number): Sent {
  const json = jsonOf(answer)
  const code = json?.Code
  if (typeof code !== 'string') return failureOf(answer, now) ?? notSent('it answered 200 without Code', true)
  const words = typeof json?.Message === 'string' ? json.Message : ''
  if (code === 'OK' && answer.ok && answer.status < 300) return sent(`Code OK ${words}`)
  const waitMs = waitOf(code)
  return notSent(`Code ${code} ${words}`, waitMs !== null, waitMs ?? undefined)
}
