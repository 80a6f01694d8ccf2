import { createHash } from 'node:crypto'
import { type Photo, type Principal, Refusal, RESIDENT_NAME, type Ticket } from '../model.ts'
import { mustSee } from '../rights.ts'
import { insertAudit } from '../storage/audit.ts'
import { deletePhoto, findPhoto, insertPhoto, photosOf } from '../storage/photos.ts'
import { findTicket, insertHistory } from '../storage/tickets.ts'
import type { Work } from '../work.ts'

export type NewPhoto = Pick<Photo, 'ticket' | 'kind' | 'type' | 'sizeBytes' | 'sha256' | 'caption'>

/** Of the crew and the desk. */
export const PHOTOS_OF_TICKET_MAX = 30
/** What residents send by themselves counts apart: no stranger uses up the photos of the crew. */
export const RESIDENT_PHOTOS_OF_REPORT_MAX = 3
export const RESIDENT_PHOTOS_OF_TICKET_MAX = 15

/** The same bytes of the same ticket are one photo, however often they are sent. */
export const photoIdOf = ({ ticket, sha256 }: Pick<Photo, 'ticket' | 'sha256'>) =>
  createHash('sha256').update(`${ticket}/${sha256}`).digest('hex').slice(0, 32)

/** Throws `Refusal`: whoever sees the ticket may add to it, a responder to his own job only. */
export function mayPhotograph(ticket: Ticket, by: Principal): void {
  if (by.role === 'responder' && ticket.assignee !== by.name) {
    throw new Refusal('forbidden', 'a responder adds photos to the jobs assigned to him', 'not_yours')
  }
}

/** Records a photo whose file is in its place already. */
export async function addPhoto(work: Work, given: NewPhoto, by: Principal): Promise<Photo> {
  const ticket = await visibleTicket(work, given.ticket, by)
  mayPhotograph(ticket, by)
  const known = await photosOf(work.db, ticket.id)
  const photo: Photo = { ...given, id: photoIdOf(given), site: ticket.site, by: by.name, at: work.now }
  const same = known.find(({ id }) => id === photo.id)
  if (same) return same
  mustHaveRoom(known, photo)
  await insertPhoto(work.db, photo)
  await log(work, ticket, 'photo', by, [photo.kind, photo.id, photo.caption])
  return photo
}

/** Under a resident's photo stands the number of his report. */
function mustHaveRoom(known: readonly Photo[], { by, caption }: Photo): void {
  const isResidents = by === RESIDENT_NAME
  const alike = known.filter((photo) => (photo.by === RESIDENT_NAME) === isResidents)
  if (isResidents && alike.filter((photo) => photo.caption === caption).length >= RESIDENT_PHOTOS_OF_REPORT_MAX) {
    throw new Refusal('conflict', `report ${caption} has ${RESIDENT_PHOTOS_OF_REPORT_MAX} photos; no more are kept`)
  }
  const max = isResidents ? RESIDENT_PHOTOS_OF_TICKET_MAX : PHOTOS_OF_TICKET_MAX
  if (alike.length < max) return
  const whose = isResidents ? 'photos from residents' : 'photos'
  throw new Refusal('conflict', `a ticket has at most ${max} ${whose}; remove one first`, 'photos_max', { max })
}

/** Forgets a photo; whoever asks removes its file after it. */
export async function removePhoto(
  work: Work,
  { ticket: of, photo: id, reason }: { ticket: string; photo: string; reason: string },
  by: Principal,
): Promise<Photo> {
  const ticket = await visibleTicket(work, of, by)
  const photo = await findPhoto(work.db, id)
  if (photo?.ticket !== ticket.id) throw new Refusal('not_found', `photo ${id} does not exist`)
  await deletePhoto(work.db, id)
  await log(work, ticket, 'remove-photo', by, [photo.kind, id, reason])
  const detail = { ticket: ticket.id, kind: photo.kind, sha256: photo.sha256, reason }
  await insertAudit(work.db, { at: work.now, by: by.name, action: 'remove_photo', subject: id, detail })
  return photo
}

async function visibleTicket(work: Work, id: string, by: Principal): Promise<Ticket> {
  const ticket = await findTicket(work.db, id)
  mustSee(by, ticket?.site ?? '', `ticket ${id}`)
  if (ticket === null) throw new Refusal('not_found', `ticket ${id} does not exist`)
  return ticket
}

async function log(work: Work, ticket: Ticket, action: string, by: Principal, parts: readonly string[]): Promise<void> {
  const note = parts.filter((part) => part !== '').join(': ')
  const entry = { at: work.now, by: by.name, action, from: ticket.state, to: ticket.state, note }
  await insertHistory(work.db, ticket.id, entry)
  work.changes.push({ type: 'ticket', ticket, what: 'joined' })
}
