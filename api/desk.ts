import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Logger } from 'pino'
import type { Engine } from '../rules/engine.ts'
import type { Db } from '../rules/storage/connect.ts'
import { createPhotoFiles } from '../rules/storage/photo-files.ts'
import type { Api } from './app.ts'
import type { Config } from './config.ts'
import { createPhotos } from './photos.ts'
import { intakeRoutes } from './routes/intakes.ts'
import { photoRoutes } from './routes/photos.ts'
import { residentPages } from './routes/resident-pages.ts'

export interface Desk {
  mount(api: Api, system: OpenAPIHono): void
}

export interface DeskOptions {
  config: Config
  engine: Engine
  reader: Db
  log: Logger
  /** Signs the codes of references. */
  key: Buffer
}

/** What a reception needs: the register, photos, and the page for residents. Clears what a stop left of photos. */
export async function composeDesk({ config, engine, reader, log, key }: DeskOptions): Promise<Desk> {
  const files = createPhotoFiles(config.dataDir)
  const removed = await files.sweep(reader)
  if (removed > 0) log.info({ removed }, 'removed files of photos that were not finished')
  const photos = createPhotos(engine, reader, files)
  return {
    mount(api: Api, system: OpenAPIHono): void {
      intakeRoutes(api, engine, reader, key)
      photoRoutes(api, reader, photos)
      residentPages(system, { engine, reader, photos, key, trustedProxies: config.http.trustedProxies })
    },
  }
}
