import pino from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { loadConfig } from '../../api/config.ts'
import { createService, type Service } from '../../api/service.ts'
import { manualClock } from '../../rules/clock.ts'
import { START_MS } from '../support/api-client.ts'
import { EngineBench } from '../support/engine.ts'
import { ADMIN_TOKEN, serviceEnvironment, temporaryFolder } from '../support/process.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => folder.remove())

const start = async (adminToken: string): Promise<Service> => {
  const environment = { ...serviceEnvironment(folder.path), SHIFEN_ADMIN_TOKEN: adminToken }
  const logger = pino({ level: 'silent' })
  const service = createService({ config: loadConfig(null, environment), clock: manualClock(START_MS), logger })
  await service.start()
  return service
}
const ask = (service: Service, headers: Record<string, string>, init: RequestInit = {}) =>
  service.fetch(new Request('http://localhost/api/v1/session', { ...init, headers }))

const OLD = 'the-old-admin-token'
const NEW = 'the-new-admin-token'

describe('the configured admin token', () => {
  it('takes the place of the one before', async () => {
    await (await start(OLD)).stop()
    const service = await start(NEW)
    const status = async (token: string) => (await ask(service, { authorization: `Bearer ${token}` })).status
    expect([await status(OLD), await status(NEW)]).toEqual([401, 200])
    await service.stop()
  })

  it('ends the sessions that were begun with the one before', async () => {
    const first = await start(OLD)
    const body = JSON.stringify({ token: OLD })
    const login = await ask(first, { 'content-type': 'application/json' }, { method: 'POST', body })
    const cookie = login.headers.get('set-cookie')!.split(';')[0]!
    expect((await ask(first, { cookie })).status).toBe(200)
    await first.stop()
    const second = await start(NEW)
    const { status } = await ask(second, { cookie })
    await second.stop()
    expect(status).toBe(401)
  })
})

describe('a start', () => {
  it('sends what was queued before it, though nobody ticks', async () => {
    const bench = await EngineBench.open()
    await bench.leak()
    const { id } = await bench.ticket()
    await bench.stop()
    const config = loadConfig(null, serviceEnvironment(bench.folder))
    const service = createService({ config, clock: bench.clock, logger: pino({ level: 'silent' }) })
    await service.start()
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` }
    const url = `http://localhost/api/v1/tickets/${id}/notices`
    const seesItSent = async () => {
      const { items } = (await (await service.fetch(new Request(url, { headers }))).json()) as { items: unknown[] }
      expect(items).toEqual([expect.objectContaining({ kind: 'ticket.opened', state: 'sent' })])
    }
    await vi.waitFor(seesItSent, { timeout: 10_000 })
    await service.stop()
    await bench.close()
  })
})

it('tells whoever follows what a start catches up on', async () => {
  const config = loadConfig(null, { ...serviceEnvironment(folder.path), SHIFEN_ADMIN_TOKEN: NEW })
  const clock = manualClock(START_MS)
  const created = () => createService({ config, clock, logger: pino({ level: 'silent' }) })
  const before = created()
  await before.start()
  const body = JSON.stringify({ site: 'default', category: 'other', title: '漏水' })
  const headers = { authorization: `Bearer ${NEW}`, 'content-type': 'application/json' }
  await before.fetch(new Request('http://localhost/api/v1/tickets', { method: 'POST', headers, body }))
  await before.stop()

  clock.advance(11 * 60_000)
  const after = created()
  const states: string[] = []
  const unfollow = after.follow((told) => {
    if (told.event === 'ticket')
      states.push(...told.ticket.clocks.map(({ milestone, state }) => `${milestone} ${state}`))
  })
  await after.start()
  expect(states).toContain('arrive breached')
  unfollow()
  await after.stop()
})
