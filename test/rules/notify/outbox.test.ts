import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Sent } from '../../../rules/notify/channel.ts'
import { judgeGateway } from '../../../rules/notify/channels/http-gateway.ts'
import { call, DOWN, OK, OutboxBench } from '../../support/outbox-bench.ts'

let bench: OutboxBench
beforeEach(async () => void (bench = await OutboxBench.open()))
afterEach(() => bench.close())

const states = async (channel?: string) => (await bench.notices(channel)).map(({ state }) => state)
const sentThrough = (channel: string) => bench.sent.filter((each) => each.channel === channel)
const LI = { phone: '13800000001', mentions: { wecom: 'li' } }
/** 企业微信 first, then an SMS. */
async function twoWays(): Promise<void> {
  await bench.channel('robot', 'wecom')
  await bench.channel('sms', 'http_sms')
  await bench.responder('li', LI)
}
const never = new Promise<Sent>(() => undefined)

describe('a channel that broadcasts', () => {
  it('hears what it is to hear at its sites, of its priorities, and the log hears everything', async () => {
    await bench.channel('all', 'webhook', { broadcasts: ['ticket.opened'] })
    await bench.channel('low', 'webhook', { broadcasts: ['ticket.opened'], priorities: ['low'] })
    await bench.channel('off', 'webhook', { broadcasts: ['ticket.opened'], enabled: false })
    await bench.leak()
    await bench.outbox.flush()
    expect(bench.sent.map(({ channel }) => channel)).toEqual(['all'])
    expect(await states('log')).toEqual(['sent', 'sent'])
  })

  it('that is dead is tried again with the same id, later and later, ten times, and then not any more', async () => {
    await bench.channel('dead', 'webhook', { broadcasts: ['ticket.opened'] })
    bench.world = () => DOWN
    await bench.leak()
    for (let minute = 0; minute < 90; minute++) {
      bench.engine.clock.advance(60_000)
      await bench.outbox.flush()
    }
    expect(new Set(bench.sent.map(({ id }) => id)).size).toBe(1)
    expect(await bench.notices()).toMatchObject([{ state: 'failed', attempts: 10, reason: '500' }])
    const log = (await bench.deliveries('dead')).filter(({ result }) => result === 'failed')
    expect(log).toHaveLength(10)
    expect(bench.results.filter((result) => result.startsWith('webhook'))).toEqual([
      ...Array<string>(9).fill('webhook retried'),
      'webhook failed',
    ])
  })

  it('that hangs or is dead never delays another', async () => {
    for (const id of ['dead', 'hangs', 'well']) await bench.channel(id, 'webhook', { broadcasts: ['ticket.opened'] })
    bench.world = (channel) => (channel === 'dead' ? DOWN : channel === 'hangs' ? never : OK)
    await bench.leak()
    void bench.outbox.flush()
    await expect.poll(() => states('well')).toEqual(['sent'])
    await bench.engine.provision('lift-2', 'elevator')
    await bench.engine.say('lift-2', { levels: { 'elevator.entrapment': true } })
    void bench.outbox.flush()
    await expect.poll(() => states('well')).toEqual(['sent', 'sent'])
    expect(await states('hangs')).toEqual(['queued', 'queued'])
    bench = await bench.leftHanging()
  })

  it('that answers 429 is left alone for as long as it asks, in everything that goes there', async () => {
    await bench.channel('busy', 'webhook', { broadcasts: ['ticket.opened'] })
    bench.world = () => ({ ok: false, answer: '429', retry: true, retryAfterMs: 90_000 })
    await bench.leak()
    await bench.outbox.flush()
    bench.world = () => OK
    await bench.leak('leak-2')
    await bench.pass(80)
    expect(bench.sent).toHaveLength(1)
    await bench.pass(10)
    expect(await states('busy')).toEqual(['sent', 'sent'])
  })

  it('that failed five times in a row is not bothered with all that waits: one tries', async () => {
    await bench.channel('dead', 'webhook', { broadcasts: ['ticket.opened'] })
    bench.world = () => DOWN
    for (let index = 2; index < 8; index++) await bench.leak(`leak-${index}`)
    await bench.outbox.flush()
    const before = bench.sent.length
    await bench.pass(29)
    expect(bench.sent.length).toBe(before)
    await bench.pass(2)
    expect(bench.sent.length).toBe(before + 1)
    bench.world = () => OK
    await bench.pass(120)
    expect(await states('dead')).toEqual(Array(6).fill('sent'))
  })

  it('is told of many in one message where its limit binds, and never more often than the provider allows', async () => {
    await bench.channel('robot', 'wecom')
    await bench.responder('li', LI)
    for (let index = 0; index < 100; index++) await call(bench, ['li'], { emergency: false })
    await bench.pass(3)
    expect(bench.sent.length).toBeLessThanOrEqual(15)
    expect(await states('robot')).toEqual(Array(100).fill('sent'))
    const [digest] = bench.sent.filter(({ message }) => message.notices.length > 1)
    expect([digest!.message.lines.length, digest!.message.link]).toEqual([21, null])
    expect((await bench.deliveries('robot')).find(({ gathered }) => gathered > 1)!.message).toBe(digest!.id)
    await call(bench, ['li'], { emergency: true })
    await bench.pass(1)
    expect(bench.sent.at(-1)!.message).toMatchObject({ emergency: true, mention: { wecom: 'li' } })
  })

  it('that was deleted loses what waited for it, and says so', async () => {
    await bench.channel('gone', 'webhook', { broadcasts: ['ticket.opened'] })
    await bench.leak()
    await bench.engine.command({ type: 'delete_plan', kind: 'channel', id: 'gone' })
    await bench.outbox.flush()
    expect(await bench.notices()).toMatchObject([
      { state: 'failed', reason: expect.stringMatching(/does not exist/) as string },
    ])
  })
})

describe('somebody who is called', () => {
  it('is told in his language, mentioned, with a link, and by one way only', async () => {
    await twoWays()
    expect(await call(bench, ['li'])).toEqual(['li'])
    await bench.pass(120)
    expect(bench.sent).toMatchObject([
      {
        channel: 'robot',
        message: { language: 'zh', link: expect.stringMatching(/accept/) as string, mention: { wecom: 'li' } },
      },
    ])
  })

  it('in an emergency hears of it another way as soon as the first fails, and only once', async () => {
    await twoWays()
    bench.world = (channel) => (channel === 'robot' ? DOWN : OK)
    await call(bench, ['li'])
    await bench.outbox.flush()
    expect(sentThrough('sms').map(({ message }) => message.address)).toEqual(['13800000001'])
    expect([await states('robot'), await states('sms')]).toEqual([['withdrawn'], ['sent']])
    await bench.pass(300)
    expect(bench.sent).toHaveLength(2)
  })

  it('hears of it another way within 60 s where the first hangs', async () => {
    await twoWays()
    bench.world = (channel) => (channel === 'robot' ? never : OK)
    await call(bench, ['li'], { emergency: false })
    const begun = bench.engine.clock.now()
    for (let second = 0; second < 60; second++) {
      await bench.engine.pass(1_000)
      void bench.outbox.flush()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await expect.poll(() => states('sms')).toEqual(['sent'])
    expect(sentThrough('sms')[0]!.at - begun).toBeLessThanOrEqual(60_000)
    bench = await bench.leftHanging()
  })

  it('where every way fails is tried again in each, and readiness names the channel for as long', async () => {
    await twoWays()
    bench.world = () => DOWN
    await call(bench, ['li'])
    await bench.outbox.flush()
    expect(bench.outbox.trouble()).toMatch(/^sms: 500/)
    expect([await states('robot'), await states('sms')]).toEqual([['queued'], ['queued']])
    bench.world = () => OK
    await bench.pass(5)
    expect(bench.outbox.trouble()).toBeNull()
    expect(await states()).not.toContain('queued')
  })

  it('is not kept waiting by somebody whose number the same gateway refuses', async () => {
    await bench.channel('sms', 'http_sms')
    await bench.responder('wrong', { phone: '13800000000', channels: ['sms'] })
    await bench.responder('li', { phone: '13900000001', channels: ['sms'] })
    const says = (code: number) =>
      judgeGateway({ ok: true, status: 200, headers: {}, body: `{"code":${code}}` }, { path: 'code', equals: 0 }, 0)
    bench.world = (_channel, { address }) => says(address === '13800000000' ? 7 : 0)
    await call(bench, ['wrong'])
    await bench.pass(35)
    expect(bench.sent.length).toBeGreaterThanOrEqual(5)
    await call(bench, ['li'])
    await bench.pass(5)
    expect(sentThrough('sms').map(({ message }) => message.address)).toContain('13900000001')
  })

  it('whom a limit holds back in an emergency is called another way at once', async () => {
    await bench.channel('voice', 'http_voice')
    await bench.channel('sms', 'http_sms')
    await bench.responder('li', { ...LI, channels: ['voice', 'sms'] })
    for (let index = 0; index < 2; index++) await call(bench, ['li'])
    await bench.outbox.flush()
    expect(bench.sent.map(({ channel }) => channel).sort()).toEqual(['sms', 'voice'])
    const results = (await bench.deliveries('voice')).map(({ result }) => result)
    expect(results.sort()).toEqual(['held', 'sent'])
  })

  it('is not in the air twice where his notice is withdrawn meanwhile: the log says that it was sent', async () => {
    await bench.channel('robot', 'wecom')
    await bench.responder('li', LI)
    let answer: (sent: Sent) => void = () => undefined
    bench.world = () => new Promise((resolve) => (answer = resolve))
    await call(bench, ['li'], { alarm: 'a1' })
    const flushing = bench.outbox.flush()
    await expect.poll(() => bench.sent.length).toBe(1)
    await bench.withdraw('a1')
    answer(OK)
    await flushing
    expect(await states('robot')).toEqual(['sent'])
    bench.world = () => DOWN
    expect((await bench.deliveries('robot')).map(({ result }) => result)).toEqual(['sent'])
  })

  it('and whose notice fails while it is withdrawn is not called again', async () => {
    await twoWays()
    bench.world = async () => {
      await bench.withdraw('a1')
      return DOWN
    }
    await call(bench, ['li'], { alarm: 'a1' })
    await bench.pass(60)
    expect([bench.sent.length, await states()]).toEqual([1, ['withdrawn']])
  })

  it('has his quiet hours, which an emergency ignores', async () => {
    await bench.channel('sms', 'http_sms')
    await bench.responder('li', { ...LI, quietHours: [{ from: '09:00', to: '10:01' }] })
    await call(bench, ['li'], { emergency: false, body: { number: 'calm' } })
    await call(bench, ['li'], { emergency: true, body: { number: 'urgent' } })
    await bench.pass(59)
    expect(bench.sent.flatMap(({ message }) => message.notices.map(({ body }) => body.number))).toEqual(['urgent'])
    await bench.pass(1)
    expect(bench.sent).toHaveLength(2)
  })
})

describe('a restart', () => {
  it('remembers what was sent, and tries again with the same id', async () => {
    await bench.channel('voice', 'http_voice')
    await bench.responder('li', LI)
    bench.world = () => DOWN
    await call(bench, ['li'])
    await bench.outbox.flush()
    const [first] = bench.sent
    await bench.restart()
    bench.world = () => OK
    await bench.pass(59)
    expect(bench.sent).toHaveLength(1)
    await bench.pass(2)
    expect(bench.sent.map(({ id }) => id)).toEqual([first!.id, first!.id])
  })
})

describe('secrets that another key sealed', () => {
  it('keep a channel from sending and nothing else from running', async () => {
    await bench.channel('foreign', 'webhook', { broadcasts: ['ticket.opened'], secrets: { key: 'foreign' } })
    await bench.leak()
    await bench.outbox.flush()
    expect(bench.sent).toEqual([])
    expect((await bench.notices())[0]!.reason).toMatch(/another secretKey/)
  })
})

it('what is sent now is held where the provider allows no more, and goes through a channel that failed', async () => {
  await bench.channel('robot', 'wecom')
  const tryOnce = async () => {
    const to = [{ channel: 'robot', address: '', recipient: null }]
    const { notices } = await bench.engine.command({ type: 'make_test_notices', to })
    return (await bench.outbox.sendNow(notices!))[0]!
  }
  bench.world = () => DOWN
  for (let time = 0; time < 15; time++) expect((await tryOnce()).result).toBe('failed')
  expect(await tryOnce()).toMatchObject({
    result: 'held',
    answer: 'as many as the provider allows were sent already',
  })
  expect(bench.sent).toHaveLength(15)
  bench.engine.clock.advance(60_000)
  bench.world = () => OK
  expect((await tryOnce()).result).toBe('sent')
})
