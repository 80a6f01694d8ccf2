import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { loadConfig } from '../../api/config.ts'
import { createService, NOWHERE, type Service } from '../../api/service.ts'
import { systemClock } from '../../rules/clock.ts'
import type { Role } from '../../rules/model.ts'
import { createPanel, type Panel } from '../../simulators/panel.ts'
import { seededRandom } from '../../simulators/random.ts'
import { readAll } from '../../simulators/reading/read-all.ts'
import type { Scenario } from '../../simulators/scenario.ts'
import { playLive } from '../../simulators/simulate.ts'
import { startApi } from '../support/api-client.ts'
import { ADMIN_TOKEN, serviceEnvironment, temporaryFolder } from '../support/process.ts'

interface Standing {
  id: string
  offer: string
  device: string
  deviceName: string
  at: string
  until: string
  detail?: string
}
interface Seen {
  device: string | null
  rule?: string
  state: string
}

const SPEED = 20
const WITHIN = { timeout: 30_000, interval: 50 }

/** The demo's building and crew, in which nothing happens by itself. */
const quiet = (): Scenario => ({ ...readAll(['demo'], {}).scenarios[0]!, timeline: [], expect: [], lastsMs: Infinity })

describe('the panel of a simulated building', { timeout: 90_000 }, () => {
  const folder = temporaryFolder()
  const ending = new AbortController()
  let service: Service
  let panel: Panel
  let playing: Promise<unknown>
  let blackout: Standing | null = null

  async function ask<T>(method: string, path: string, token = ADMIN_TOKEN, headers: Record<string, string> = {}) {
    const request = new Request(`http://localhost/api/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
    })
    const response = await service.fetch(request)
    return { status: response.status, body: (await response.json()) as T }
  }
  const press = (offer: string, key?: string) =>
    ask<Standing>('POST', `simulation/${offer}`, ADMIN_TOKEN, key === undefined ? {} : { 'idempotency-key': key })
  const standing = async () => (await ask<{ standing: Standing[] }>('GET', 'simulation')).body.standing
  const seen = async (list: 'tickets' | 'alarms', device: string) =>
    (await ask<{ items: Seen[] }>('GET', `${list}?device=${device}`)).body.items
  async function token(role: Role): Promise<string> {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ name: role, role })
    const made = await service.fetch(new Request('http://localhost/api/v1/tokens', { method: 'POST', headers, body }))
    return ((await made.json()) as { token: string }).token
  }

  beforeAll(async () => {
    const clock = systemClock()
    const config = loadConfig(null, serviceEnvironment(folder.path))
    const random = seededRandom('panel')
    const scenario = quiet()
    panel = createPanel({ scenario, clock, speed: SPEED, random })
    const { simulation } = panel
    const logger = pino({ level: 'silent' })
    service = createService({ config, clock, outgoing: NOWHERE, logger, simulation })
    await service.start()
  })
  afterAll(async () => {
    ending.abort()
    await playing
    await service.stop()
    folder.remove()
  })

  it('waits for the building, and is for who works in it', async () => {
    expect((await press('leak')).status).toBe(503)
    const { http, mqtt } = service.addresses()
    playing = playLive({
      ...{ scenario: quiet(), seed: 'panel', signal: ending.signal, onHand: panel.onHand },
      target: { mqttUrl: mqtt!, httpUrl: http, token: ADMIN_TOKEN, speed: SPEED, onStumble: () => undefined },
    })
    for (const role of ['viewer', 'responder'] as const) {
      const theirs = await token(role)
      expect((await ask('POST', 'simulation/leak', theirs)).status).toBe(403)
      expect((await ask('GET', 'simulation', theirs)).status).toBe(200)
    }
    expect((await ask('GET', 'simulation', 'nobody')).status).toBe(401)
    expect((await press('fire')).status).toBe(422)
    const { body } = await ask<{ title: object; offers: { id: string }[]; standing: [] }>('GET', 'simulation')
    expect(body).toMatchObject({ title: { zh: '滨江花园' }, standing: [] })
    expect(body.offers.map(({ id }) => id)).toEqual(['leak', 'entrapment', 'blackout'])
  })

  it('makes a leak an alarm and a ticket within seconds, once for one key', async () => {
    // The building is there as soon as it is provisioned.
    const made = await vi.waitFor(async () => {
      const answer = await press('leak', 'one')
      expect(answer.status).toBe(201)
      return answer.body
    }, WITHIN)
    expect(made).toMatchObject({ offer: 'leak', deviceName: expect.stringMatching(/漏水传感器/) as string })
    expect(Date.parse(made.until) - Date.parse(made.at)).toBe((40 * 60_000) / SPEED)
    expect(await press('leak', 'one')).toEqual({ status: 201, body: made })
    expect((await press('entrapment', 'one')).status).toBe(409)
    expect(await standing()).toEqual([made])
    await vi.waitFor(async () => {
      expect(await seen('alarms', made.device)).toMatchObject([{ rule: 'water_leak.wet' }])
      expect(await seen('tickets', made.device)).toHaveLength(1)
    }, WITHIN)
  })

  it('makes an entrapment a ticket of a lift', async () => {
    const { body } = await press('entrapment')
    await vi.waitFor(async () => {
      const rules = (await seen('alarms', body.device)).map(({ rule }) => rule)
      expect(rules).toContain('elevator.alarm_button')
      expect((await seen('tickets', body.device)).length).toBeGreaterThan(0)
    }, WITHIN)
  })

  it('makes a building without power one ticket, whatever hangs on it', async () => {
    const { body } = await press('blackout')
    blackout = body
    const { building } = quiet().devices.find(({ id }) => id === body.device)!
    await vi.waitFor(async () => {
      const { items } = (await ask<{ items: Seen[] }>('GET', 'alarms?limit=500')).body
      const lost = items.filter(({ rule }) => rule === 'elevator.power_loss').map(({ device }) => device)
      const lifts = quiet().devices.filter((each) => each.building === building && each.kind === 'elevator')
      expect(lost.sort()).toEqual(lifts.map(({ id }) => id).sort())
      const { items: tickets } = (await ask<{ items: Seen[] }>('GET', 'tickets?category=power')).body
      expect(tickets).toMatchObject([{ device: body.device }])
    }, WITHIN)
  })

  it('lets five stand at once, each at a device of its own, until somebody has repaired it', async () => {
    for (let more = (await standing()).length; more < 5; more++) expect((await press('leak')).status).toBe(201)
    const before = await standing()
    expect(new Set(before.map(({ device }) => device)).size).toBe(5)
    const refused = await press('leak', 'later')
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining('5 at once are enough')])
    await vi.waitFor(
      async () => {
        const now = await standing()
        expect(now.length).toBeLessThan(5)
        expect(now.map(({ offer }) => offer)).not.toContain('blackout')
      },
      { timeout: 80_000, interval: 200 },
    )
    expect(Date.parse(blackout!.until), 'it would still stand').toBeGreaterThan(Date.now())
    // What was refused may be asked again with its key.
    expect((await press('leak', 'later')).status).toBe(201)
  })
})

it('does not exist where nothing is simulated', async () => {
  const api = await startApi()
  expect((await api.get('/simulation')).status).toBe(404)
  expect((await api.post('/simulation/leak')).status).toBe(404)
  await api.end()
})
