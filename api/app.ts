import { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import { type Authenticate, type Env, requireLogin } from './auth.ts'
import { docsRoutes } from './docs.ts'
import { invalid, problem, problemOf } from './problem.ts'
import { dashboard } from './dashboard.ts'

/** Routes are mounted on it; a request that does not fit its contract is answered 422 before the handler. */
export type Api = OpenAPIHono<Env>

const REQUEST_MAX_BYTES = 1024 * 1024
/** Photos are counted while they are streamed to disk. */
const PHOTOS = /^\/api\/v1\/tickets\/[^/]+\/photos$/

export interface AppOptions {
  authenticate: Authenticate
  onUnforeseen: (error: Error) => void
  /** Mounts the routes: those without a login, those with one, and the machine's. */
  mount: (routes: { open: Api; api: Api; system: OpenAPIHono }) => void
}

export function createApp({ authenticate, onUnforeseen, mount }: AppOptions): OpenAPIHono {
  const app = new OpenAPIHono()
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        // A photo is shown from the browser's own memory before it is sent.
        imgSrc: ["'self'", 'data:', 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
      },
      strictTransportSecurity: false,
      // What a route answers to be shown by itself has a stricter policy of its own.
      overwrite: false,
    }),
  )
  app.onError((error, c) => problemOf(c, error, onUnforeseen))
  app.notFound((c) => problem(c, 404, `${c.req.method} ${c.req.path} does not exist`))

  const open = newApi()
  const api = newApi()
  api.use(requireLogin(authenticate))
  mount({ open, api, system: app })

  const limit: MiddlewareHandler = bodyLimit({
    maxSize: REQUEST_MAX_BYTES,
    onError: (c) => problem(c, 413, 'at most 1 MiB'),
  })
  const unlessPhoto: MiddlewareHandler = (c, next) => (PHOTOS.test(c.req.path) ? next() : limit(c, next))
  app.use('/api/*', unlessPhoto)
  app.route('/api/v1', open)
  app.route('/api/v1', api)
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' })
  docsRoutes(app)
  dashboard(app)
  return app
}

function newApi(): Api {
  return new OpenAPIHono<Env>({
    defaultHook: (result, c) => (result.success ? undefined : invalid(c, result.error)),
  })
}
