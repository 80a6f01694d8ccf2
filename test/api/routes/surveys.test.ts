import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ticket } from '../../../rules/model.ts'
import { type ApiTest, startApi } from '../../support/api-client.ts'
import { EngineBench, HOUR } from '../../support/engine.ts'
import { reportedJob } from '../../support/filled-site.ts'

interface SurveyView {
  id: string
  open: boolean
  questions: { zh: string; en: string }[]
}
interface Links {
  items: { household: string | null; ticket: string | null; link: string }[]
  general: string | null
}

const DAY = 24 * HOUR
const HOSTILE = '<b onclick=x>\u202E'
let bench: EngineBench
let api: ApiTest
let job: Ticket
let unanswered: Ticket
let tokens: Record<'desk' | 'viewer' | 'outsider', string>
let periodic: SurveyView
let completion: SurveyView

beforeAll(async () => {
  bench = await EngineBench.open()
  await bench.command({ type: 'create_site', site: { id: 'north', name: 'North', timezone: 'UTC' } })
  job = await reportedJob(bench)
  unanswered = await reportedJob(bench)
  await bench.stop()
  api = await startApi({ dataDir: bench.folder, publicUrl: 'https://shifen.example' })
  tokens = {
    desk: await api.token('dispatcher', ['default']),
    viewer: await api.token('viewer', ['default']),
    outsider: await api.token('dispatcher', ['north']),
  }
  const open = async (body: object) => (await api.post<SurveyView>('/surveys', { site: 'default', ...body })).body
  const title = { zh: HOSTILE, en: 'Half a year' }
  const questions = [
    { zh: '保洁', en: HOSTILE },
    { zh: '安保', en: 'Guards' },
  ]
  periodic = await open({ kind: 'periodic', title, questions })
  completion = await open({ kind: 'completion' })
})
afterAll(async () => {
  await api.end()
  await bench.close()
})

const pathOf = (link: string) => {
  expect(link).toMatch(/^https:\/\/shifen\.example\/survey\//)
  return `root:${new URL(link).pathname}`
}
const linksOf = async (survey: SurveyView, body: object) =>
  (await api.post<Links>(`/surveys/${survey.id}/links`, body, tokens.desk)).body
const look = (path: string) => api.ask('GET', path, { token: null })
const send = (path: string, form: Record<string, string>) =>
  api.ask('POST', path, {
    ...{ token: null, raw: new URLSearchParams(form).toString() },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
const answersOf = async (survey: SurveyView) =>
  (await api.get<{ items: object[] }>(`/surveys/${survey.id}/answers`, tokens.desk)).body.items

describe('surveys over the API', () => {
  it('ask what they are given, else how punctual, polite and good it was (D1, D3, D4, D5, D9, D12, D15)', () => {
    expect(periodic.questions).toHaveLength(2)
    expect(completion.questions.map(({ zh }) => zh)).toEqual([
      ...['服务是否及时', '服务态度', '服务（维修）质量', '总体满意程度'],
    ])
  })

  it('take what was answered by telephone, at the door or by intercom, once', async () => {
    const answer = { household: '9-0101', grades: [5, 2], way: 'intercom', reason: '电梯慢' }
    const path = `/surveys/${periodic.id}/answers`
    expect(await api.post(path, answer, tokens.desk)).toMatchObject({ status: 201, body: { way: 'intercom' } })
    const { items } = (await api.get<{ items: object[] }>(`/audit?subject=${periodic.id}&limit=1`)).body
    expect(items).toMatchObject([{ action: 'answer_survey', detail: { household: '9-0101', grades: [5, 2] } }])
    expect((await api.post(path, answer, tokens.desk)).status).toBe(409)
    const wrong = [{ grades: [6, 1] }, { grades: [0, 1] }, { grades: [4.5, 1] }, { grades: [5] }, { way: 'online' }]
    for (const each of wrong) {
      expect((await api.post(path, { ...answer, household: '9', ...each }, tokens.desk)).status).toBe(422)
    }
    const key = { 'idempotency-key': 'once' }
    const again = { body: { ...answer, household: '9-0102' }, token: tokens.desk, headers: key }
    const [first, second] = [await api.ask('POST', path, again), await api.ask('POST', path, again)]
    expect(second.body).toEqual(first.body)
  })

  it('show their figures with how they are made', async () => {
    const { body } = await api.get<{ responses: number }>(`/surveys/${periodic.id}/result`, tokens.viewer)
    expect(body).toMatchObject({
      responses: 2,
      questions: [
        { mean: 5, satisfied: 1 },
        { mean: 2, satisfied: 0, distribution: { '2': 2 } },
      ],
      definition: { zh: expect.stringContaining('满意率') as string, en: expect.stringContaining('mean') as string },
    })
  })

  it('have their roles and their site', async () => {
    const path = `/surveys/${periodic.id}`
    expect((await api.get(path, tokens.outsider)).status).toBe(404)
    expect((await api.get('/surveys', tokens.outsider)).body).toMatchObject({ items: [] })
    for (const action of ['close', 'answers', 'links']) {
      const body = action === 'answers' ? { household: '1', grades: [5, 5], way: 'visit' } : {}
      expect((await api.post(`${path}/${action}`, body, tokens.outsider)).status).toBe(404)
      expect((await api.post(`${path}/${action}`, body, tokens.viewer)).status).toBe(403)
    }
    expect((await api.get(`${path}/answers`, tokens.viewer)).status).toBe(403)
    expect((await api.post('/surveys', { site: 'north', kind: 'periodic' }, tokens.desk)).status).toBe(404)
    for (const rest of [{ questions: [] }, { from: '2026-11-23' }, { until: '2026-11-22T00:00:00Z' }]) {
      expect((await api.post('/surveys', { site: 'default', kind: 'periodic', ...rest }, tokens.desk)).status).toBe(422)
    }
  })
})

describe("the page behind a survey's link", () => {
  it('asks a household in both languages and takes its answer once', async () => {
    const { items } = await linksOf(periodic, { households: [`2-0202 ${HOSTILE}`] })
    const path = pathOf(items[0]!.link)
    const page = await look(path)
    expect(page.status).toBe(200)
    for (const part of ['保洁', 'Guards', '很不满意', 'very dissatisfied', '2-0202 &lt;b onclick=x&gt;']) {
      expect(page.text).toContain(part)
    }
    expect(page.text).not.toMatch(/<script|<style|style=|<b onclick|\u202E|name="household"/)
    expect(page.headers.get('cache-control')).toBe('no-store')
    const half = await send(path, { q0: '5', reason: '"><b onclick=x>' })
    expect(half).toMatchObject({ status: 422, text: expect.stringContaining('请回答每一个问题') as string })
    expect(half.text).toMatch(/value="5" required checked/)
    expect(half.text).not.toContain('<b onclick')
    expect((await send(path, { q0: '5', q1: '9' })).status).toBe(422)
    expect(await send(path, { q0: '5', q1: '4' })).toMatchObject({
      status: 200,
      text: expect.stringContaining('感谢') as string,
    })
    expect((await look(path)).text).toContain('您已评价过')
    expect((await send(path, { q0: '1', q1: '1' })).text).toContain('您已评价过')
    expect((await answersOf(periodic)).at(-1)).toMatchObject({ grades: [5, 4], way: 'online', by: 'resident' })
  })

  it('asks who it is where it hangs in the hall', async () => {
    const path = pathOf((await linksOf(periodic, {})).general!)
    expect((await look(path)).text).toContain('name="household"')
    expect((await send(path, { q0: '5', q1: '5' })).status).toBe(422)
    expect((await send(path, { q0: '5', q1: '5', household: '6-0606' })).status).toBe(200)
    expect((await send(path, { q0: '1', q1: '1', household: ' 6-0606 ' })).status).toBe(409)
  })

  it("asks a job's resident within 30 days, by the link that the desk sees", async () => {
    const { body } = await api.get<{ link: string; answered: boolean }>(`/tickets/${job.id}/survey-link`, tokens.desk)
    expect(body.answered).toBe(false)
    expect((await linksOf(completion, { tickets: [job.id] })).items[0]!.link).toBe(body.link)
    const path = pathOf(body.link)
    expect((await look(path)).text).toContain(job.number)
    expect((await send(path, { q0: '5', q1: '4', q2: '4', q3: '5' })).status).toBe(200)
    expect((await api.get(`/tickets/${job.id}/survey-link`, tokens.desk)).body).toMatchObject({ answered: true })
    expect((await api.get(`/tickets/${job.id}/survey-link`, tokens.outsider)).status).toBe(404)
  })

  it('knows whom a survey asks', async () => {
    const status = async (survey: SurveyView, body: object) =>
      (await api.post(`/surveys/${survey.id}/links`, body, tokens.desk)).status
    expect(await status(periodic, { tickets: [job.id] })).toBe(422)
    expect(await status(completion, { households: ['1'] })).toBe(422)
    expect(await status(completion, { tickets: ['nothing'] })).toBe(404)
    expect(await status(periodic, { households: Array.from({ length: 501 }, (_, i) => `${i}`) })).toBe(422)
    const { body } = await api.post<{ id: string }>('/tickets', { site: 'default', category: 'other', title: '门' })
    expect(await status(completion, { tickets: [body.id] })).toBe(409)
    expect((await api.get(`/tickets/${body.id}/survey-link`, tokens.desk)).status).toBe(409)
  })

  it('turns away what is not signed, what keeps asking, and what is over', async () => {
    const { items } = await linksOf(periodic, { households: ['7-0707', '8-0808'] })
    const [path, other] = items.map(({ link }) => pathOf(link)) as [string, string]
    expect(await look(`${path}x`)).toMatchObject({ status: 404, text: expect.stringContaining('链接无效') as string })
    for (let asked = 0; asked < 30; asked++) expect((await look(path)).status).toBe(200)
    expect((await look(path)).status).toBe(429)
    expect((await look(other)).status).toBe(200)
    api.clock.advance(14 * DAY)
    expect(await send(other, { q0: '5', q1: '5' })).toMatchObject({ status: 410 })
    expect((await api.post(`/surveys/${periodic.id}/links`, {}, tokens.desk)).status).toBe(409)
    const late = pathOf((await linksOf(completion, { tickets: [unanswered.id] })).items[0]!.link)
    api.clock.advance(16 * DAY - 1)
    expect((await look(late)).status).toBe(200)
    api.clock.advance(1)
    expect(await look(late)).toMatchObject({ status: 410, text: expect.stringContaining('调查已结束') as string })
    expect((await api.post(`/surveys/${completion.id}/close`, {}, tokens.desk)).body).toMatchObject({ open: false })
    expect((await api.post(`/surveys/${completion.id}/close`, {}, tokens.desk)).status).toBe(409)
    expect((await api.get(`/tickets/${job.id}/survey-link`, tokens.desk)).status).toBe(404)
  })
})
