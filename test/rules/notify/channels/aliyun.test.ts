import { afterAll, expect, it } from 'vitest'
import { z } from 'zod'
import { aliyunRequest, judgeAliyun } from '../../../../rules/notify/channels/aliyun.ts'
import { channelLike, messageLike } from '../../../support/messages-out.ts'
import { NOW, outward } from '../../../support/outward.ts'
import { aliyunDoor, type Robot } from '../../../support/robots.ts'

const { types, doors } = outward()
const SECRETS = { accessKeyId: 'the-id', accessKeySecret: 'the-secret' }
const variable = z.string().min(1).max(35)
const params = z.string().refine((text) => z.record(z.string(), variable).safeParse(JSON.parse(text)).success)
const open: Robot[] = []
afterAll(async () => {
  doors.close()
  for (const door of open) await door.close()
})
const door = async (action: string, parameters: z.ZodType) => {
  const made = await aliyunDoor(() => NOW, action, parameters, SECRETS.accessKeySecret)
  open.push(made)
  return made
}

/** The example of 阿里云's page on the signature, version 3. */
it('signs as 阿里云 does', () => {
  const { headers, url } = aliyunRequest({
    endpoint: 'https://ecs.cn-shanghai.aliyuncs.com',
    action: 'RunInstances',
    version: '2014-05-26',
    query: { ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd', RegionId: 'cn-shanghai' },
    accessKeyId: 'YourAccessKeyId',
    accessKeySecret: 'YourAccessKeySecret',
    nonce: '3156853299f313e23d1673dc12e1703d',
    now: Date.parse('2023-10-26T10:22:32Z'),
  })
  expect(headers.authorization).toMatch(/Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0$/)
  expect(url).toMatch(/^https:\/\/ecs\.cn-shanghai\.aliyuncs\.com\/\?ImageId=/)
})

it('sends a text message by an approved template', async () => {
  const sms = await door(
    'SendSms',
    z.strictObject({
      PhoneNumbers: z.string(),
      SignName: z.literal("十分 (a*b)'"),
      TemplateCode: z.literal('SMS_1'),
      TemplateParam: params,
      OutId: z.literal('01KXMESSAGE000000000000001'),
    }),
  )
  const options = { signName: "十分 (a*b)'", templateCode: 'SMS_1', endpoint: sms.origin }
  const channel = channelLike('aliyun_sms', SECRETS, { ...options, variables: { what: 'title', where: 'place' } })
  const send = (address: string, title = '漏水') => types.aliyun_sms.send(messageLike({ address, title }), channel, NOW)
  expect(await send('13800000001', '水'.repeat(50))).toEqual({ ok: true, answer: 'Code OK OK' })
  const sent = JSON.parse(sms.taken[0]!.url.searchParams.get('TemplateParam')!) as object
  expect(sent).toEqual({ what: `${'水'.repeat(34)}…`, where: '3 号楼 B1 泵房' })
  // Two of one moment have nonces of their own.
  expect(await send('13800000001')).toMatchObject({ ok: true })

  expect(await send('12345')).toMatchObject({
    ok: false,
    retry: false,
    answer: expect.stringContaining('MOBILE_NUMBER_ILLEGAL') as string,
  })
  expect(await send('13900000050')).toMatchObject({ ok: false, retry: true, retryAfterMs: 60_000 })
  expect(await send('not a number')).toMatchObject({ ok: false, retry: false })
  const other = channelLike('aliyun_sms', { ...SECRETS, accessKeySecret: 'another-secret' }, channel.options)
  expect(await types.aliyun_sms.send(messageLike({ address: '13800000001' }), other, NOW)).toMatchObject({
    ok: false,
    retry: false,
    answer: 'Code SignatureDoesNotMatch the signature is wrong',
  })
})

it('calls and reads an approved template aloud', async () => {
  const voice = await door(
    'SingleCallByTts',
    z.strictObject({
      CalledNumber: z.string(),
      CalledShowNumber: z.literal('05710000'),
      TtsCode: z.literal('TTS_1'),
      TtsParam: params,
      PlayTimes: z.literal('2'),
      OutId: z.string().min(1).max(15),
    }),
  )
  const options = { ttsCode: 'TTS_1', calledShowNumber: '05710000', playTimes: 2, endpoint: voice.origin }
  const channel = channelLike('aliyun_voice', SECRETS, options)
  const message = messageLike({ address: '13800000001', notices: [] })
  expect(await types.aliyun_voice.send(message, channel, NOW)).toMatchObject({ ok: true })
  const sent = JSON.parse(voice.taken[0]!.url.searchParams.get('TtsParam')!) as object
  expect(sent).toEqual({ title: '【紧急】漏水', place: '-', number: '-' })
})

it('waits for what passes and gives up on what stays', () => {
  const answered = (Code: string) =>
    judgeAliyun({ ok: true, status: 400, headers: {}, body: JSON.stringify({ Code, Message: '' }) }, NOW)
  const retried = ['Throttling.User', 'isp.SYSTEM_ERROR', 'ServiceUnavailable', 'isv.DAY_LIMIT_CONTROL'].map(answered)
  expect(retried.every((sent) => !sent.ok && sent.retry)).toBe(true)
  const kept = ['isv.AMOUNT_NOT_ENOUGH', 'isp.RAM_PERMISSION_DENY', 'isv.SMS_TEMPLATE_ILLEGAL', 'OK'].map(answered)
  expect(kept.every((sent) => !sent.ok && !sent.retry)).toBe(true)
})
