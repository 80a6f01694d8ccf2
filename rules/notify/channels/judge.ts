import type { Sent } from '../channel.ts'
import type { Answer } from '../post.ts'
import { oneLine } from './text.ts'

/** Whoever asks for a longer wait is asked again after it. */
const WAIT_MAX_MS = 3_600_000
/** These may do better the next time: the target is busy, or broken for now. */
const PASSING = new Set([408, 425, 429])

export const sent = (answer: string): Sent => ({ ok: true, answer: oneLine(answer) })

export function notSent(answer: string, retry: boolean, retryAfterMs?: number): Sent {
  return { ok: false, answer: oneLine(answer), retry, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

/** By the HTTP status alone; `null` where it is 2xx. */
export function failureOf(answer: Answer, now: number): Sent | null {
  if (!answer.ok) return notSent(answer.reason, answer.retry)
  const { status, headers, body } = answer
  if (status >= 200 && status < 300) return null
  const said = body === '' ? `HTTP ${status}` : `HTTP ${status}: ${body}`
  const retry = PASSING.has(status) || status >= 500
  return notSent(said, retry, retry ? waitOf(headers['retry-after'], now) : undefined)
}

/** `Retry-After`: seconds, or a date. */
function waitOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  const waitMs = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - now
  return Number.isNaN(waitMs) ? undefined : Math.min(WAIT_MAX_MS, Math.max(0, waitMs))
}

/** What a JSON answer says; `null` where it is no JSON object. */
export function jsonOf(answer: Answer): Record<string, unknown> | null {
  if (!answer.ok) return null
  try {
    const value: unknown = JSON.parse(answer.body)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

/** What came back of a robot that answers 200 to everything: its own code decides, 0 is success. */
export function judgeCode(answer: Answer, now: number, { codes, says, waits }: RobotCodes): Sent {
  const failure = failureOf(answer, now)
  const json = jsonOf(answer)
  const code = codes.map((name) => json?.[name]).find((value) => typeof value === 'number')
  // Some answer their limits with a status and a code: the code knows more.
  if (typeof code !== 'number') return failure ?? notSent(`it answered 200 without ${codes[0]}`, true)
  const words = json?.[says]
  const text = typeof words === 'string' ? words : ''
  const said = `${codes[0]} ${code} ${text}`
  if (failure === null && code === 0) return sent(said)
  if (code === 0) return failure!
  const waitMs = waits(code, text)
  return notSent(said, waitMs !== null, waitMs ?? undefined)
}

export interface RobotCodes {
  /** Where the code stands, by preference. */
  codes: readonly [string, ...string[]]
  says: string
  /** How long to wait where it may do better later; `null`: it will not. */
  waits: (code: number, text: string) => number | null
}
