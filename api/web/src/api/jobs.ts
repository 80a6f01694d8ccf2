import type { PhotoKind, Signer, TicketAction } from '../../../../rules/model.ts'
import type { Client, SendOptions } from './client.ts'
import type { CostLineView, JobView, OwnJobView, Page, PhotoView, TicketActionBody, TicketView } from './types.ts'

/** What a responder asks for and sends of his jobs. */

const pathOf = (id: string) => `tickets/${encodeURIComponent(id)}`

export type CostLine = Omit<CostLineView, 'amountFen'>

/** Strokes of a pen in a frame, each `[x, y, x, y, …]`. */
export interface Drawing {
  width: number
  height: number
  strokes: readonly (readonly number[])[]
}

export interface NewSignature {
  signer: Signer
  /** Left out where a responder signs as himself. */
  name?: string
  drawing?: Drawing
}

export const listOwnJobs = (client: Client) => client.get<{ items: readonly OwnJobView[] }>('jobs/mine')

/** The latest that were signed for or closed, newest first. */
export const listDone = (client: Client, assignee: string) =>
  client.get<Page<TicketView>>(`tickets?state=signed_off,closed&limit=20&assignee=${encodeURIComponent(assignee)}`)

export const readJob = (client: Client, id: string) => client.get<JobView>(`${pathOf(id)}/job`)

export const actOnJob = (
  client: Client,
  id: string,
  action: TicketAction,
  body: TicketActionBody,
  options: SendOptions,
) => client.send<TicketView>('POST', `${pathOf(id)}/${action}`, body, options)

export const writeCosts = (client: Client, id: string, costs: readonly CostLine[], options: SendOptions) =>
  client.send<JobView>('PATCH', `${pathOf(id)}/job`, { costs }, options)

export const signJob = (client: Client, id: string, signature: NewSignature, options: SendOptions) =>
  client.send<undefined>('POST', `${pathOf(id)}/signatures`, signature, options)

export const addPhoto = (
  client: Client,
  id: string,
  photo: { kind: PhotoKind; caption: string; bytes: Blob },
  options: SendOptions,
) => {
  const query = new URLSearchParams({ kind: photo.kind, caption: photo.caption })
  return client.upload<PhotoView>(`${pathOf(id)}/photos?${query}`, photo.bytes, options)
}
