import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { z } from 'zod'
import { type MappingFault, Refusal, type RefusalCode, type RefusalFacts, type RefusalReason } from '../rules/model.ts'

/** RFC 9457. `type` is stable; programs may hold on to it. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  /** Stable too, and finer: absent where only `detail` says why. */
  reason?: RefusalReason
  /** What the reason is about. */
  facts?: RefusalFacts
  errors?: FieldError[]
}

type Further = Pick<Problem, 'reason' | 'facts' | 'errors'>

export interface FieldError {
  field: string
  message: string
  /** In the field's expression, characters from 0. */
  position?: number
  /** What to write there instead. */
  expected?: string
}

const TITLES: Record<number, [type: string, title: string]> = {
  400: ['unreadable', 'The request cannot be read'],
  401: ['unauthenticated', 'A valid token is needed'],
  403: ['forbidden', 'Your role does not allow this'],
  404: ['not_found', 'Not found'],
  409: ['conflict', 'Not allowed in this state'],
  412: ['stale', 'It has changed since you read it'],
  413: ['too_large', 'The request is too large'],
  415: ['unsupported_media_type', 'This type of body is not taken here'],
  422: ['invalid', 'The request is not valid'],
  429: ['too_many', 'Too many requests'],
  500: ['internal', 'Something broke here'],
  503: ['unavailable', 'Not available at the moment'],
}

const STATUS_OF: Record<RefusalCode, ContentfulStatusCode> = {
  not_found: 404,
  forbidden: 403,
  conflict: 409,
  stale: 412,
  invalid: 422,
  unavailable: 503,
}

export function problem(c: Context, status: ContentfulStatusCode, detail: string, further: Further = {}): Response {
  const [type, title] = TITLES[status] ?? ['error', 'Error']
  const body: Problem = { type: `urn:shifen:problem:${type}`, title, status, detail, ...further }
  return c.body(JSON.stringify(body), status, { 'content-type': 'application/problem+json' })
}

/** Every error of a request, mapped once. What is not foreseen is logged by `onUnforeseen` and told without detail. */
export function problemOf(c: Context, error: Error, onUnforeseen: (error: Error) => void): Response {
  if (error instanceof Refusal) {
    const { code, message, reason, facts } = error
    return problem(c, STATUS_OF[code], message, reason === null ? {} : { reason, facts })
  }
  if (error instanceof HTTPException) return problem(c, error.status, error.message || 'refused')
  onUnforeseen(error)
  return problem(c, 500, 'the service logged what happened')
}

/** `within`: a part of the request that places are told from the inside of. */
export function invalid(c: Context, error: z.core.$ZodError, within?: string): Response {
  const errors = error.issues.flatMap(plain).map((issue) => {
    const path = issue.path[0] === within ? issue.path.slice(1) : issue.path
    const field = issue.code === 'unrecognized_keys' ? keysAt(path, issue.keys) : placeOf(path)
    return { field, message: issue.message }
  })
  const [first] = errors
  return problem(c, 422, first ? `${first.field || 'body'}: ${first.message}` : 'not valid', { errors })
}

/** Of a choice between shapes, what is wrong in the shape that was meant: the one whose type is right. */
function plain(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const isType = (each: z.core.$ZodIssue) => each.code === 'invalid_type' && each.path.length === 0
  const meant = issue.errors.find((branch) => !branch.some(isType))
  if (meant === undefined) return [issue]
  return meant.flatMap(plain).map((each) => ({ ...each, path: [...issue.path, ...each.path] }))
}

const FAULTS_TOLD = 3

/** A mapping that cannot be used. */
export function misfits(c: Context, faults: readonly MappingFault[]): Response {
  return unfit(
    c,
    faults.map(({ place, message }) => ({ field: place, message })),
  )
}

/** Something well-formed that cannot be used: 422 with every place; the first ones in the sentence. */
export function unfit(c: Context, errors: readonly FieldError[]): Response {
  const told = errors.slice(0, FAULTS_TOLD).map(({ field, message }) => `${field}: ${message}`)
  const more = errors.length > FAULTS_TOLD ? `; and ${errors.length - FAULTS_TOLD} more` : ''
  return problem(c, 422, told.join('; ') + more, { errors: [...errors] })
}

/** Where in a request: `points[2].path`. */
export function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`))
    .join('')
}

const keysAt = (path: readonly PropertyKey[], keys: readonly string[]) =>
  keys.map((key) => placeOf([...path, key])).join(', ')
