import { createRoute, z } from '@hono/zod-openapi'
import type { Engine } from '../../rules/engine.ts'
import { mustBeAsked, mustBeItsWay } from '../../rules/follow-ups/commands.ts'
import { signFollowUpLink } from '../../rules/follow-ups/link.ts'
import { Refusal } from '../../rules/model.ts'
import { seesSite } from '../../rules/rights.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { findFollowUp } from '../../rules/storage/follow-ups.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { json, problems } from './schemas.ts'
import type { LinkSigning } from './survey-links.ts'

const link = createRoute({
  method: 'get',
  path: '/follow-ups/{id}/link',
  tags: ['follow-ups'],
  summary: 'The link by which the resident answers it himself, online',
  description:
    'The same link each time; it takes one answer. Only where `online` is one of its `ways`, once it can be asked, ' +
    'and after an emergency once somebody has telephoned.',
  middleware: [allow('dispatcher')] as const,
  request: { params: z.object({ id: z.string().max(64) }) },
  responses: {
    200: json(z.object({ link: z.string().openapi({ example: 'https://shifen.example/follow-up/…' }) }), 'the link'),
    ...problems(401, 403, 404, 409, 422),
  },
})

export function followUpLinkRoutes(api: Api, engine: Engine, reader: Db, { key, publicUrl }: LinkSigning): void {
  api.openapi(link, async (c) => {
    const { id } = c.req.valid('param')
    const followUp = await findFollowUp(reader, id)
    if (followUp === null || !seesSite(c.get('principal'), followUp.site)) {
      throw new Refusal('not_found', `follow-up ${id} does not exist`)
    }
    mustBeAsked(followUp, engine.now(), engine.world().sites.get(followUp.site)?.timezone ?? 'UTC')
    mustBeItsWay(followUp, 'online')
    return c.json({ link: `${publicUrl()}/follow-up/${signFollowUpLink(id, key)}` }, 200)
  })
}
