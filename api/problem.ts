import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { z } from 'zod'
import { Refusal, type RefusalCode } from '../rules/model.ts'

/** RFC 9457. `type` is stable; programs may hold on to it. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  errors?: { field: string; message: string }[]
}

const TITLES: Record<number, [type: string, title: string]> = {
  400: ['unreadable', 'The request cannot be read'],
  401: ['unauthenticated', 'A valid token is needed'],
  403: ['forbidden', 'Your role does not allow this'],
  404: ['not_found', 'Not found'],
  409: ['conflict', 'Not allowed in this state'],
  413: ['too_large', 'The request is too large'],
  415: ['unsupported_media_type', 'Send the body as application/json'],
  422: ['invalid', 'The request is not valid'],
  429: ['too_many', 'Too many requests'],
  500: ['internal', 'Something broke here'],
  503: ['unavailable', 'Not available at the moment'],
}

const STATUS_OF: Record<RefusalCode, ContentfulStatusCode> = {
  not_found: 404,
  conflict: 409,
  invalid: 422,
  unavailable: 503,
}

export function problem(
  c: Context,
  status: ContentfulStatusCode,
  detail: string,
  errors?: Problem['errors'],
): Response {
  const [type, title] = TITLES[status] ?? ['error', 'Error']
  const body: Problem = { type: `urn:shifen:problem:${type}`, title, status, detail, ...(errors ? { errors } : {}) }
  return c.body(JSON.stringify(body), status, { 'content-type': 'application/problem+json' })
}

/** Every error of a request, mapped once. What is not foreseen is logged by `onUnforeseen` and told without detail. */
export function problemOf(c: Context, error: Error, onUnforeseen: (error: Error) => void): Response {
  if (error instanceof Refusal) return problem(c, STATUS_OF[error.code], error.message)
  if (error instanceof HTTPException) return problem(c, error.status, error.message || 'refused')
  onUnforeseen(error)
  return problem(c, 500, 'the service logged what happened')
}

export function invalid(c: Context, error: z.core.$ZodError): Response {
  const errors = error.issues.map((issue) => ({
    field: issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue.path.join('.'),
    message: issue.message,
  }))
  const [first] = errors
  return problem(c, 422, first ? `${first.field || 'body'}: ${first.message}` : 'not valid', errors)
}
