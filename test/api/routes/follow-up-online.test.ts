import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Page, TicketView } from '../../../api/web/src/api/types.ts'
import { type ApiTest, startApi } from '../../support/api-client.ts'

let api: ApiTest
beforeEach(async () => (api = await startApi({ publicUrl: 'https://shifen.example' })))
afterEach(() => api.end())

interface FollowUpView {
  id: string
  state: string
  answer: Record<string, unknown> | null
}
interface TaskView {
  id: string
  kind: string
  state: string
  about: Record<string, unknown>
}

const HOSTILE = '<b onclick=x>'

async function done(rest: object = {}): Promise<{ ticket: TicketView; id: string }> {
  const reporter = { name: 'Chen', phone: '13900000000' }
  const said = { site: 'default', category: 'other', title: `tap ${HOSTILE}`, location: '1-101', reporter, ...rest }
  const { body: ticket, status, text } = await api.post<TicketView>('/tickets', said)
  if (status !== 201) throw new Error(text)
  for (const action of ['assign', 'accept', 'depart', 'arrive', 'complete']) {
    await api.post(`/tickets/${ticket.id}/${action}`, { assignee: 'Li' })
  }
  const { items } = (await api.get<Page<FollowUpView>>(`/follow-ups?ticket=${ticket.id}`)).body
  return { ticket, id: items[0]!.id }
}

const linkOf = (id: string, token?: string) => api.get<{ link: string }>(`/follow-ups/${id}/link`, token)
const pathOf = async (id: string) => `root:${new URL((await linkOf(id)).body.link).pathname}`
const look = (path: string) => api.ask('GET', path, { token: null })
const send = (path: string, form: Record<string, string>) =>
  api.ask('POST', path, {
    ...{ token: null, raw: new URLSearchParams(form).toString() },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
const read = async (id: string) => (await api.get<FollowUpView>(`/follow-ups/${id}`)).body
const tasks = async () => (await api.get<Page<TaskView>>('/tasks')).body.items

describe('a follow-up that is answered online (D6)', () => {
  it('asks in both languages, Chinese first, and takes one answer', async () => {
    const { id, ticket } = await done()
    const path = await pathOf(id)
    expect((await linkOf(id)).body.link).toBe((await linkOf(id)).body.link)
    const page = await look(path)
    expect(page.status).toBe(200)
    for (const part of [
      '很不满意',
      'very dissatisfied',
      '质量问题',
      'lateness',
      ticket.number,
      '&lt;b onclick=x&gt;',
    ]) {
      expect(page.text).toContain(part)
    }
    expect(page.text.indexOf('维修回访')).toBeLessThan(page.text.indexOf('After the repair'))
    expect(page.text).not.toMatch(/<script|<style|style=|<b onclick|13900000000|Chen/)
    expect(page.headers.get('cache-control')).toBe('no-store')

    expect(await send(path, {})).toMatchObject({ status: 422, text: expect.stringContaining('请选择') as string })
    const half = await send(path, { grade: '3', reason: ' ', lateness: '1' })
    expect(half).toMatchObject({ status: 422, text: expect.stringContaining('请写明原因') as string })
    expect(half.text).toMatch(/value="3" required checked/)
    expect((await send(path, { grade: '6' })).status).toBe(422)
    expect((await read(id)).state).toBe('open')

    const sent = await send(path, { grade: '4', reason: `good ${HOSTILE}` })
    expect(sent).toMatchObject({ status: 200, text: expect.stringContaining('感谢') as string })
    const answer = { way: 'online', grade: 4, by: 'resident', faults: [], reason: `good ${HOSTILE}`, rework: null }
    expect(await read(id)).toMatchObject({ state: 'done', answer })
    expect(await send(path, { grade: '1', reason: 'no' })).toMatchObject({ status: 409 })
    expect((await look(path)).text).toContain('您已评价过')
    expect((await linkOf(id)).status).toBe(409)
    expect(await read(id)).toMatchObject({ answer })
  })

  it('takes one answer of many that are sent at once', async () => {
    const { id } = await done()
    const path = await pathOf(id)
    const sent = await Promise.all(['1', '2', '5', '5'].map((grade) => send(path, { grade, reason: 'so' })))
    expect(sent.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409])
    expect((await api.get<Page<object>>('/complaints')).body.items.length).toBeLessThan(2)
  })

  it('a quality fault becomes a task to agree a time, which the rework does', async () => {
    const { id, ticket } = await done({ priority: 'high' })
    const sent = await send(await pathOf(id), { grade: '2', reason: 'wet again', quality: '1', attitude: '1' })
    expect(sent).toMatchObject({ status: 200, text: expect.stringContaining('约定返修时间') as string })
    const answered = await read(id)
    expect(answered.answer).toMatchObject({ faults: ['quality', 'attitude'], rework: null })
    expect(answered.answer!.complaint).toBeTypeOf('string')
    expect(answered.answer!.apology).toBeTypeOf('string')
    const [task] = (await tasks()).filter(({ kind }) => kind === 'agree_rework')
    expect(task).toMatchObject({
      state: 'open',
      about: { followUp: id, reason: 'wet again', resident: { phone: '13900000000' } },
    })
    const told = (await api.get<Page<{ kind: string }>>(`/notices?ticket=${ticket.id}`)).body.items
    expect(told.filter(({ kind }) => kind === 'ticket.waiting')).toMatchObject([
      { channel: 'log', body: { reason: 'wet again' } },
    ])
    const printed = await api.get(`/tickets/${ticket.id}/print/follow-ups`)
    for (const part of ['住户自填', '待约定返修']) expect(printed.text).toContain(part)
    const refused = await api.post(`/tasks/${task!.id}/done`)
    expect(refused).toMatchObject({
      status: 409,
      text: expect.stringContaining(`/tickets/${ticket.id}/rework`) as string,
    })

    const agreed = { note: 'agreed', appointmentAt: '2026-11-25T09:00:00+08:00' }
    const rework = await api.post<TicketView>(`/tickets/${ticket.id}/rework`, agreed)
    expect(rework.body).toMatchObject({ kind: 'appointment', origin: 'rework' })
    expect((await tasks()).find(({ kind }) => kind === 'agree_rework')).toMatchObject({ state: 'done' })
    expect((await read(id)).answer).toMatchObject({ rework: rework.body.id })
  })

  it('after an emergency somebody telephones first, and D13’s are not asked online', async () => {
    const { id, ticket } = await done({ priority: 'critical' })
    expect(await linkOf(id)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('telephone') as string },
    })
    await api.post(`/follow-ups/${id}/attempt`, { way: 'telephone', note: 'nobody' })
    expect((await send(await pathOf(id), { grade: '5' })).status).toBe(200)
    const rework = { appointmentAt: '2026-11-25T09:00:00+08:00' }
    expect((await api.post(`/tickets/${ticket.id}/rework`, rework)).body).toMatchObject({ priority: 'high' })
    const leak = await done({ priority: 'critical', category: 'water_leak' })
    const { items } = (await api.get<Page<FollowUpView & { by: string }>>(`/follow-ups?ticket=${leak.ticket.id}`)).body
    expect((await linkOf(items.find(({ by }) => by === '客服主管')!.id)).status).toBe(422)
  })

  it('a link is the desk’s to give, ours to read, and limited', async () => {
    const { id } = await done()
    await api.post('/sites', { id: 'north', name: 'North' })
    expect((await linkOf(id, await api.token('dispatcher', ['north']))).status).toBe(404)
    for (const role of ['viewer', 'engineer', 'responder'] as const) {
      expect((await linkOf(id, await api.token(role))).status).toBe(403)
    }
    expect((await linkOf('nothing')).status).toBe(404)
    const path = await pathOf(id)
    const flip = path.endsWith('A') ? 'B' : 'A'
    for (const wrong of [`${path.slice(0, -1)}${flip}`, 'root:/follow-up/x', path.replace('follow-up', 'survey')]) {
      expect(await look(wrong)).toMatchObject({ status: 404, text: expect.stringContaining('链接无效') as string })
    }
    expect((await send(path, { reason: 'x'.repeat(20_000) })).status).toBe(413)
    const looks = await Promise.all(Array.from({ length: 40 }, () => look(path)))
    expect(looks.filter(({ status }) => status === 429).length).toBeGreaterThan(9)
  })
})
