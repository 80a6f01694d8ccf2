import { serveStatic } from '@hono/node-server/serve-static'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of package.json, seen from the sources as from what is compiled. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}

/** The dashboard's built files. Names with a hash in them never change; the page itself is asked for each time. */
export function dashboard(app: OpenAPIHono): void {
  const root = relative(process.cwd(), join(packageRoot(), 'dist', 'web')) || '.'
  app.use(
    '/*',
    serveStatic({
      root,
      onFound: (path, c) => {
        const immutable = path.includes(`${'assets'}/`)
        c.header('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    }),
  )
}
