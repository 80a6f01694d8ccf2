import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { presets } from '../../../rules/commitments/presets/index.ts'
import type { Signer } from '../../../rules/model.ts'
import { signaturesOf } from '../../../rules/storage/signatures.ts'
import { allowedActions } from '../../../rules/tickets/machine.ts'
import { EngineBench, START } from '../../support/engine.ts'
import { act, byResponder, dispatcher, promise, report, walkTo } from '../../support/jobs.ts'
import { responder, savePlan } from '../../support/people.ts'

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
  await savePlan(bench, 'responder', responder('gong'))
  await savePlan(bench, 'responder', responder('zhu', { roles: ['supervisor'] }))
})
afterEach(() => bench.close())

const drawing = { width: 100, height: 50, strokes: [[1, 2, 3, 4]] }
const sign = (ticket: string, signer: Signer, name: string | undefined, by = dispatcher) =>
  bench.command({ type: 'sign_job', ticket, signer, name, drawing }, by)

async function completed(document: string, assignee = 'gong'): Promise<string> {
  const { acceptance } = presets.get(document)!.commitment
  await promise(bench, { acceptance: acceptance! })
  return work(assignee)
}

async function work(assignee = 'gong'): Promise<string> {
  const { id } = await report(bench)
  await walkTo(bench, id, 'arrive', assignee)
  await act(bench, id, 'complete')
  return id
}

describe('who signs that the work is accepted (验收)', () => {
  it('D10: the customer and the repairer; sign-off names who is missing', async () => {
    const id = await completed('D10')
    expect(allowedActions(await bench.ticket(id))).not.toContain('sign-off')
    await expect(act(bench, id, 'sign-off', { signature: '李女士' })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('responder') as string,
    })
    await sign(id, 'responder', undefined, byResponder('gong'))
    const { job, signature } = await act(bench, id, 'sign-off', { signature: '李女士' })
    expect(signature).toEqual({ name: '李女士', at: START })
    expect(job.signatures).toMatchObject([
      { signer: 'responder', name: 'name of gong', by: 'gong', drawn: true },
      { signer: 'customer', name: '李女士', by: 'the dispatcher', drawn: false },
    ])
    const kept = await signaturesOf(bench.store.reader, id)
    expect(kept.map((each) => [each.signer, each.drawing])).toEqual([
      ['responder', drawing],
      ['customer', null],
    ])
  })

  it.each(['D13', 'D15'])('%s: the customer', async (document) => {
    const id = await completed(document)
    await expect(act(bench, id, 'sign-off')).rejects.toMatchObject({ code: 'invalid' })
    await sign(id, 'superior', undefined, byResponder('zhu'))
    await expect(act(bench, id, 'sign-off', { note: '住户不在' })).rejects.toMatchObject({ code: 'invalid' })
    await sign(id, 'customer', '李女士', byResponder('gong'))
    expect((await act(bench, id, 'sign-off')).signature?.name).toBe('李女士')
  })

  it("D8: the customer, or the repairer's superior where he cannot, who says why", async () => {
    const id = await completed('D8')
    await sign(id, 'superior', undefined, byResponder('zhu'))
    await expect(act(bench, id, 'sign-off')).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('`note`') as string,
    })
    expect((await act(bench, id, 'sign-off', { note: '住户出差' })).signature?.name).toBe('name of zhu')
    const other = await work()
    expect((await act(bench, other, 'sign-off', { signature: '李女士' })).signature?.name).toBe('李女士')
  })
})

describe('a signature', () => {
  it('of a responder is his own, as a superior only where he is one and of another’s work', async () => {
    const id = await completed('D10', 'zhu')
    const refused = { code: 'forbidden' }
    await expect(sign(id, 'responder', 'name of gong', byResponder('zhu'))).rejects.toMatchObject(refused)
    await expect(sign(id, 'responder', undefined, byResponder('gong'))).rejects.toMatchObject(refused)
    await expect(sign(id, 'customer', '李女士', byResponder('gong'))).rejects.toMatchObject(refused)
    await expect(sign(id, 'superior', undefined, byResponder('zhu'))).rejects.toMatchObject(refused)
    await expect(sign(id, 'superior', undefined, byResponder('gong'))).rejects.toMatchObject(refused)
    await sign(id, 'responder', 'name of zhu', byResponder('zhu'))
  })

  it('is given to completed work, with a name, ten times at most', async () => {
    await expect(sign((await report(bench)).id, 'customer', 'a')).rejects.toMatchObject({ code: 'conflict' })
    const id = await work()
    await expect(sign(id, 'customer', undefined)).rejects.toMatchObject({ code: 'invalid' })
    for (let count = 0; count < 10; count++) await sign(id, 'customer', `customer ${count}`)
    await expect(sign(id, 'customer', 'one more')).rejects.toMatchObject({ code: 'conflict' })
    expect((await act(bench, id, 'sign-off')).signature?.name).toBe('customer 9')
  })
})
