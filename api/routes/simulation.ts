import { createRoute, z } from '@hono/zod-openapi'
import type { Engine } from '../../rules/engine.ts'
import { Refusal } from '../../rules/model.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { iso } from '../iso.ts'
import { type Offer, OFFERS, type Simulation, type Standing } from '../simulation.ts'
import { idempotency, json, problems, time } from './schemas.ts'

const tags = ['simulation']
/** So many keys are remembered; what is asked again, is asked again at once. */
const KEYS_MAX = 200

const titles = z.object({ zh: z.string(), en: z.string() })
const offer = z.enum(OFFERS)
export const standingSchema = z
  .object({
    id: z.string(),
    offer,
    device: z.string().openapi({ description: 'of a blackout the meter of its building' }),
    deviceName: z.string(),
    at: time,
    until: time.openapi({ description: 'it passes by itself then; earlier where somebody repairs it' }),
  })
  .openapi('Standing')

export const simulationSchema = z.object({
  title: titles,
  offers: z.array(z.object({ id: offer, titles })),
  standing: z.array(standingSchema),
})

const read = createRoute({
  method: 'get',
  path: '/simulation',
  tags,
  summary: 'What can be made to happen in the simulated building, and what was and still stands',
  description: 'Only where the service runs with one, as in the demo.',
  responses: {
    200: json(simulationSchema, 'the simulation'),
    ...problems(401),
  },
})

const begin = createRoute({
  method: 'post',
  path: '/simulation/{offer}',
  tags,
  summary: 'Lets something happen at a device that is well, by chance',
  middleware: [allow('engineer', 'dispatcher')] as const,
  request: { headers: idempotency, params: z.object({ offer }) },
  responses: { 201: json(standingSchema, 'what stands now'), ...problems(401, 403, 409, 422, 503) },
})

export function simulationRoutes(api: Api, engine: Engine, simulation: Simulation): void {
  const once = new Map<string, { offer: Offer; begun: Promise<Standing> }>()

  const view = ({ at, until, ...rest }: Standing): z.infer<typeof standingSchema> => {
    const deviceName = engine.device(rest.device)?.device.name ?? rest.device
    return { ...rest, deviceName, at: iso(at), until: iso(until) }
  }

  /** What was refused may be asked again with the same key. */
  function beginOnce(key: string, offer: Offer): Promise<Standing> {
    const known = once.get(key)
    if (known !== undefined && known.offer !== offer) {
      throw new Refusal('conflict', `this Idempotency-Key was used for ${known.offer}; use another one`, 'key_reused')
    }
    if (known !== undefined) return known.begun
    const begun = simulation.begin(offer)
    begun.catch(() => once.delete(key))
    once.set(key, { offer, begun })
    if (once.size > KEYS_MAX) once.delete(once.keys().next().value!)
    return begun
  }

  api.openapi(read, (c) => {
    const { title, offers } = simulation
    return c.json({ title, offers: [...offers], standing: simulation.standing().map(view) }, 200)
  })

  api.openapi(begin, async (c) => {
    const { offer } = c.req.valid('param')
    const key = c.req.valid('header')['idempotency-key']
    const begun = key === undefined ? simulation.begin(offer) : beginOnce(`${c.get('principal').id} ${key}`, offer)
    return c.json(view(await begun), 201)
  })
}
