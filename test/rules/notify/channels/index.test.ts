import { expect, it } from 'vitest'
import { CHANNEL_KINDS } from '../../../../rules/model.ts'
import { createChannelTypes } from '../../../../rules/notify/channels/index.ts'
import { channelOptionSchemas } from '../../../../rules/notify/channels/schema.ts'
import { channelLike, messageLike } from '../../../support/messages-out.ts'
import { NOW } from '../../../support/outward.ts'

const logged: unknown[] = []
const types = createChannelTypes({
  post: ({ url }) => Promise.reject(new Error(`broke at ${url}`)),
  mail: () => Promise.reject(new Error('broke')),
  random: () => 0.5,
  log: (fields, kind) => void logged.push([kind, fields]),
})

it('writes each notice of a message to the log', async () => {
  expect(await types.log.send(messageLike(), channelLike('log'), NOW)).toMatchObject({ ok: true })
  expect(logged).toMatchObject([
    ['ticket.call', { notice: '01KXNOTICE', ticket: '01KXTICKET', location: '3 号楼 B1 泵房' }],
  ])
})

it('has every kind, and keeps a part of each limit for emergencies', () => {
  expect(Object.keys(types).sort()).toEqual([...CHANNEL_KINDS].sort())
  const limits = CHANNEL_KINDS.map((kind) => [kind, types[kind].limits.map(({ count }) => count), types[kind].reserved])
  expect(limits.filter(([, counts]) => (counts as number[]).length > 0)).toEqual([
    ['wecom', [20], 5],
    ['dingtalk', [20], 5],
    ['feishu', [5, 100], 1],
    ['aliyun_voice', [1, 5], 0],
    ['http_voice', [1, 5], 0],
  ])
})

it('answers whatever breaks, in one line and without a secret', async () => {
  const webhook = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=the-robots-key'
  const broken = await types.wecom.send(messageLike(), channelLike('wecom', { webhook }), NOW)
  expect(broken).toEqual({ ok: false, answer: 'it failed: broke at …', retry: false })
  for (const kind of CHANNEL_KINDS.filter((kind) => kind !== 'log')) {
    const unset = await types[kind].send(messageLike({ address: '13800000001' }), channelLike(kind), NOW)
    expect(unset).toMatchObject({ ok: false, retry: false, answer: expect.stringMatching(/settings cannot/) as string })
  }
})

it('shows no secret and no link that a target repeats, however it spells it, wherever it is cut', async () => {
  const secret = 'of the "gate"way/'
  const link = 'https://shifen.example/accept/said.mac-of-it'
  for (const gap of [0, 275, 285, 290]) {
    const answering = createChannelTypes({
      post: ({ url, body }) => {
        const answer = `${'.'.repeat(gap)} ${url} ${decodeURIComponent(url)} ${body}`
        return Promise.resolve({ ok: true, status: 200, headers: {}, body: answer })
      },
      ...{ mail: () => Promise.reject(new Error('none')), random: () => 0.5, log: () => undefined },
    })
    const options = { url: 'https://gate.example/?k={{secret}}&t={{text}}', body: '"{{secret}} {{text}}"' }
    const message = messageLike({ address: '13800000001', title: '', lines: [], link })
    const { answer } = await answering.http_sms.send(message, channelLike('http_sms', { secret }, options), NOW)
    expect(answer).not.toMatch(/of.{1,3}the|gate\W+way|said|mac-of-it/)
    expect(answer.length).toBeLessThanOrEqual(300)
  }
})

it('is told what a robot needs: the address as its chat shows it', () => {
  const takes = (kind: 'wecom' | 'dingtalk' | 'feishu', webhook: string) =>
    channelOptionSchemas[kind].secrets.safeParse({ webhook }).success
  expect(takes('wecom', 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k')).toBe(true)
  expect(takes('wecom', 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send')).toBe(false)
  expect(takes('dingtalk', 'https://oapi.dingtalk.com/robot/send?access_token=t')).toBe(true)
  expect(takes('feishu', 'https://open.feishu.cn/open-apis/bot/v2/hook/a-b')).toBe(true)
  expect(takes('feishu', 'https://u:p@open.feishu.cn/open-apis/bot/v2/hook/a-b')).toBe(false)
  expect(takes('feishu', 'file:///etc/passwd')).toBe(false)
})
