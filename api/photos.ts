import { HTTPException } from 'hono/http-exception'
import { mayPhotograph, type NewPhoto, photoIdOf } from '../rules/desk/photos.ts'
import { pictureOf } from '../rules/desk/picture.ts'
import type { Engine } from '../rules/engine.ts'
import { type Photo, PHOTO_TYPES, type PhotoType, type Principal, Refusal, type Ticket } from '../rules/model.ts'
import type { Db } from '../rules/storage/connect.ts'
import { PHOTO_MAX_BYTES, type PhotoFiles, type StagedPhoto, TooLarge } from '../rules/storage/photo-files.ts'
import { findPhoto, photosOf } from '../rules/storage/photos.ts'
import { createPlaces } from './limiter.ts'

/** A photo as somebody sends it; `type` is what he says it is. */
export interface SentPhoto extends Pick<NewPhoto, 'kind' | 'caption'> {
  type: string
  sizeBytes: number | null
  body: AsyncIterable<Uint8Array> | null
}

export interface Photos {
  /** Throws `Refusal` and `HTTPException` (413, 415); nothing is kept then. */
  add(ticket: Ticket, sent: SentPhoto, by: Principal, idempotencyKey?: string): Promise<Photo>
  remove(about: { ticket: string; photo: string; reason: string }, by: Principal): Promise<void>
  read(id: string): Promise<Buffer | null>
}

const SIDE_MAX_PIXELS = 20_000
const AT_ONCE_MAX = 16
const AT_ONCE_EACH_MAX = 4
const TAKEN = PHOTO_TYPES.join(', ')

export function createPhotos(engine: Engine, reader: Db, files: PhotoFiles): Photos {
  const places = createPlaces({ max: AT_ONCE_MAX, eachMax: AT_ONCE_EACH_MAX })
  let last: Promise<unknown> = Promise.resolve()
  /** A file and its row come and go together, or one that is removed would take the file of one just sent again. */
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const mine = last.then(run, run)
    last = mine.catch(() => undefined)
    return mine
  }

  async function keep(staged: StagedPhoto, photo: NewPhoto, by: Principal, idempotencyKey?: string): Promise<Photo> {
    const id = photoIdOf(photo)
    const known = await photosOf(reader, photo.ticket)
    const isKnown = known.some((each) => each.id === id)
    await files.keep(staged, id)
    try {
      const added = (await engine.command({ type: 'add_photo', photo }, { by, idempotencyKey })).photo!
      // An answer given again, of a photo that was removed since, keeps nothing.
      if ((await findPhoto(reader, id)) === null) await files.remove(id)
      return added
    } catch (error) {
      if (!isKnown) await files.remove(id)
      throw error
    }
  }

  return {
    async add(ticket, { kind, caption, ...sent }, by, idempotencyKey) {
      mayPhotograph(ticket, by)
      const said = typeOf(sent.type)
      if ((sent.sizeBytes ?? 0) > PHOTO_MAX_BYTES) throw tooLarge()
      if (sent.body === null) throw new Refusal('invalid', 'send the bytes of the photo as the body')
      const leave = places.take(by.id)
      if (leave === null)
        throw new Refusal('unavailable', 'other photos are being sent; try again in a moment', 'photos_busy')
      try {
        const staged = await stageOf(files, sent.body)
        try {
          const type = mustBePicture(staged.head, said)
          const { sizeBytes, sha256 } = staged
          const photo = { ticket: ticket.id, kind, type, sizeBytes, sha256, caption }
          return await inTurn(() => keep(staged, photo, by, idempotencyKey))
        } finally {
          await files.drop(staged)
        }
      } finally {
        leave()
      }
    },
    remove: ({ ticket, photo, reason }, by) =>
      inTurn(async () => {
        await engine.command({ type: 'remove_photo', ticket, photo, reason }, { by })
        await files.remove(photo)
      }),
    read: (id) => files.read(id),
  }
}

function typeOf(header: string): PhotoType {
  const [said] = header.toLowerCase().split(';')
  const type = PHOTO_TYPES.find((known) => known === said?.trim())
  if (type === undefined) throw new HTTPException(415, { message: `send a photo as one of ${TAKEN}` })
  return type
}

const tooLarge = () =>
  new HTTPException(413, { message: 'a photo has at most 10 MiB; send it smaller, as telephones offer' })

async function stageOf(files: PhotoFiles, body: AsyncIterable<Uint8Array>): Promise<StagedPhoto> {
  try {
    return await files.stage(body)
  } catch (error) {
    throw error instanceof TooLarge ? tooLarge() : error
  }
}

/** What it is by its own bytes: nobody is served what only calls itself a picture. */
function mustBePicture(head: Buffer, said: PhotoType): PhotoType {
  const picture = pictureOf(head)
  if (picture === null)
    throw new Refusal('invalid', `this is no picture of ${TAKEN}; take the photo again and send it`, 'photo_broken')
  const { type, width, height } = picture
  if (type !== said)
    throw new Refusal('invalid', `this is ${type}, not ${said}; send it with that Content-Type`, 'photo_type')
  const fits = [width, height].every((side) => side >= 1 && side <= SIDE_MAX_PIXELS)
  if (!fits)
    throw new Refusal(
      'invalid',
      `this photo is ${width} × ${height}; each side has 1 to ${SIDE_MAX_PIXELS} pixels`,
      'photo_size',
    )
  return type
}
