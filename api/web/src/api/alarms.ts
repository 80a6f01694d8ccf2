import type { Client } from './client.ts'
import type { AlarmAction, AlarmView } from './types.ts'

const pathOf = (id: string) => `alarms/${encodeURIComponent(id)}`

export interface AlarmActionBody {
  note?: string
  reason?: string
  /** ISO 8601, with its offset. */
  until?: string
  oneShot?: boolean
}

export const actOnAlarm = (
  client: Client,
  id: string,
  action: AlarmAction,
  body: AlarmActionBody,
  idempotencyKey: string,
) => client.send<AlarmView>('POST', `${pathOf(id)}/${action}`, body, { idempotencyKey })
