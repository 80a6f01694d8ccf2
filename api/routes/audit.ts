import { createRoute, z } from '@hono/zod-openapi'
import { PROVEN_TABLES } from '../../rules/proof/chain.ts'
import { type AuditVerdict, FAULTS_LISTED_MAX, verifyAudit } from '../../rules/proof/verify-audit.ts'
import { type AuditRow, listAudit } from '../../rules/storage/audit.ts'
import type { Db } from '../../rules/storage/connect.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { json, line, listOf, page, pageOf, problems, time, timeWithZone } from './schemas.ts'

const tags = ['audit']

const entrySchema = z
  .object({
    id: z.int(),
    at: time,
    by: z.string(),
    action: z.string(),
    subject: z.string(),
    detail: z.unknown(),
    hash: z.string().openapi({ description: 'over this row and the hash of the row before it' }),
  })
  .openapi('AuditEntry')

const list = createRoute({
  method: 'get',
  path: '/audit',
  tags,
  summary: 'Who changed what, newest first, of all sites',
  middleware: [allow()] as const,
  request: {
    query: z.object({
      ...page,
      cursor: z
        .string()
        .regex(/^\d{1,15}$/, 'what `next` said')
        .optional(),
      by: line(100).optional(),
      action: line(64).optional(),
      subject: line(128).optional().openapi({ description: 'the id of what was changed' }),
      from: timeWithZone.optional(),
      to: timeWithZone.optional(),
    }),
  },
  responses: { 200: json(listOf(entrySchema), 'rows of the audit chain'), ...problems(401, 403, 422) },
})

const stateSchema = z
  .object({
    rows: z.int(),
    head: z.object({ id: z.int(), hash: z.string() }).openapi({ description: 'the last row: note it down elsewhere' }),
    ok: z.boolean(),
    faults: z
      .array(
        z.object({
          table: z.enum(PROVEN_TABLES),
          row: z.string(),
          what: z.enum(['changed', 'removed', 'inserted']),
          message: z.string(),
        }),
      )
      .max(FAULTS_LISTED_MAX),
    faultCount: z.int().openapi({ description: `of which the first ${FAULTS_LISTED_MAX} are listed` }),
  })
  .openapi('AuditState')

const state = createRoute({
  method: 'get',
  path: '/audit/state',
  tags,
  summary: 'Whether the audit chain is whole, and tickets are as it says: a million rows take some 15 seconds',
  description: 'Also reports, signatures, grades, promises. One check at a time; who asks meanwhile gets its result.',
  middleware: [allow()] as const,
  responses: { 200: json(stateSchema, 'what was found'), ...problems(401, 403) },
})

export function auditRoutes(api: Api, reader: Db): { stop(): Promise<void> } {
  let running: Promise<AuditVerdict> | null = null
  const stopping = new AbortController()

  api.openapi(list, async (c) => {
    const { limit, cursor, from, to, ...filter } = c.req.valid('query')
    const found = await listAudit(reader, {
      ...filter,
      from: from === undefined ? undefined : Date.parse(from),
      to: to === undefined ? undefined : Date.parse(to),
      beforeId: cursor === undefined ? undefined : Number(cursor),
      limit: limit + 1,
    })
    return c.json(
      pageOf(found, limit, entryView, ({ id }) => String(id)),
      200,
    )
  })

  api.openapi(state, async (c) => {
    running ??= verifyAudit(reader, { signal: stopping.signal }).finally(() => (running = null))
    const { faults, ...verdict } = await running
    return c.json({ ...verdict, faults: [...faults] }, 200)
  })

  return {
    async stop() {
      stopping.abort(new Error('the service stops'))
      await running?.catch(() => undefined)
    },
  }
}

const entryView = ({ at, detail, ...row }: AuditRow) => ({
  ...row,
  at: new Date(at).toISOString(),
  detail: JSON.parse(detail) as unknown,
})
