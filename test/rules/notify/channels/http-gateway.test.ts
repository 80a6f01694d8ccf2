import { afterAll, beforeAll, expect, it } from 'vitest'
import { gatewayRequest } from '../../../../rules/notify/channels/http-gateway.ts'
import { gatewayOptions } from '../../../../rules/notify/channels/schema.ts'
import { channelLike, messageLike } from '../../../support/messages-out.ts'
import { NOW, outward } from '../../../support/outward.ts'
import { robot, type Robot, Wrong } from '../../../support/robots.ts'

const { types, doors } = outward()
let gateway: Robot
beforeAll(async () => {
  gateway = await robot({
    ok: { result: { code: 0 } },
    wrong: (code, message) => ({ body: { result: { code, message } } }),
    check({ headers }) {
      if (headers.authorization !== 'Bearer the-key-of-it') throw new Wrong(7, 'Bearer the-key-of-it is expected')
    },
  })
})
afterAll(async () => {
  doors.close()
  await gateway.close()
})

const NASTY = '水"},"to":"all{{phone}}&to=all\n%0A'
const message = messageLike({ address: '+8613800000001', title: NASTY, lines: [], link: null })
const options = (more = {}) => ({
  url: `${gateway.origin}/send?to={{phone}}`,
  headers: { Authorization: 'Bearer {{secret}}' },
  body: '{"to":"{{phone}}","text":"{{text}}","id":"{{id}}"}',
  success: { path: 'result.code', equals: 0 },
  ...more,
})
const channel = (more = {}, secret = 'the-key-of-it') => channelLike('http_sms', { secret }, options(more))
const TEXT = '水"},"to":"all{{phone}}&to=all %0A'

it('fills its templates once, escaped for where a value stands', async () => {
  expect(await types.http_sms.send(message, channel(), NOW)).toMatchObject({ ok: true })
  const [got] = gateway.taken
  expect(JSON.parse(got!.body)).toEqual({ to: '+8613800000001', text: TEXT, id: message.id })
  expect(got!.url.search).toBe('?to=%2B8613800000001')
  expect(got!.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'idempotency-key': message.id,
  })

  const form = channel({ contentType: 'form', body: 'to={{phone}}&text={{text}}' })
  const fields = new URLSearchParams(gatewayRequest(message, form, false).body)
  expect([...fields]).toEqual([
    ['to', '+8613800000001'],
    ['text', TEXT],
  ])
  const asked = gatewayRequest(message, channel({ method: 'GET', url: `${gateway.origin}/?text={{text}}` }), false)
  expect([new URL(asked.url).searchParams.get('text'), asked.body]).toEqual([TEXT, ''])
})

it('sends what holds half a character, with a sign in its place', () => {
  const cut = messageLike({ address: '13800000001', title: 'a\ud83d', lines: ['\ude00b 😀'], link: null })
  const { url } = gatewayRequest(cut, channel({ method: 'GET', url: `${gateway.origin}/?text={{text}}` }), false)
  expect(new URL(url).searchParams.get('text')).toBe('a\ufffd \ufffdb 😀')
})

it('takes only headers that can be sent', () => {
  const takes = (value: string) => gatewayOptions.safeParse(options({ headers: { 'x-from': value } })).success
  expect([takes('Bearer {{secret}}'), takes('物业')]).toEqual([true, false])
})

it('goes by the field that says whether it went well, and keeps the key to itself', async () => {
  const wrong = await types.http_sms.send(message, channel({}, 'another-key'), NOW)
  expect(wrong).toMatchObject({ ok: false, retry: true, answer: expect.stringMatching(/^result.code is 7/) as string })
  const missing = await types.http_sms.send(message, channel({ success: { path: 'no.such', equals: 0 } }), NOW)
  expect(missing).toMatchObject({ ok: false, answer: expect.stringMatching(/^no.such is missing/) as string })
  const echoed = await types.http_sms.send(message, channel({ headers: {} }), NOW)
  expect(echoed).toMatchObject({ ok: false, answer: expect.stringContaining('Bearer … is expected') as string })
})

it('reads a call aloud without its link, and calls only numbers', () => {
  const said = gatewayRequest(messageLike({ address: '13800000001' }), channel(), true)
  expect(JSON.parse(said.body)).toMatchObject({ text: '【紧急】漏水。3 号楼 B1 泵房。10:10 前到场' })
  const written = gatewayRequest(messageLike({ address: '13800000001' }), channel(), false)
  expect(written.body).toContain('https://shifen.example/accept/a.b')
  const nobody = types.http_voice.send(
    messageLike({ address: '1;drop' }),
    channelLike('http_voice', {}, options()),
    NOW,
  )
  return expect(nobody).resolves.toMatchObject({ ok: false, retry: false })
})
