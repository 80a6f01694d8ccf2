import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verifyAudit } from '../../../rules/proof/verify-audit.ts'
import { historyOf } from '../../../rules/storage/tickets.ts'
import { ADMIN, EngineBench, LEAK } from '../../support/engine.ts'

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
  await bench.leak()
})
afterEach(() => bench.close())

const relocations = async (ticket: string) =>
  (await historyOf(bench.store.reader, ticket)).filter(({ action }) => action === 'relocate')

describe('what a change of a device does to its tickets', () => {
  it('tells in the history of each where it was and where it is, and who changed it', async () => {
    const { id, state } = await bench.ticket()
    await bench.command({ type: 'update_device', id: LEAK, location: '3 栋 201' })
    expect((await bench.ticket(id)).location).toBe('3 栋 201')
    const note = `default place of ${LEAK} → default 3 栋 201`
    const at = bench.clock.now()
    expect(await relocations(id)).toEqual([{ at, by: ADMIN.name, action: 'relocate', from: state, to: state, note }])
    expect((await verifyAudit(bench.store.reader)).faults).toEqual([])
  })

  it('tells of a merge in the history of each, also of one that is closed', async () => {
    const closed = (await bench.ticket()).id
    await bench.walk(closed, 'close')
    await bench.provision('leak-2', 'water_leak')
    await bench.say('leak-2', { levels: { 'water.leak': true } })
    const own = (await bench.tickets())[0]!.id
    await bench.command({ type: 'merge_device', id: LEAK, into: 'leak-2' })
    expect((await bench.ticket(closed)).device).toBe('leak-2')
    expect(await relocations(closed)).toMatchObject([{ by: ADMIN.name, to: 'closed', note: `${LEAK} → leak-2` }])
    expect(await relocations(own)).toEqual([])
    expect((await verifyAudit(bench.store.reader)).faults).toEqual([])
  })
})
