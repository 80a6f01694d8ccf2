import type { z } from '@hono/zod-openapi'
import type { whySchema } from '../../../routes/alarm-why.ts'
import type { alarmEntrySchema } from '../../../routes/alarms.ts'
import type { Client } from './client.ts'
import type { AlarmView, Page } from './types.ts'

/** One alarm from near: what became of it, and why it fired. */

export type AlarmEntryView = z.infer<typeof alarmEntrySchema>
export type WhyView = z.infer<typeof whySchema>
export type ThresholdView = WhyView['readings'][number]['thresholds'][number]

const pathOf = (id: string, rest: string) => `alarms/${encodeURIComponent(id)}/${rest}`

export const readAlarmHistory = (client: Client, id: string, signal?: AbortSignal) =>
  client.get<{ items: readonly AlarmEntryView[] }>(pathOf(id, 'history'), signal)

export const readWhy = (client: Client, id: string, signal?: AbortSignal) =>
  client.get<WhyView>(pathOf(id, 'why'), signal)

/** Of a ticket or of a device, newest first. */
export const listAlarmsOf = (
  client: Client,
  of: { ticket: string } | { device: string },
  limit: number,
  signal?: AbortSignal,
) => client.get<Page<AlarmView>>(`alarms?${new URLSearchParams({ ...of, limit: String(limit) })}`, signal)
