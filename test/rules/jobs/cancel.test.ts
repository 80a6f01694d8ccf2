import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Principal, Ticket } from '../../../rules/model.ts'
import { ADMIN, EngineBench, HOUR, MINUTE, SECOND_PERSON } from '../../support/engine.ts'
import { lines, report } from '../../support/residents.ts'

const LI: Principal = { id: 'token-1', name: 'Li Na', role: 'dispatcher', sites: null }

let bench: EngineBench
let ticket: Ticket
beforeEach(async () => {
  bench = await EngineBench.open()
  await bench.leak()
  ticket = await bench.ticket()
})
afterEach(() => bench.close())

const cancel = async (by: Principal, note?: string, id = ticket.id) =>
  (await bench.command({ type: 'act_on_ticket', ticket: id, action: 'cancel', note }, by)).ticket!
const written = () => lines(bench, ticket.id, 'cancel_asked', 'cancel')

describe('an emergency', () => {
  it('is cancelled by two persons, and history names both', async () => {
    const asked = await cancel(LI, 'a false alarm')
    expect(asked).toMatchObject({ state: ticket.state, closedAt: null, clocks: ticket.clocks })
    expect(asked.job.cancelAsked).toMatchObject({ by: 'Li Na', note: 'a false alarm' })
    expect(await cancel(SECOND_PERSON)).toMatchObject({ state: 'cancelled', job: { cancelAsked: null } })
    expect(await written()).toEqual(['Li Na cancel_asked: a false alarm', 'Sun cancel: Li Na: a false alarm; Sun'])
    expect(await bench.alarm()).toMatchObject({ state: 'unacked' })
  })

  it('is cancelled with a reason, and the second may add his', async () => {
    for (const note of [undefined, ' ']) await expect(cancel(LI, note)).rejects.toMatchObject({ code: 'invalid' })
    await cancel(LI, 'dry')
    await cancel(SECOND_PERSON, 'I looked')
    expect((await written()).at(-1)).toBe('Sun cancel: Li Na: dry; Sun: I looked')
  })

  it('is not cancelled by the same person, nor by his other login', async () => {
    await cancel(LI, 'dry')
    for (const again of [LI, { ...LI, id: 'session-9' }, { ...LI, id: 'x', name: ' li  NA' }, { ...LI, name: 'Wu' }]) {
      const refused = expect(cancel(again, 'really')).rejects
      await refused.toMatchObject({ code: 'conflict', message: expect.stringContaining('second person') as string })
    }
    expect((await bench.ticket()).state).toBe(ticket.state)
  })

  it('goes on meanwhile: its clocks run out, and somebody may be sent', async () => {
    await cancel(LI, 'dry')
    await bench.pass(10 * MINUTE + 1)
    const { clocks } = await bench.ticket()
    expect(clocks.find(({ milestone }) => milestone === 'arrive')?.state).toBe('breached')
    await bench.act(ticket.id, 'assign')
    expect((await bench.ticket()).job.cancelAsked).not.toBeNull()
  })

  it('may be confirmed for 60 minutes, and is asked for anew after that', async () => {
    await cancel(LI, 'dry')
    await bench.pass(HOUR + 1)
    expect(await cancel(SECOND_PERSON, 'dry indeed')).toMatchObject({ state: ticket.state })
    await bench.pass(HOUR)
    expect(await cancel(LI)).toMatchObject({ state: 'cancelled' })
  })

  it('where somebody has arrived since is asked for anew', async () => {
    await bench.walk(ticket.id, 'depart')
    await cancel(LI, 'dry')
    await bench.pass(MINUTE)
    await bench.act(ticket.id, 'arrive')
    expect(await cancel(SECOND_PERSON, 'dry')).toMatchObject({ state: 'on_site' })
    expect(await cancel(ADMIN)).toMatchObject({ state: 'cancelled' })
  })

  it('that is over is refused as before', async () => {
    await bench.walk(ticket.id, 'complete')
    await expect(cancel(LI, 'dry')).rejects.toThrow('cancel is not allowed while the ticket is completed')
  })
})

it('a named emergency is one however urgent it was reported (D19)', async () => {
  const { id } = await report(bench, { priority: 'medium', problems: ['water.burst'] })
  expect(await cancel(LI, 'a false alarm', id)).toMatchObject({ state: 'pending_dispatch' })
  expect(await cancel(SECOND_PERSON, undefined, id)).toMatchObject({ state: 'cancelled' })
})

it('anything else is cancelled at once, by one', async () => {
  const { id } = await report(bench, { priority: 'high' })
  expect(await cancel(LI, 'a duplicate', id)).toMatchObject({ state: 'cancelled' })
  expect(await lines(bench, id, 'cancel')).toEqual(['Li Na cancel: a duplicate'])
})
