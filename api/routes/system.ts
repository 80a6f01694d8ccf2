import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Registry } from 'prom-client'

/** What `/readyz` asks; each answers `null` when well, else what is wrong. */
export type Checks = Record<string, () => string | null>

/** For machines that watch the service: no login, and nothing of a site in them. */
export function systemRoutes(app: OpenAPIHono, checks: Checks, registry: Registry): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }))

  app.get('/readyz', (c) => {
    const results = Object.entries(checks).map(([name, check]) => [name, check()] as const)
    const ready = results.every(([, trouble]) => trouble === null)
    const shown = Object.fromEntries(results.map(([name, trouble]) => [name, trouble ?? 'ok']))
    return c.json({ status: ready ? 'ready' : 'not_ready', checks: shown }, ready ? 200 : 503)
  })

  app.get('/metrics', async (c) => c.body(await registry.metrics(), 200, { 'content-type': registry.contentType }))
}
