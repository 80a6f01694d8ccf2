import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Registry } from 'prom-client'

/** What `/readyz` asks; each answers `null` when well, else what is wrong. */
export type Checks = Record<string, () => string | null>

export const isReady = (checks: Checks): boolean => Object.values(checks).every((check) => check() === null)

/**
 * For machines that watch the service: no login, and nothing of a site in them. `remarks` are shown beside the checks
 * and make nothing unready.
 */
export function systemRoutes(app: OpenAPIHono, checks: Checks, remarks: Checks, registry: Registry): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }))

  app.get('/readyz', (c) => {
    const ready = isReady(checks)
    const results = Object.entries({ ...checks, ...remarks }).map(([name, check]) => [name, check() ?? 'ok'])
    const status = ready ? 'ready' : 'not_ready'
    return c.json({ status, checks: Object.fromEntries(results) as Record<string, string> }, ready ? 200 : 503)
  })

  app.get('/metrics', async (c) => c.body(await registry.metrics(), 200, { 'content-type': registry.contentType }))
}
