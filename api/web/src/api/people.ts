import type { z } from '@hono/zod-openapi'
import type { responderSchema } from '../../../../rules/dispatch/responder-schema.ts'
import type { dutySchema } from '../../../routes/rosters.ts'
import type { Client } from './client.ts'
import type { Page } from './types.ts'

export type DutyView = z.infer<typeof dutySchema>
export type ResponderView = z.infer<typeof responderSchema>

/** In the order in which they are called. */
export const readOnDuty = (client: Client, site: string, signal?: AbortSignal) =>
  client.get<{ at: string; items: readonly DutyView[] }>(`on-duty?site=${encodeURIComponent(site)}`, signal)

/** With their telephone numbers; refused to who only looks. */
export const listResponders = (client: Client, signal?: AbortSignal) =>
  client.get<Page<ResponderView>>('responders?limit=500', signal)
