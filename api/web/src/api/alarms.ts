import type { Client } from './client.ts'
import type { AlarmAction, AlarmEntryView, AlarmView, Page } from './types.ts'

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

export const readAlarm = (client: Client, id: string, signal?: AbortSignal) => client.get<AlarmView>(pathOf(id), signal)

export const readAlarmHistory = (client: Client, id: string, signal?: AbortSignal) =>
  client.get<{ items: readonly AlarmEntryView[] }>(`${pathOf(id)}/history`, signal)

/** Newest first; `asked` as in the API, `next` of a page as `cursor` of the following one. */
export const listAlarms = (client: Client, asked: Record<string, string>, signal?: AbortSignal) =>
  client.get<Page<AlarmView>>(`alarms?${new URLSearchParams(asked)}`, signal)
