import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CONSENTS_MAX } from '../../../rules/jobs/consents.ts'
import { ADMIN, EngineBench, START } from '../../support/engine.ts'
import { act, byResponder, report, waiting, walkTo } from '../../support/jobs.ts'
import { responder, savePlan } from '../../support/people.ts'

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
  await savePlan(bench, 'responder', responder('jing', { roles: ['engineering_manager'] }))
  await savePlan(bench, 'responder', responder('zhu', { roles: ['supervisor'] }))
})
afterEach(() => bench.close())

const ask = async (ticket: string, what = '拆墙', by = 'Li') =>
  (await bench.command({ type: 'ask_consent', ticket, what }, byResponder(by))).id!
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

  it('is told to the department heads of the site when it is asked; where there are none, to whoever listens', async () => {
    const [{ id }, other] = [await report(bench), await report(bench)]
    await walkTo(bench, id, 'accept')
    await ask(id)
    expect(await waiting(bench, { id })).toMatchObject([
      { recipient: 'jing', emergency: false, body: { stepName: { zh: '请决定是否同意超范围作业：拆墙' } } },
    ])
    await savePlan(bench, 'responder', responder('jing', { roles: [] }), false)
    await walkTo(bench, other.id, 'accept')
    await ask(other.id)
    expect(await waiting(bench, other)).toMatchObject([{ channel: 'log', recipient: null }])
  })

  it('is nobody’s for his own job, also once he handed it over, unless he is the only one of the site', async () => {
    const { id } = await report(bench)
    await walkTo(bench, id, 'arrive', 'jing')
    await decide(id, await ask(id, 'alone', 'jing'))
    await savePlan(bench, 'responder', responder('zong', { roles: ['general_manager'] }))
    const consent = await ask(id, '拆墙', 'jing')
    expect((await waiting(bench, { id })).map(({ recipient }) => recipient)).toEqual(['jing', 'zong'])
    const refused = { code: 'forbidden', message: 'nobody consents to his own job; ask name of zong (zong)' }
    await expect(decide(id, consent)).rejects.toMatchObject(refused)
    await bench.command({ type: 'hand_over', ticket: id, to: 'zhu' })
    await expect(decide(id, consent)).rejects.toMatchObject(refused)
    await decide(id, consent, byResponder('zong'))
  })
})
