import type { MiddlewareHandler } from 'hono'
import { parse } from 'yaml'
import type { Env } from './auth.ts'
import { problem } from './problem.ts'

const YAML_MAX_CHARACTERS = 128 * 1024
/** Aliases that name aliases grow without end from a few lines. */
const ALIASES_MAX = 100
const YAML_TYPE = /^(application|text)\/(x-)?yaml\b/i

export type ReadYaml = { ok: true; value: unknown } | { ok: false; reason: string }

/** What a YAML text holds, or why it holds nothing, with line and column. */
export function readYaml(text: string): ReadYaml {
  if (text.length > YAML_MAX_CHARACTERS) {
    return { ok: false, reason: `the YAML is longer than ${YAML_MAX_CHARACTERS} characters` }
  }
  try {
    return { ok: true, value: parse(text, { maxAliasCount: ALIASES_MAX, logLevel: 'error' }) as unknown }
  } catch (error) {
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    return { ok: false, reason: `the YAML cannot be read: ${first.replace(/:$/, '')}` }
  }
}

/** Lets a route take `application/yaml` where it takes JSON: the rest of it sees JSON. */
export const acceptYaml: MiddlewareHandler<Env> = async (c, next) => {
  if (YAML_TYPE.test(c.req.header('content-type') ?? '')) {
    const read = readYaml(await c.req.text())
    if (!read.ok) return problem(c, 400, read.reason)
    const headers = new Headers(c.req.raw.headers)
    headers.set('content-type', 'application/json')
    headers.delete('content-length')
    c.req.raw = new Request(c.req.raw.url, { method: c.req.method, headers, body: JSON.stringify(read.value ?? null) })
    c.req.bodyCache = {}
  }
  return next()
}
