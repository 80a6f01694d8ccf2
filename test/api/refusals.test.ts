import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TicketView } from '../../api/web/src/api/types.ts'
import { type ApiTest, startApi } from '../support/api-client.ts'

/** A refusal as programs read it, which say it in words of their own. */
interface Told {
  status: number
  type: string
  detail: string
  reason?: string
  facts?: Record<string, unknown>
}

let api: ApiTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.end())

const act = async (id: string, action: string, body?: object) => {
  const { body: told } = await api.post<Told>(`/tickets/${id}/${action}`, body)
  return { status: told.status, reason: told.reason, facts: told.facts }
}
async function report(rest: object = {}): Promise<string> {
  const body = { site: 'default', category: 'other', title: '门口灯坏了', ...rest }
  return (await api.post<TicketView>('/tickets', body)).body.id
}

it('says why exactly and about what, beside the sentence, where people come upon it', async () => {
  const id = await report()
  const inState = { status: 409, reason: 'in_state', facts: { state: 'pending_dispatch' } }
  expect(await act(id, 'arrive')).toEqual(inState)
  expect(await act(id, 'assign', {})).toEqual({ status: 422, reason: 'field_needed', facts: { field: 'assignee' } })
  await api.post('/responders', { id: 'wang', name: '王师傅', sites: ['default'], enabled: false })
  const gone = { status: 422, reason: 'assignee_disabled', facts: { name: '王师傅' } }
  expect(await act(id, 'assign', { assignee: 'wang' })).toEqual(gone)
  await act(id, 'assign', { assignee: '李工' })
  await act(id, 'accept')
  expect(await act(id, 'accept')).toEqual({ status: 409, reason: 'taken', facts: { name: '李工' } })
})

it('says when a second person must confirm, and who has signed already', async () => {
  const { id } = await api.leak('leak-1')
  await act(id, 'cancel', { note: '误报' })
  const asked = await act(id, 'cancel', { note: '误报' })
  expect(asked).toMatchObject({ status: 409, reason: 'own_request' })
  expect(Date.parse(String(asked.facts!.until))).toBeGreaterThan(0)
})

it('says of an alarm what keeps it as it is', async () => {
  const { alarms } = await api.leak('leak-2')
  const alarm = async (action: string, body: object = {}) => {
    const { body: told } = await api.post<Told>(`/alarms/${alarms[0]!}/${action}`, body)
    return told.reason
  }
  expect(await alarm('acknowledge')).toBeUndefined()
  expect(await alarm('acknowledge')).toBe('alarm_acknowledged')
  expect(await alarm('unshelve')).toBe('not_shelved')
  const until = new Date(api.clock.now() + 25 * 3_600_000).toISOString()
  expect(await alarm('shelve', { reason: '检修', until })).toBe('shelve_max')
})

it('leaves out what only its sentence tells', async () => {
  const { body } = await api.get<Told>('/alarms/nothing')
  expect(body).toMatchObject({ status: 404, type: 'urn:shifen:problem:not_found' })
  expect(body).not.toHaveProperty('reason')
})
