import { afterAll, beforeAll, expect, it } from 'vitest'
import { dingtalkBody, dingtalkSign } from '../../../../rules/notify/channels/dingtalk.ts'
import { channelLike, HOSTILE, messageLike } from '../../../support/messages-out.ts'
import { NOW, outward } from '../../../support/outward.ts'
import { dingtalkRobot, type Robot } from '../../../support/robots.ts'

const SECRET = 'SECtest-secret'
const { types, doors } = outward()
let now = NOW
let robot: Robot
beforeAll(async () => void (robot = await dingtalkRobot(() => now, SECRET)))
afterAll(async () => {
  doors.close()
  await robot.close()
})
const channel = (secret = SECRET) =>
  channelLike('dingtalk', { webhook: `${robot.origin}/robot/send?access_token=token-of-dingtalk`, secret })

it('signs as 钉钉 does', () => {
  expect(dingtalkSign(1_700_000_000_000, SECRET)).toBe('LC7hxZ4wslL%2BP7j7gu1hoQ%2BwzByekL%2ByWgiUMekZs0g%3D')
})

it('tells a group by its robot, which calls whom it is for', async () => {
  expect(await types.dingtalk.send(messageLike(), channel(), now)).toEqual({ ok: true, answer: 'errcode 0 ok' })
  expect(JSON.parse(robot.taken[0]!.body)).toEqual({
    msgtype: 'text',
    text: { content: '【紧急】漏水\n3 号楼 B1 泵房\n10:10 前到场\nhttps://shifen.example/accept/a.b\n@13800000001' },
    at: { atMobiles: ['13800000001'], atUserIds: [], isAtAll: false },
  })
  const byId = messageLike({ mention: { name: '李伟', dingtalk: 'li-1' }, link: null, lines: [] })
  expect(JSON.parse(dingtalkBody(byId))).toMatchObject({
    text: { content: '【紧急】漏水\n@li-1' },
    at: { atMobiles: [], atUserIds: ['li-1'] },
  })
})

it('gives up on a wrong signature, and waits ten minutes where it sent too often', async () => {
  const wrong = await types.dingtalk.send(messageLike(), channel('SECanother'), now)
  expect(wrong).toEqual({ ok: false, answer: 'errcode 310000 sign not match', retry: false })
  now += 120_000
  for (let i = 0; i < 20; i++) await types.dingtalk.send(messageLike(), channel(), now)
  expect(await types.dingtalk.send(messageLike(), channel(), now)).toEqual({
    ok: false,
    answer: 'errcode 130101 send too fast, exceed 20 times per minute',
    retry: true,
    retryAfterMs: 600_000,
  })
})

it('calls nobody because of what a name says, and stays within the size', async () => {
  now += 120_000
  const lines = [...HOSTILE, '"\\'.repeat(20_000)]
  expect(await types.dingtalk.send(messageLike({ lines }), channel(), now)).toMatchObject({ ok: true })
  const everybody = messageLike({
    lines: HOSTILE,
    link: null,
    mention: { name: '@all', dingtalk: 'all', phone: '@all' },
  })
  const { text, at } = JSON.parse(dingtalkBody(everybody)) as { text: { content: string }; at: object }
  expect(text.content).not.toMatch(/[@<>\u202A-\u202E\u2066-\u2069]/)
  expect(at).toEqual({ atMobiles: [], atUserIds: [], isAtAll: false })
})
