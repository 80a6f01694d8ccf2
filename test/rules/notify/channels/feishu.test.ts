import { afterAll, beforeAll, expect, it } from 'vitest'
import { feishuBody, feishuSign, judgeFeishu } from '../../../../rules/notify/channels/feishu.ts'
import { channelLike, HOSTILE, messageLike } from '../../../support/messages-out.ts'
import { NOW, outward } from '../../../support/outward.ts'
import { feishuRobot, type Robot } from '../../../support/robots.ts'

const SECRET = 'SECtest-secret'
const { types, doors } = outward()
let now = NOW
let robot: Robot
beforeAll(async () => void (robot = await feishuRobot(() => now, SECRET)))
afterAll(async () => {
  doors.close()
  await robot.close()
})
const channel = (secret = SECRET) =>
  channelLike('feishu', { webhook: `${robot.origin}/open-apis/bot/v2/hook/hook-of-feishu`, secret })

it('signs as 飞书 does', () => {
  expect(feishuSign(1_700_000_000, SECRET)).toBe('w45RjJ/JLSmtVNrVDMFrFhYJls6HgrtlxG/UFs43++0=')
})

it('tells a group with a link to tap, in its language', async () => {
  const mention = { name: '李伟', feishu: 'ou_1' }
  expect(await types.feishu.send(messageLike({ mention }), channel(), now)).toEqual({
    ok: true,
    answer: 'code 0 success',
  })
  expect(JSON.parse(robot.taken[0]!.body)).toMatchObject({
    timestamp: String(NOW / 1_000),
    msg_type: 'post',
    content: {
      post: {
        zh_cn: {
          title: '【紧急】漏水',
          content: [
            [{ tag: 'text', text: '3 号楼 B1 泵房' }],
            [{ tag: 'text', text: '10:10 前到场' }],
            [{ tag: 'a', text: '接单', href: 'https://shifen.example/accept/a.b' }],
            [{ tag: 'at', user_id: 'ou_1', user_name: '李伟' }],
          ],
        },
      },
    },
  })
  expect(feishuBody(messageLike({ language: 'en' }), null)).toMatch(/^\{"msg_type".*"en_us":.*"text":"Accept"/)
})

it('takes a code other than 0 for a failure, by its newer and its older name', async () => {
  const wrong = await types.feishu.send(messageLike(), channel('SECanother'), now)
  expect(wrong).toMatchObject({ ok: false, answer: 'code 19021 sign match fail', retry: false })
  now += 60_000
  for (let i = 0; i < 5; i++) expect(await types.feishu.send(messageLike(), channel(), now)).toMatchObject({ ok: true })
  const often = await types.feishu.send(messageLike(), channel(), now)
  expect(often).toEqual({ ok: false, answer: 'code 11232 frequency limited', retry: true, retryAfterMs: 60_000 })
  const answered = (body: object) =>
    judgeFeishu({ ok: true, status: 200, headers: {}, body: JSON.stringify(body) }, now)
  expect(answered({ StatusCode: 1, StatusMessage: 'x' })).toMatchObject({ ok: false, retry: false })
  expect(answered({ code: 9499, msg: 'Bad Request' })).toMatchObject({ ok: false, retry: false })
  expect(answered({ code: 9499, msg: 'too many request' })).toMatchObject({ ok: false, retry: true })
})

it('has what a name says as text, and stays within 20 KB', async () => {
  now += 60_000
  const lines = [...HOSTILE, ...Array.from({ length: 2_000 }, (_, i) => `line ${i} "\\"`)]
  expect(await types.feishu.send(messageLike({ lines }), channel(), now)).toMatchObject({ ok: true })
  const body = feishuBody(messageLike({ lines: HOSTILE, mention: { name: 'x', feishu: 'all' } }), null)
  expect(body).not.toMatch(/"tag":"at"|<at|@all|[\u202A-\u202E]/)
})
