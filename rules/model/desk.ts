import type { TicketSize } from './commitments.ts'
import type { Priority } from './words.ts'

/** By which way somebody reports (报修方式). */
export const INTAKE_CHANNELS = ['telephone', 'desk', 'paper', 'intercom', 'page', 'other'] as const
export type IntakeChannel = (typeof INTAKE_CHANNELS)[number]

export const PROGRESS_WAYS = ['sms', 'telephone', 'none'] as const
/** How a resident wants to hear how it goes: by a message, by a call that somebody makes, or not. */
export type ProgressWay = (typeof PROGRESS_WAYS)[number]

/** One entry of the register of reports (报修登记表): who reported what, and the ticket that it opened or joined. */
export interface Intake {
  id: string
  /** `BX20261128-0007`. */
  number: string
  site: string
  receivedAt: number
  occurredAt: number | null
  channel: IntakeChannel
  /** Who wrote it down; `null`: the resident himself. */
  takenBy: string | null
  name: string
  phone: string
  household: string
  location: string
  text: string
  category: string
  priority: Priority
  size: TicketSize | null
  paid: boolean
  /** When somebody comes, as was agreed; of a report on the page when he wishes it, which nobody has agreed yet. */
  appointmentAt: number | null
  progress: ProgressWay
  /** The day that a paper form bears, `YYYY-MM-DD`. */
  formDate: string | null
  ticket: string
  /** Of a ticket that was open already. */
  joined: boolean
}

export const PHOTO_KINDS = ['damage', 'before', 'after', 'other'] as const
export type PhotoKind = (typeof PHOTO_KINDS)[number]

export const PHOTO_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const
export type PhotoType = (typeof PHOTO_TYPES)[number]

/** A photo of a ticket; its bytes are a file beside the database. */
export interface Photo {
  id: string
  site: string
  ticket: string
  kind: PhotoKind
  type: PhotoType
  sizeBytes: number
  sha256: string
  /** What somebody writes under it. */
  caption: string
  by: string
  at: number
}
