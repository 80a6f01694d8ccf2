import type { Client } from './client.ts'
import type { OnDutyView, Page, ResponderView } from './types.ts'

/** In the order in which they are called. */
export const listOnDuty = (client: Client, site: string) =>
  client.get<{ items: readonly OnDutyView[] }>(`on-duty?${new URLSearchParams({ site })}`)

export const listResponders = (client: Client, site: string) =>
  client.get<Page<ResponderView>>(`responders?${new URLSearchParams({ site, limit: '500' })}`)
