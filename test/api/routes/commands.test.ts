import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiTest, startApi } from '../../support/api-client.ts'

interface Command {
  id: string
  device: string
  command: string
  state: string
  attempts: number
  reply: string | null
  requestedBy: string | null
  createdAt: string
  expiresAt: string
}

let api: ApiTest
beforeAll(async () => {
  api = await startApi()
  await api.post('/sites', { id: 'north', name: '北区' })
  await api.device('valve-1', 'valve')
  await api.device('valve-north', 'valve', 'north')
  await api.device('lift-1', 'elevator')
  await api.device('meter-1', 'power_meter')
})
afterAll(() => api.end())

const tell = (device: string, body: object, token?: string) =>
  api.post<Command>(`/devices/${device}/commands`, body, token)
const reply = (device: string, body: object) =>
  api.service.receive({
    topic: `shifen/default/${device}/command/reply`,
    payload: Buffer.from(JSON.stringify(body)),
    device,
    site: 'default',
    will: false,
  })

describe('commands over the API', () => {
  it('are accepted, tracked until their reply, and listed newest first in pages', async () => {
    const first = await tell('valve-1', { command: 'open', args: { percent: 40 }, expiresAfterMs: 3_600_000 })
    expect([first.status, first.body]).toMatchObject([
      202,
      {
        device: 'valve-1',
        site: 'default',
        command: 'open',
        args: { percent: 40 },
        state: 'sent',
        attempts: 1,
        reply: null,
        requestedBy: 'admin',
        ticket: null,
      },
    ])
    expect(Date.parse(first.body.expiresAt) - Date.parse(first.body.createdAt)).toBe(3_600_000)
    await reply('valve-1', { id: first.body.id, ok: true })
    const one = await api.get<Command>(`/devices/valve-1/commands/${first.body.id}`)
    expect([one.status, one.body.state]).toEqual([200, 'done'])
    const second = await tell('valve-1', { command: 'close' })
    const page = await api.get<{ items: Command[]; next: string }>('/devices/valve-1/commands?limit=1')
    expect(page.body.items.map(({ id }) => id)).toEqual([second.body.id])
    const rest = await api.get<{ items: Command[]; next: null }>(`/devices/valve-1/commands?cursor=${page.body.next}`)
    expect([rest.body.items.map(({ id }) => id), rest.body.next]).toEqual([[first.body.id], null])
  })

  it('of one Idempotency-Key are one', async () => {
    const ask = { body: { command: 'read' }, headers: { 'idempotency-key': 'read-once' } }
    const answers = [
      await api.ask('POST', '/devices/meter-1/commands', ask),
      await api.ask('POST', '/devices/meter-1/commands', ask),
    ]
    expect(answers.map(({ status }) => status)).toEqual([202, 202])
    expect(answers[1]!.body).toEqual(answers[0]!.body)
    expect((await api.get<{ items: [] }>('/devices/meter-1/commands')).body.items).toHaveLength(1)
  })

  it.each([
    ['lift-1', { command: 'open' }, 409, 'a device of the kind elevator accepts no commands'],
    ['meter-1', { command: 'close' }, 409, 'a device of the kind power_meter accepts read, not close'],
    ['valve-1', { command: 'close', args: { note: 'x'.repeat(2_000) } }, 422, '1024 bytes'],
    ['valve-1', { command: 'close', expiresAfterMs: 999 }, 422, 'expiresAfterMs'],
    ['valve-1', { command: 'close', expiresAfterMs: 86_400_001 }, 422, 'expiresAfterMs'],
    ['valve-1', { command: 'Close it!' }, 422, 'command'],
    ['valve-1', { command: 'close', who: 'me' }, 422, 'who'],
    ['valve-1', {}, 422, 'command'],
    ['nothing', { command: 'close' }, 404, 'nothing'],
  ])('to %s %j are refused with %i', async (device, body, status, words) => {
    const answer = await tell(device, body)
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(words)])
  })

  it('need a role: engineers all, a dispatcher closes valves, others none', async () => {
    const status = async (role: 'engineer' | 'dispatcher' | 'responder' | 'viewer', device: string, command: string) =>
      (await tell(device, { command }, await api.token(role))).status
    expect(await status('engineer', 'valve-1', 'open')).toBe(202)
    expect(await status('engineer', 'meter-1', 'read')).toBe(202)
    expect(await status('dispatcher', 'valve-1', 'close')).toBe(202)
    expect(await status('dispatcher', 'valve-1', 'open')).toBe(403)
    expect(await status('dispatcher', 'meter-1', 'read')).toBe(403)
    expect(await status('responder', 'valve-1', 'close')).toBe(403)
    expect(await status('viewer', 'valve-1', 'close')).toBe(403)
    expect((await api.get('/devices/valve-1/commands', await api.token('viewer'))).status).toBe(200)
    expect((await api.get('/devices/valve-1/commands', null)).status).toBe(401)
  })

  it('of a device of another site are not there', async () => {
    const token = await api.token('engineer', ['north'])
    const { body } = await tell('valve-1', { command: 'close' })
    expect((await tell('valve-1', { command: 'close' }, token)).status).toBe(404)
    expect((await api.get('/devices/valve-1/commands', token)).status).toBe(404)
    expect((await api.get(`/devices/valve-1/commands/${body.id}`, token)).status).toBe(404)
    expect((await api.get(`/devices/valve-north/commands/${body.id}`, token)).status).toBe(404)
    expect((await tell('valve-north', { command: 'close' }, token)).status).toBe(202)
  })

  it('of a leak are on its ticket', async () => {
    await api.device('leak-1', 'water_leak', 'default', { zone: 'B2', location: 'B2 pump room' })
    await api.device('valve-b2', 'valve', 'default', { zone: 'B2', name: 'B2 总阀' })
    await api.publish('leak-1', 'event', { event: 'water.leak', active: true })
    const { body } = await api.get<{ items: { id: string }[] }>('/tickets?device=leak-1')
    const { id } = body.items[0]!
    const ticket = () => api.get<{ commands: Command[]; history: { action: string; note: string }[] }>(`/tickets/${id}`)
    const [command] = (await ticket()).body.commands
    expect(command).toMatchObject({ device: 'valve-b2', deviceName: 'B2 总阀', command: 'close', state: 'sent' })
    await reply('valve-b2', { id: command!.id, ok: true })
    const after = (await ticket()).body
    expect(after.commands).toMatchObject([{ state: 'done' }])
    expect(after.history.filter(({ action }) => action === 'command').map(({ note }) => note)).toEqual([
      'valve-b2 close: sent',
      'valve-b2 close: done',
    ])
  })

  it('that nobody answers expire', async () => {
    const { body } = await tell('valve-1', { command: 'close', expiresAfterMs: 5_000 })
    api.clock.advance(5_000)
    await api.service.tick()
    const { body: after } = await api.get<Command>(`/devices/valve-1/commands/${body.id}`)
    expect(after).toMatchObject({ state: 'expired', reply: 'no answer in time' })
  })

  it('are named by the rule that sends them', async () => {
    const { body } = await api.get('/rules/water_leak.wet')
    expect(body).toMatchObject({ command: { kind: 'valve', name: 'close', scope: 'zone' } })
  })
})
