import type { Client } from './client.ts'
import type { Titles } from './types.ts'

/** What the demo's simulated building can be made to do. */
export interface SimulationView {
  title: Titles
  offers: readonly { id: string; titles: Titles }[]
  standing: readonly StandingView[]
}

export interface StandingView {
  id: string
  offer: string
  device: string
  deviceName: string
  at: string
  until: string
}

/** 404 where nothing is simulated. */
export const readSimulation = (client: Client, signal?: AbortSignal) => client.get<SimulationView>('simulation', signal)

export const inject = (client: Client, offer: string, idempotencyKey: string) =>
  client.send<StandingView>('POST', `simulation/${encodeURIComponent(offer)}`, undefined, { idempotencyKey })
