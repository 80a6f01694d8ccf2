import { createRoute, z } from '@hono/zod-openapi'
import type { Clock } from '../../rules/clock.ts'
import type { Engine } from '../../rules/engine.ts'
import { Refusal } from '../../rules/model.ts'
import { gatherEvidence } from '../../rules/proof/evidence.ts'
import type { Db } from '../../rules/storage/connect.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { evidenceEntries } from '../evidence/archive.ts'
import { type ZipEntry, zipOf } from '../evidence/zip.ts'
import { streamed } from '../streamed.ts'
import { problems } from './schemas.ts'
import { visibleTicket } from './tickets.ts'

/** Each reads and compresses what may be many megabytes beside what the service does else. */
const RUNNING_MAX = 2

const evidence = createRoute({
  method: 'get',
  path: '/tickets/{id}/evidence',
  tags: ['tickets'],
  summary: 'All that proves what happened with a ticket, as one archive that a stranger can verify',
  description:
    'A ZIP with the ticket, its history, alarms, readings, notices with their deliveries, photos, signatures and ' +
    'rows of the audit chain. `sha256sum -c SHA256SUMS` verifies it; its README.txt says how.',
  middleware: [allow('engineer', 'dispatcher')] as const,
  request: { params: z.object({ id: z.string().max(64) }) },
  responses: {
    200: {
      description: 'the archive',
      content: { 'application/zip': { schema: z.string().openapi({ format: 'binary' }) } },
    },
    ...problems(401, 403, 404, 503),
  },
})

export function evidenceRoutes(api: Api, engine: Engine, reader: Db, clock: Clock, dataDir: string): void {
  let running = 0

  async function* parts(entries: readonly ZipEntry[], at: Date) {
    try {
      yield* zipOf(entries, at)
    } finally {
      running--
    }
  }

  api.openapi(evidence, async (c) => {
    const by = c.get('principal')
    if (running >= RUNNING_MAX)
      throw new Refusal('unavailable', 'other archives are made now: ask again in a minute', 'archives_busy')
    running++
    let entries: ZipEntry[] | null = null
    const at = clock.now()
    try {
      const { id } = c.req.valid('param')
      // One transaction: the chain's head is the one of the moment that the rest tells of.
      const found = await reader.transaction().execute(async (db) => {
        const ticket = await visibleTicket(db, by, id)
        return { ticket, evidence: await gatherEvidence(db, ticket, by.sites) }
      })
      entries = await evidenceEntries({ engine, reader, dataDir, by, at, ...found })
      return c.body(streamed(parts(entries, new Date(at))), 200, {
        'content-type': 'application/zip',
        'content-disposition': `attachment; filename="${found.ticket.number}.zip"`,
        'cache-control': 'no-store',
      })
    } finally {
      if (entries === null) running--
    }
  })
}
