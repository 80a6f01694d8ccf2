import { createRoute, z } from '@hono/zod-openapi'
import { REJECTION_REASONS } from '../../rules/model.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { listRejections } from '../../rules/storage/rejections.ts'
import type { Api } from '../app.ts'
import { id, json, listOf, page, pageOf, problems, rejectionSchema } from './schemas.ts'
import { rejectionView } from './views.ts'

const list = createRoute({
  method: 'get',
  path: '/rejections',
  tags: ['rejections'],
  summary: 'What could not be used, and why; newest first',
  request: {
    query: z.object({
      ...page,
      cursor: z.coerce.number().int().positive().optional(),
      device: id.optional(),
      reason: z.enum(REJECTION_REASONS).optional(),
    }),
  },
  responses: { 200: json(listOf(rejectionSchema), 'rejections'), ...problems(401, 422) },
})

export function rejectionRoutes(api: Api, reader: Db): void {
  api.openapi(list, async (c) => {
    const { limit, cursor, device, reason } = c.req.valid('query')
    const { sites } = c.get('principal')
    const found = await listRejections(reader, { sites, device, reason, beforeId: cursor, limit: limit + 1 })
    return c.json(
      pageOf(found, limit, rejectionView, (rejection) => String(rejection.id)),
      200,
    )
  })
}
