import { afterAll, beforeAll, expect, it } from 'vitest'
import { letterOf } from '../../../../rules/notify/channels/email.ts'
import { channelLike, HOSTILE, messageLike } from '../../../support/messages-out.ts'
import { NOW, outward } from '../../../support/outward.ts'
import { type SmtpSink, smtpSink } from '../../../support/smtp-sink.ts'

const { types, doors } = outward()
let sink: SmtpSink
beforeAll(async () => void (sink = await smtpSink({ login: '\0alarm\0pass-word' })))
afterAll(async () => {
  doors.close()
  await sink.close()
})
const OPTIONS = { host: '127.0.0.1', security: 'none', user: 'alarm', from: 'alarm@shifen.example' }
const channel = (password = 'pass-word', more = {}) =>
  channelLike('email', { password }, { ...OPTIONS, port: sink.port, ...more })
const send = (message = messageLike({ address: 'li@x.example' }), to = channel()) => types.email.send(message, to, NOW)

const headerOf = (raw: string, name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(raw)?.[1]

it('writes a letter as text and as HTML, whose id is the same at every try', async () => {
  expect(await send()).toEqual({ ok: true, answer: '250 2.0.0 queued as 42' })
  await send()
  const [first, again] = sink.letters
  expect([first!.from, first!.to]).toEqual(['alarm@shifen.example', ['li@x.example']])
  expect(headerOf(first!.raw, 'Message-ID')).toBe('<01KXMESSAGE000000000000001@shifen.example>')
  expect(headerOf(again!.raw, 'Message-ID')).toBe(headerOf(first!.raw, 'Message-ID'))
  expect(first!.raw).toMatch(/^Content-Type: multipart\/alternative/m)
  expect(sink.wrong).toEqual([])
})

it('goes to the addresses of the channel where it is for nobody by name', async () => {
  const to = ['a@x.example', 'b@x.example']
  expect(await send(messageLike(), channel('pass-word', { to }))).toMatchObject({ ok: true })
  expect(sink.letters.at(-1)!.to).toEqual(to)
  expect(await send(messageLike())).toMatchObject({ ok: false, retry: false })
})

it('lets no name add a header, a receiver or markup', async () => {
  const title = HOSTILE.join(' ')
  expect(await send(messageLike({ address: 'li@x.example', title, lines: HOSTILE }))).toMatchObject({ ok: true })
  const { raw, to } = sink.letters.at(-1)!
  expect(to).toEqual(['li@x.example'])
  expect(raw).not.toMatch(/^Bcc:/im)
  const letter = letterOf(messageLike({ title, lines: HOSTILE, address: 'li@x.example' }), channel())!
  expect(letter.subject).not.toMatch(/[\p{Cc}\u202E]/u)
  expect(letter.html).not.toMatch(/<img|<at|<@/)
  for (const address of ['a@x.example\r\nRCPT TO:<e@x.example>', 'a@x.example, b@x.example', 'A <a@x.example>']) {
    expect(await send(messageLike({ address }))).toMatchObject({ ok: false, retry: false })
  }
})

it('tries again after a 4 and not after a 5 or a wrong login', async () => {
  expect(await send(messageLike({ address: 'li@x.example' }), channel('another'))).toMatchObject({
    ok: false,
    retry: false,
    answer: expect.stringMatching(/^535/) as string,
  })
  sink.answers.set('RCPT', '450 4.2.1 try later')
  // Of one receiver, which is not to keep others waiting: it does not count as the channel's failure.
  expect(await send()).toMatchObject({ ok: false, retry: true, retryAfterMs: 0, answer: '450 4.2.1 try later' })
  sink.answers.set('RCPT', '550 5.1.1 no such user')
  expect(await send()).toMatchObject({ ok: false, retry: false, answer: '550 5.1.1 no such user' })
  sink.answers.clear()
})

it('goes to no server inside, and waits for none that is silent', async () => {
  const inside = await send(undefined, channel('pass-word', { host: '10.0.0.5' }))
  expect(inside).toMatchObject({ ok: false, retry: false, answer: expect.stringMatching(/not a public/) as string })
  const silent = await smtpSink({ greets: false })
  const hasty = outward(100)
  const to = channel('pass-word', { port: silent.port })
  const late = await hasty.types.email.send(messageLike({ address: 'li@x.example' }), to, NOW)
  expect(late).toMatchObject({ ok: false, retry: true })
  hasty.doors.close()
  await silent.close()
})
