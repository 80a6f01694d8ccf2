import type { z } from '@hono/zod-openapi'
import type { simulationSchema, standingSchema } from '../../../routes/simulation.ts'
import type { Client } from './client.ts'

/** What the demo's simulated building can be made to do, and what was and still stands. */
export type SimulationView = z.infer<typeof simulationSchema>
export type StandingView = z.infer<typeof standingSchema>

/** 404 where nothing is simulated. */
export const readSimulation = (client: Client, signal?: AbortSignal) => client.get<SimulationView>('simulation', signal)

export const beginOffer = (client: Client, offer: string, idempotencyKey: string) =>
  client.send<StandingView>('POST', `simulation/${encodeURIComponent(offer)}`, undefined, { idempotencyKey })
