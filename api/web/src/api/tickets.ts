import type { TicketAction } from '../../../../rules/model.ts'
import type { Client } from './client.ts'
import type { Page, TicketActionBody, TicketDetailView, TicketView } from './types.ts'

const pathOf = (id: string) => `tickets/${encodeURIComponent(id)}`

export const readTicket = (client: Client, id: string, signal?: AbortSignal) =>
  client.get<TicketDetailView>(pathOf(id), signal)

export const actOnTicket = (
  client: Client,
  id: string,
  action: TicketAction,
  body: TicketActionBody,
  idempotencyKey: string,
) => client.send<TicketView>('POST', `${pathOf(id)}/${action}`, body, { idempotencyKey })

/** Newest first; `asked` as in the API, `next` of a page as `cursor` of the following one. */
export const listTickets = (client: Client, asked: Record<string, string>, signal?: AbortSignal) =>
  client.get<Page<TicketView>>(`tickets?${new URLSearchParams(asked)}`, signal)
