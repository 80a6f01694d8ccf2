import type { z } from '@hono/zod-openapi'
import type { callSchema } from '../../../routes/ticket-calls.ts'
import type { noticeSchema } from '../../../routes/notices.ts'
import type { Client, Download } from './client.ts'
import type { Page, PhotoView } from './types.ts'

/** What belongs to one ticket beside the ticket itself. */

export type CallView = z.infer<typeof callSchema>
export type NoticeView = z.infer<typeof noticeSchema>

const pathOf = (id: string, rest: string) => `tickets/${encodeURIComponent(id)}/${rest}`

export const listCalls = (client: Client, id: string, signal?: AbortSignal) =>
  client.get<{ items: readonly CallView[] }>(pathOf(id, 'calls'), signal)

/** Newest first. */
export const listNotices = (client: Client, id: string, cursor: string | null, signal?: AbortSignal) => {
  const further = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
  return client.get<Page<NoticeView>>(pathOf(id, `notices?limit=100${further}`), signal)
}

export const listPhotos = (client: Client, id: string, signal?: AbortSignal) =>
  client.get<{ items: readonly PhotoView[] }>(pathOf(id, 'photos'), signal)

export const photoAddress = (client: Client, { ticket, id }: Pick<PhotoView, 'ticket' | 'id'>) =>
  client.addressOf(pathOf(ticket, `photos/${encodeURIComponent(id)}`))

export const signatureAddress = (client: Client, ticket: string, signature: string) =>
  client.addressOf(pathOf(ticket, `signatures/${encodeURIComponent(signature)}.svg`))

/** All that proves what happened, as one archive. `onBytes` hears how much has come. */
export const downloadEvidence = (
  client: Client,
  id: string,
  onBytes: (received: number) => void,
  signal: AbortSignal,
): Promise<Download> => client.download(pathOf(id, 'evidence'), onBytes, signal)
