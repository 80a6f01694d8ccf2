import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TicketView } from '../../../api/web/src/api/types.ts'
import { type ApiTest, START_MS, startApi } from '../../support/api-client.ts'
import { EngineBench } from '../../support/engine.ts'
import { onDutyAlways, responder } from '../../support/people.ts'

type Job = TicketView & { called: { at: string; reason: string } | null }

let bench: EngineBench
let api: ApiTest
let tokens: Record<'wei' | 'b' | 'far', string>

beforeAll(async () => {
  bench = await EngineBench.open()
  await bench.command({ type: 'create_site', site: { id: 'north', name: 'North', timezone: 'UTC' } })
  await onDutyAlways(bench, responder('li-wei'), responder('b'))
  await bench.stop()
  api = await startApi({ dataDir: bench.folder })
  tokens = {
    wei: await api.token('responder', ['default'], 'li-wei'),
    b: await api.token('responder', ['default'], 'b'),
    far: await api.token('responder', ['north'], 'li-wei'),
  }
})
afterAll(async () => {
  await api.end()
  await bench.close()
})

const mine = async (token: string) => (await api.get<{ items: Job[] }>('/jobs/mine', token)).body.items
const mineOf = async (id: string, token: string) => (await mine(token)).find((job) => job.id === id)
const act = (id: string, action: string, body: object = {}, token?: string) =>
  api.post<TicketView>(`/tickets/${id}/${action}`, body, token)

let leaks = 0
/** A leak that Li Wei was sent to first, whoever the house would have sent. */
async function leakOfWei(): Promise<string> {
  const { id, assignee } = await api.leak(`leak-of-wei-${++leaks}`)
  if (assignee !== 'li-wei') await act(id, 'assign', { assignee: 'li-wei' })
  return id
}

describe('the jobs of a responder', () => {
  it('are those assigned to him, with when he was called and why', async () => {
    const id = await leakOfWei()
    const job = await mineOf(id, tokens.wei)
    expect(job).toMatchObject({
      id,
      state: 'assigned',
      assignee: 'li-wei',
      deviceName: expect.stringMatching(/\w/) as string,
    })
    expect(job!.called).toMatchObject({
      at: new Date(START_MS).toISOString(),
      reason: expect.stringMatching(/\w/) as string,
    })
    expect(job!.clocks.length).toBeGreaterThan(0)
  })

  it('include one that he was called to while nobody has accepted it, and not once somebody has', async () => {
    const id = await leakOfWei()
    await act(id, 'assign', { assignee: 'b' })
    expect(await mineOf(id, tokens.wei)).toMatchObject({
      assignee: 'b',
      called: { reason: expect.stringMatching(/\w/) as string },
    })
    await act(id, 'accept', {}, tokens.b)
    expect(await mineOf(id, tokens.wei)).toBeUndefined()
    expect(await mineOf(id, tokens.b)).toMatchObject({ state: 'accepted' })
  })

  it('leave out what he declined', async () => {
    const id = await leakOfWei()
    await act(id, 'decline', {}, tokens.wei)
    expect(await mineOf(id, tokens.wei)).toBeUndefined()
  })

  it('keep what he completed until it is signed for', async () => {
    const id = await leakOfWei()
    for (const action of ['accept', 'depart', 'arrive', 'complete']) await act(id, action, {}, tokens.wei)
    expect(await mineOf(id, tokens.wei)).toMatchObject({ state: 'completed' })
    await act(id, 'sign-off', { signature: '王女士' }, tokens.wei)
    expect(await mineOf(id, tokens.wei)).toBeUndefined()
  })

  it('are of the sites that he sees, and his own', async () => {
    const id = await leakOfWei()
    expect(await mineOf(id, tokens.far)).toBeUndefined()
    const jobs = await mine(tokens.wei)
    expect(jobs.map((job) => job.id)).toEqual(
      jobs
        .map((job) => job.id)
        .sort()
        .reverse(),
    )
  })

  it('are asked for by a responder', async () => {
    for (const role of ['viewer', 'engineer', 'dispatcher'] as const) {
      expect((await api.get('/jobs/mine', await api.token(role))).status).toBe(403)
    }
    expect((await api.get('/jobs/mine', null)).status).toBe(401)
  })

  it('lose what he completed a day ago', async () => {
    const id = await leakOfWei()
    for (const action of ['accept', 'depart', 'arrive', 'complete']) await act(id, action, {}, tokens.wei)
    api.clock.advance(86_400_000 - 1)
    expect(await mineOf(id, tokens.wei)).toMatchObject({ state: 'completed' })
    api.clock.advance(1)
    expect(await mineOf(id, tokens.wei)).toBeUndefined()
  })
})
