import { afterAll, beforeAll, expect, it } from 'vitest'
import { webhookSecrets } from '../../../../rules/notify/channels/schema.ts'
import { judgeWebhook, webhookSignature } from '../../../../rules/notify/channels/webhook.ts'
import { channelLike, HOSTILE, messageLike } from '../../../support/messages-out.ts'
import { NOW, outward } from '../../../support/outward.ts'
import { type Robot, webhookReceiver } from '../../../support/robots.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const NEWER = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const { types, doors } = outward()
let receiver: Robot
beforeAll(async () => void (receiver = await webhookReceiver(() => NOW, SECRET)))
afterAll(async () => {
  doors.close()
  await receiver.close()
})
const channel = (secret = SECRET) => channelLike('webhook', { secret }, { url: `${receiver.origin}/in` })

it('signs as Standard Webhooks does', () => {
  const signature = webhookSignature('msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}', [SECRET])
  expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

it('sends one event, signed with both secrets while one is replaced', async () => {
  const both = `${NEWER} ${SECRET}`
  expect(await types.webhook.send(messageLike({ lines: HOSTILE }), channel(both), NOW)).toMatchObject({ ok: true })
  const [got] = receiver.taken
  expect(String(got!.headers['webhook-signature']).split(' ')).toHaveLength(2)
  expect(got!.headers['webhook-id']).toBe('01KXMESSAGE000000000000001')
  expect(JSON.parse(got!.body)).toMatchObject({
    specversion: '1.0',
    id: '01KXMESSAGE000000000000001',
    source: '/shifen',
    type: 'shifen.ticket.call',
    subject: '01KXTICKET',
    time: '2026-11-23T02:00:00.000Z',
    datacontenttype: 'application/json',
    data: { title: '【紧急】漏水', notices: [{ id: '01KXNOTICE', body: { number: 'T20261123-001' } }] },
  })
  const wrong = await types.webhook.send(messageLike(), channel(NEWER), NOW)
  expect(wrong).toMatchObject({ ok: false, answer: 'HTTP 401: {"message":"signature"}', retry: false })
})

it('goes by the status: gone is gone, busy says when', () => {
  const answered = (status: number, headers = {}) => judgeWebhook({ ok: true, status, headers, body: '' }, NOW)
  expect(answered(204)).toEqual({ ok: true, answer: 'HTTP 204' })
  expect(answered(410)).toEqual({ ok: false, answer: 'HTTP 410', retry: false })
  expect(answered(500)).toEqual({ ok: false, answer: 'HTTP 500', retry: true })
  expect(answered(429, { 'retry-after': '7' })).toMatchObject({ retry: true, retryAfterMs: 7_000 })
  const date = new Date(NOW + 90_000).toUTCString()
  expect(answered(503, { 'retry-after': date })).toMatchObject({ retry: true, retryAfterMs: 90_000 })
  expect(answered(503, { 'retry-after': '86400' })).toMatchObject({ retryAfterMs: 3_600_000 })
  expect(answered(503, { 'retry-after': 'soon' })).toEqual({ ok: false, answer: 'HTTP 503', retry: true })
})

it('takes only secrets of 24 to 64 bytes', () => {
  const takes = (bytes: number) =>
    webhookSecrets.safeParse({ secret: `whsec_${Buffer.alloc(bytes, 1).toString('base64')}` }).success
  expect([23, 24, 64, 65].map(takes)).toEqual([false, true, true, false])
})
