import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiTest, startApi } from '../support/api-client.ts'

let api: ApiTest
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.end())

const metrics = async () => (await api.get('root:/metrics', null)).text
const value = async (series: string) => {
  const line = (await metrics()).split('\n').find((each) => each.startsWith(`${series} `))
  return line === undefined ? null : Number(line.slice(series.length + 1))
}

describe('/metrics', () => {
  it('counts what happened, under the names of the contract', async () => {
    const ticket = await api.leak('leak-secret-name')
    await api.publish('leak-secret-name', 'event', { event: 'water.leak', active: true, seq: 1 })
    await api.publish('leak-secret-name', 'event', { event: 'water.leak', active: true, seq: 1 })
    await api.publish('leak-secret-name', 'telemetry', 'nonsense')
    await api.post('/tickets', { site: 'default', category: 'other', title: 'x' })
    await api.service.tick()

    expect(await value('shifen_messages_received_total')).toBe(4)
    expect(await value('shifen_messages_duplicate_total')).toBe(1)
    expect(await value('shifen_rejections_total{reason="invalid_json"}')).toBe(1)
    expect(await value('shifen_alarms_raised_total{priority="critical"}')).toBe(1)
    expect(await value('shifen_tickets_opened_total{origin="alarm"}')).toBe(1)
    expect(await value('shifen_tickets_opened_total{origin="report"}')).toBe(1)
    expect(await value('shifen_tickets_open')).toBe(2)
    expect(await value('shifen_alarm_to_ticket_seconds_count')).toBe(1)
    expect(await value('shifen_notifications_total{channel="log",result="sent"}')).toBeGreaterThan(0)

    for (const [action, body] of [['assign', { assignee: 'a' }], ['accept'], ['depart']] as const) {
      await api.post(`/tickets/${ticket.id}/${action}`, body)
    }
    api.clock.advance(600_000)
    await api.post(`/tickets/${ticket.id}/arrive`)
    expect(await value('shifen_ticket_arrival_seconds_bucket{le="600"}')).toBe(1)
    expect(await value('shifen_ticket_arrival_seconds_bucket{le="480"}')).toBe(0)
    expect(await value('shifen_ticket_arrival_seconds_sum')).toBe(600)
    await api.service.tick()
    expect(await value('shifen_clocks_breached_total{milestone="accept"}')).toBe(1)
    await api.post(`/tickets/${ticket.id}/complete`)
    await api.post(`/tickets/${ticket.id}/sign-off`, { signature: 'a' })
    await api.post(`/tickets/${ticket.id}/close`)
    expect(await value('shifen_tickets_open')).toBe(1)
  })

  it('needs no login and tells nothing of a device or a site', async () => {
    const { status, headers, text } = await api.get('root:/metrics', null)
    expect([status, headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/plain; version=0\.0\.4/)])
    expect(text).not.toMatch(/leak-secret-name|default/)
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!)
    expect(names.filter((name) => !name.startsWith('shifen_'))).toEqual([])
  })
})
