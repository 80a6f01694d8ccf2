import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CONSENTS_MAX } from '../../../rules/jobs/consents.ts'
import { ADMIN, EngineBench, START } from '../../support/engine.ts'
import { act, byResponder, report, walkTo } from '../../support/jobs.ts'
import { responder, savePlan } from '../../support/people.ts'

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
  await savePlan(bench, 'responder', responder('jing', { roles: ['engineering_manager'] }))
  await savePlan(bench, 'responder', responder('zhu', { roles: ['supervisor'] }))
})
afterEach(() => bench.close())

const ask = async (ticket: string, what = '拆墙') =>
  (await bench.command({ type: 'ask_consent', ticket, what }, byResponder('Li'))).id!
const decide = (ticket: string, consent: string, by = byResponder('jing'), verdict: 'given' | 'refused' = 'given') =>
  bench.command({ type: 'decide_consent', ticket, consent, verdict, note: '' }, by)

describe("D19: work beyond the rules needs the department head's consent", () => {
  it('is not completed while it is undecided; given or refused, it is decided once', async () => {
    const { id } = await report(bench)
    await walkTo(bench, id, 'arrive')
    const consent = await ask(id)
    await expect(act(bench, id, 'complete')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('"拆墙" is not decided yet') as string,
    })
    await expect(decide(id, consent, byResponder('zhu'))).rejects.toMatchObject({ code: 'forbidden' })
    await decide(id, consent)
    expect((await bench.ticket(id)).job.consents).toMatchObject([{ state: 'given', by: 'jing', at: START }])
    await expect(decide(id, consent, ADMIN, 'refused')).rejects.toMatchObject({ code: 'conflict' })
    await decide(id, await ask(id), ADMIN, 'refused')
    expect((await act(bench, id, 'complete')).state).toBe('completed')
    await expect(ask(id)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('does not hold up an emergency', async () => {
    const { id } = await report(bench, { priority: 'critical' })
    await walkTo(bench, id, 'arrive')
    await ask(id)
    expect((await act(bench, id, 'complete')).state).toBe('completed')
  })

  it('is asked by whoever has the job, so many times at most, and does not exist elsewhere', async () => {
    const { id } = await report(bench)
    await expect(ask(id)).rejects.toMatchObject({ code: 'forbidden' })
    await walkTo(bench, id, 'accept')
    for (let count = 0; count < CONSENTS_MAX; count++) await ask(id)
    await expect(ask(id)).rejects.toMatchObject({ code: 'conflict' })
    await expect(decide(id, 'none')).rejects.toMatchObject({ code: 'not_found' })
  })
})
