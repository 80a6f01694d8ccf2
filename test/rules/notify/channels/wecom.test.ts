import { afterAll, beforeAll, expect, it } from 'vitest'
import { judgeWecom, wecomBody } from '../../../../rules/notify/channels/wecom.ts'
import { channelLike, HOSTILE, messageLike } from '../../../support/messages-out.ts'
import { NOW, outward } from '../../../support/outward.ts'
import { type Robot, wecomRobot } from '../../../support/robots.ts'

const { types, doors } = outward()
let now = NOW
let robot: Robot
beforeAll(async () => void (robot = await wecomRobot(() => now)))
afterAll(async () => {
  doors.close()
  await robot.close()
})
const channel = (key = 'key-of-wecom') =>
  channelLike('wecom', { webhook: `${robot.origin}/cgi-bin/webhook/send?key=${key}` })
const contentOf = (body: string) => (JSON.parse(body) as { text: { content: string } }).text.content

it('tells a group by its robot, which mentions whom it is for', async () => {
  expect(await types.wecom.send(messageLike(), channel(), now)).toEqual({ ok: true, answer: 'errcode 0 ok' })
  expect(JSON.parse(robot.taken[0]!.body)).toEqual({
    msgtype: 'text',
    text: {
      content: '【紧急】漏水\n3 号楼 B1 泵房\n10:10 前到场\nhttps://shifen.example/accept/a.b',
      mentioned_mobile_list: ['13800000001'],
    },
  })
  const byId = wecomBody(messageLike({ mention: { name: '李伟', wecom: 'liwei', phone: '13800000001' } }))
  expect(JSON.parse(byId)).toMatchObject({ text: { mentioned_list: ['liwei'] } })
})

it('takes a code other than 0 for a failure, and tries again only where that may help', async () => {
  expect(await types.wecom.send(messageLike(), channel('another-key'), now)).toEqual({
    ok: false,
    answer: 'errcode 93000 invalid webhook url',
    retry: false,
  })
  now += 120_000
  for (let i = 0; i < 20; i++) expect(await types.wecom.send(messageLike(), channel(), now)).toMatchObject({ ok: true })
  const past = { ok: false, retry: true, retryAfterMs: 60_000, answer: 'errcode 45009 api freq out of limit' }
  expect(await types.wecom.send(messageLike(), channel(), now)).toEqual(past)
  const html = { ok: true as const, status: 200, headers: {}, body: '<html>' }
  expect(judgeWecom(html, now)).toEqual({ ok: false, retry: true, answer: 'it answered 200 without errcode' })
})

it('cuts a long text between two characters and keeps the link', () => {
  const content = contentOf(wecomBody(messageLike({ lines: ['水'.repeat(2_000)] })))
  expect(Buffer.byteLength(content)).toBeLessThanOrEqual(2_048)
  expect(Buffer.byteLength(content)).toBeGreaterThan(2_040)
  expect(content).toMatch(/水…\nhttps:\/\/shifen\.example\/accept\/a\.b$/)
  expect(content).not.toContain('\uFFFD')
})

it('mentions nobody because of what a name says', () => {
  const content = contentOf(wecomBody(messageLike({ lines: HOSTILE, link: null })))
  expect(content).not.toMatch(/[@<>\u202A-\u202E\u2066-\u2069]/)
  for (const all of ['@all', 'all', 'ALL']) {
    const text = JSON.parse(wecomBody(messageLike({ mention: { name: 'x', wecom: all } }))) as { text: object }
    expect(Object.keys(text.text)).toEqual(['content'])
  }
})
