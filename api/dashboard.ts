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

/** What the build names after its content; nothing else in the folder keeps its content for ever. */
const HASHED = /(?:^|[/\\])assets[/\\][^/\\]+-[\w-]{8}\.[^/\\]+$/

/**
 * The dashboard's built files, compressed as the build left them for who takes that. Names with a hash in them never
 * change; the page, its service worker and its manifest are asked for each time.
 */
export function dashboard(app: OpenAPIHono, folder = join(packageRoot(), 'dist', 'web')): void {
  app.use(
    '/*',
    serveStatic({
      root: relative(process.cwd(), folder) || '.',
      precompressed: true,
      onFound: (path, c) => {
        c.header('cache-control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache')
        // What comes as it is must not be kept for who asks for it compressed, either.
        c.header('vary', 'Accept-Encoding')
      },
    }),
  )
}
