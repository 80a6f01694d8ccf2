import type { z } from '@hono/zod-openapi'
import type { heatSchema } from '../../../routes/alarm-charts.ts'
import type { readingsSchema } from '../../../routes/devices.ts'
import type { controlSchema } from '../../../routes/schemas.ts'
import type { Client } from './client.ts'
import type { DeviceView, Page, TicketView } from './types.ts'

export type ReadingsView = z.infer<typeof readingsSchema>
export type CommandView = z.infer<typeof controlSchema>
export type HeatView = z.infer<typeof heatSchema>
export type HeatCell = HeatView['items'][number]['cells'][number]

/** What a person may say of where a device is and what it is called. */
export interface Placing {
  name: string
  location: string
  building: string | null
}

const pathOf = (id: string, rest = '') => `devices/${encodeURIComponent(id)}${rest}`

/** In order of their ids, 500 at once. */
export const listDevices = (client: Client, cursor: string | null, signal?: AbortSignal) =>
  client.get<Page<DeviceView>>(
    `devices?limit=500${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    signal,
  )

export const readDevice = (client: Client, id: string, signal?: AbortSignal) =>
  client.get<DeviceView>(pathOf(id), signal)

export const placeDevice = (client: Client, id: string, placing: Placing) =>
  client.send<DeviceView>('PATCH', pathOf(id), placing)

/** Times in epoch milliseconds; at most `max` buckets, with the peaks of each. */
export const readReadings = (
  client: Client,
  id: string,
  { point, fromMs, toMs, max }: { point: string; fromMs: number; toMs: number; max: number },
  signal?: AbortSignal,
) => {
  const asked = { point, from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), max: String(max) }
  return client.get<ReadingsView>(pathOf(id, `/readings?${new URLSearchParams(asked)}`), signal)
}

/** Newest first. */
export const listCommands = (client: Client, id: string, limit: number, signal?: AbortSignal) =>
  client.get<Page<CommandView>>(pathOf(id, `/commands?limit=${limit}`), signal)

/** Newest first. */
export const listTicketsOfDevice = (client: Client, device: string, limit: number, signal?: AbortSignal) =>
  client.get<Page<TicketView>>(`tickets?${new URLSearchParams({ device, limit: String(limit) })}`, signal)

export const readHeat = (client: Client, hours: number, signal?: AbortSignal) =>
  client.get<HeatView>(`reports/device-heat?hours=${hours}`, signal)
