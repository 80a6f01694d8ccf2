import { createRoute, z } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import { type Photo, PHOTO_KINDS, PHOTO_TYPES, Refusal } from '../../rules/model.ts'
import type { Db } from '../../rules/storage/connect.ts'
import { findPhoto, photosOf } from '../../rules/storage/photos.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import type { Photos } from '../photos.ts'
import { idempotency, json, line, problemSchema, problems, time } from './schemas.ts'
import { visibleTicket } from './tickets.ts'

const tag = ['photos']
const ofTicket = z.object({ id: z.string().max(64) })
const ofPhoto = ofTicket.extend({ photo: z.string().regex(/^[0-9a-f]{32}$/, 'an id of a photo') })

export const photoSchema = z
  .object({
    id: z.string(),
    ticket: z.string(),
    kind: z.enum(PHOTO_KINDS),
    type: z.enum(PHOTO_TYPES),
    sizeBytes: z.int(),
    sha256: z.string(),
    caption: z.string(),
    by: z.string(),
    at: time,
  })
  .openapi('Photo')

const bytes = { schema: z.any().openapi({ type: 'string', format: 'binary' }) }
const pictures = Object.fromEntries(PHOTO_TYPES.map((type) => [type, bytes]))
const told = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
})

const add = createRoute({
  method: 'post',
  path: '/tickets/{id}/photos',
  tags: tag,
  summary: 'Add a photo to a ticket',
  description:
    'The body is the picture, at most 10 MiB, a ticket has at most 30, beside 15 that residents sent by themselves. ' +
    'The same bytes are one photo, however often they are sent. A responder adds to the jobs assigned to him.',
  middleware: [allow('dispatcher', 'engineer', 'responder')] as const,
  request: {
    headers: idempotency,
    params: ofTicket,
    query: z.object({ kind: z.enum(PHOTO_KINDS).default('other'), caption: line(200).default('') }),
    body: { required: true, content: pictures },
  },
  responses: {
    201: json(photoSchema, 'as kept'),
    ...problems(401, 403, 404, 409, 422, 503),
    413: told('over 10 MiB'),
    415: told('no JPEG, PNG or WebP'),
  },
})

const list = createRoute({
  method: 'get',
  path: '/tickets/{id}/photos',
  tags: tag,
  summary: 'Photos of a ticket, oldest first',
  request: { params: ofTicket },
  responses: { 200: json(z.object({ items: z.array(photoSchema) }), 'photos, at most 45'), ...problems(401, 404) },
})

const read = createRoute({
  method: 'get',
  path: '/tickets/{id}/photos/{photo}',
  tags: tag,
  summary: 'The picture itself',
  request: { params: ofPhoto },
  responses: { 200: { description: 'the picture', content: pictures }, ...problems(401, 404, 422) },
})

const remove = createRoute({
  method: 'delete',
  path: '/tickets/{id}/photos/{photo}',
  tags: tag,
  summary: 'Remove a photo and its file; why is kept',
  middleware: [allow('dispatcher')] as const,
  request: { params: ofPhoto, query: z.object({ reason: line(200).min(1) }) },
  responses: { 204: { description: 'removed' }, ...problems(401, 403, 404, 422) },
})

const ENDINGS = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' } as const

export function photoRoutes(api: Api, reader: Db, photos: Photos): void {
  api.openapi(add, async (c) => {
    const principal = c.get('principal')
    const ticket = await visibleTicket(reader, principal, c.req.valid('param').id)
    const length = c.req.header('content-length')
    const sent = {
      ...c.req.valid('query'),
      type: c.req.header('content-type') ?? '',
      sizeBytes: length === undefined ? null : Number(length),
      body: c.req.raw.body,
    }
    try {
      const photo = await photos.add(ticket, sent, principal, c.req.valid('header')['idempotency-key'])
      return c.json(photoView(photo), 201)
    } catch (error) {
      if (c.req.raw.signal.aborted) throw new HTTPException(400, { message: 'the photo broke off; send it again' })
      throw error
    }
  })

  api.openapi(list, async (c) => {
    const ticket = await visibleTicket(reader, c.get('principal'), c.req.valid('param').id)
    return c.json({ items: (await photosOf(reader, ticket.id)).map(photoView) }, 200)
  })

  api.openapi(read, async (c) => {
    const { id, photo: photoId } = c.req.valid('param')
    const ticket = await visibleTicket(reader, c.get('principal'), id)
    const photo = await findPhoto(reader, photoId)
    const picture = photo?.ticket === ticket.id ? await photos.read(photoId) : null
    if (photo === null || picture === null) throw new Refusal('not_found', `photo ${photoId} does not exist`)
    c.header('content-type', photo.type)
    // It runs nothing, should it be something else too.
    c.header('content-security-policy', "default-src 'none'; sandbox")
    c.header('content-disposition', `inline; filename="${ticket.number}-${photo.id}.${ENDINGS[photo.type]}"`)
    c.header('cache-control', 'private, max-age=3600')
    return c.body(new Uint8Array(picture), 200)
  })

  api.openapi(remove, async (c) => {
    const { id: ticket, photo } = c.req.valid('param')
    await photos.remove({ ticket, photo, reason: c.req.valid('query').reason }, c.get('principal'))
    return c.body(null, 204)
  })
}

function photoView({ site: _site, at, ...photo }: Photo): z.infer<typeof photoSchema> {
  return { ...photo, at: new Date(at).toISOString() }
}
