import type { z } from '@hono/zod-openapi'
import type { responderSchema } from '../../../../rules/dispatch/responder-schema.ts'
import type { onDutySchema } from '../../../routes/rosters.ts'
import type { Client } from './client.ts'
import type { Page } from './types.ts'

export type OnDutyView = z.infer<typeof onDutySchema>
export type ResponderView = z.infer<typeof responderSchema>

/** In the order in which they are called. */
export const readOnDuty = (client: Client, site: string, signal?: AbortSignal) =>
  client.get<OnDutyView>(`on-duty?${new URLSearchParams({ site })}`, signal)

/** Those of a site, with their telephone numbers; refused to who only looks. */
export const listResponders = (client: Client, site: string, signal?: AbortSignal) =>
  client.get<Page<ResponderView>>(`responders?${new URLSearchParams({ site, limit: '500' })}`, signal)
