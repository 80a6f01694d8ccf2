import { describe, expect, it } from 'vitest'
import { CHANNEL_KINDS, type ChannelKind, type ChannelSettings, type StoredPlan } from '../../../rules/model.ts'
import { responderSchema } from '../../../rules/dispatch/responder-schema.ts'
import { mentionable } from '../../../rules/notify/channels/text.ts'
import { quietUntil, REACHES, routesTo } from '../../../rules/notify/routes.ts'
import { planBookOf } from '../../../rules/plans/book.ts'
import { responderLike } from '../../support/notices.ts'

const channel = (id: string, kind: ChannelKind, rest: Partial<ChannelSettings> = {}): StoredPlan<'channel'> => {
  const plain = { sites: null, enabled: true, language: 'zh' as const, broadcasts: [], options: {}, secrets: {} }
  const plan = { id, name: id, kind, ...plain, ...rest }
  return { kind: 'channel', id, plan, version: 1, updatedAt: 0, updatedBy: '' }
}
const book = planBookOf([
  channel('mail', 'email'),
  channel('voice', 'aliyun_voice'),
  channel('sms', 'http_sms'),
  channel('robot', 'wecom'),
  channel('lark', 'feishu'),
  channel('hook', 'webhook'),
  channel('off', 'dingtalk', { enabled: false }),
  channel('away', 'http_sms', { sites: ['other'] }),
])
const ids = (...given: Parameters<typeof routesTo>) => routesTo(...given).map(({ channel: id }) => id)

describe('the ways to reach somebody', () => {
  it('are the group, an SMS, a call, an e-mail, as far as they reach him at the site', () => {
    const li = responderLike('li', { phone: '138', email: 'li@x.cn' })
    expect(routesTo(li, book, 'default')).toEqual([
      { channel: 'robot', address: '' },
      { channel: 'sms', address: '138' },
      { channel: 'voice', address: '138' },
      { channel: 'mail', address: 'li@x.cn' },
    ])
    expect(ids(responderLike('wu', { mentions: { feishu: 'ou_1' } }), book, 'default')).toEqual(['lark'])
    expect(ids(responderLike('nobody'), book, 'default')).toEqual([])
  })

  it('take a telephone number as people write it, and refuse what is none and an id that means everybody', () => {
    const li = responderLike('li', { phone: '+86 138-0000 0001', channels: ['sms'] })
    expect(routesTo(li, book, 'default')).toEqual([{ channel: 'sms', address: '+8613800000001' }])
    const takes = (rest: object) => responderSchema.safeParse({ ...responderLike('li'), ...rest }).success
    const phones = ['110', '010-8888 0000', '+86 138-0000 0001', '---', '1+1', '12', '1'.repeat(21)]
    expect(phones.map((phone) => takes({ phone }))).toEqual([true, true, true, false, false, false, false])
    const mentions = ['zhang@corp', '$:LWCP_v1:$a', 'all', '@ALL']
    expect(mentions.map((dingtalk) => takes({ mentions: { dingtalk } }))).toEqual([true, true, false, false])
    expect(mentions.map(mentionable)).toEqual(['zhang@corp', '$:LWCP_v1:$a', null, null])
  })

  it('are his own choice in his order, and before it what a step asks for', () => {
    const li = responderLike('li', { phone: '138', channels: ['voice', 'gone', 'hook', 'sms'] })
    expect(ids(li, book, 'default')).toEqual(['voice', 'sms'])
    expect(ids(li, book, 'default', ['robot', 'sms'])).toEqual(['robot', 'sms', 'voice'])
    expect(ids(li, book, 'other', ['away'])).toEqual(['away', 'voice', 'sms'])
  })

  it('are a mention, a phone number or an e-mail, by the kind of channel; a webhook and the log reach nobody', () => {
    const reaches = CHANNEL_KINDS.map((kind) => [kind, REACHES[kind] ?? 'none'])
    expect(Object.fromEntries(reaches)).toEqual({
      ...{ log: 'none', webhook: 'none', email: 'email' },
      ...{ wecom: 'mention', dingtalk: 'mention', feishu: 'mention' },
      ...{ aliyun_sms: 'phone', aliyun_voice: 'phone', http_sms: 'phone', http_voice: 'phone' },
    })
  })
})

describe('quiet hours', () => {
  it('end in the morning, site time, and where they never end they are none', () => {
    const night = responderLike('li', { quietHours: [{ from: '22:00', to: '07:00' }] })
    const at = (text: string) => Date.parse(`${text}+08:00`)
    expect(quietUntil(night, 'Asia/Shanghai', at('2026-11-23T23:00'))).toBe(at('2026-11-24T07:00'))
    expect(quietUntil(night, 'Asia/Shanghai', at('2026-11-23T12:00'))).toBe(at('2026-11-23T12:00'))
    const always = responderLike('li', { quietHours: [{ from: '00:00', to: '00:00' }] })
    expect(quietUntil(always, 'Asia/Shanghai', at('2026-11-23T12:00'))).toBe(at('2026-11-23T12:00'))
  })
})
