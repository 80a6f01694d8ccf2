import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createOutgoing } from '../../../api/outgoing.ts'
import { createGuard } from '../../../api/outgoing-guard.ts'
import { createChannelTypes } from '../../../rules/notify/channels/index.ts'
import type { Sent } from '../../../rules/notify/channel.ts'
import { createOutbox, type Outbox } from '../../../rules/notify/outbox.ts'
import { noticesOf } from '../../../rules/storage/outbox.ts'
import { EngineBench, MINUTE, saying, SECOND } from '../../support/engine.ts'
import { call, OK, OutboxBench } from '../../support/outbox-bench.ts'
import { onDutyAlways, responder, savePlan } from '../../support/people.ts'
import { type Answering, answerWith, type Receiver, startReceiver } from '../../support/receiver.ts'

/** Faults, and what was found broken in other systems, as far as notices go. */

const endless: Answering = async (_arrival, response) => {
  response.writeHead(200)
  while (!response.destroyed) {
    response.write('x'.repeat(16 * 1024))
    await sleep(1)
  }
}
const FAULTS: [string, Answering][] = [
  ['down', (_arrival, response) => void response.destroy()],
  ['slow', () => undefined],
  ['answering 500', answerWith(500)],
  ['answering 429', answerWith(429)],
  ['answering 429 and asking for an hour', answerWith(429, { 'retry-after': '3600' })],
  ['answering with an endless body', endless],
]

describe('a notification target', () => {
  let bench: EngineBench
  let outbox: Outbox
  let receiver: Receiver
  const door = createOutgoing(createGuard(['127.0.0.1']))

  beforeEach(async () => {
    bench = await EngineBench.open()
    receiver = await startReceiver()
    outbox = createOutbox({
      ...{ engine: bench.engine, reader: bench.store.reader, clock: bench.clock, random: () => 0.5 },
      types: createChannelTypes({ ...door, random: () => 0.5, log: () => undefined }),
      open: (channel) => channel,
      linkOf: () => null,
      onResult: () => undefined,
    })
    const about = { sites: null, enabled: true, language: 'zh' as const, broadcasts: [], secrets: {} }
    const channel = (id: string, kind: 'webhook' | 'http_sms', rest: object) =>
      savePlan(bench, 'channel', { id, name: id, kind, ...about, options: { url: `${receiver.url}/${id}` }, ...rest })
    const hook = {
      broadcasts: ['ticket.opened' as const],
      secrets: { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
    }
    await channel('bad-hook', 'webhook', hook)
    await channel('hook', 'webhook', hook)
    await channel('bad-sms', 'http_sms', {})
    await channel('sms', 'http_sms', {})
    await onDutyAlways(bench, responder('li', { channels: ['bad-sms', 'sms'] }))
  })
  afterEach(async () => {
    await receiver.close()
    await outbox.stop()
    await bench.close()
  })

  const through = async (channel: string) => {
    const ofTicket = ({ id }: { id: string }) => noticesOf(bench.store.reader, { ticket: id })
    const notices = (await Promise.all((await bench.tickets()).map(ofTicket))).flat()
    return notices.filter((notice) => notice.channel === channel)
  }
  const look = async () => {
    await bench.engine.tick()
    void outbox.flush()
  }
  /** By the service's clock, as fast as it goes. */
  const second = async () => {
    bench.clock.advance(SECOND)
    await look()
    await sleep(5)
  }
  /** Sooner than a request is given up. */
  const soon = <T>(ask: () => Promise<T>) => expect.poll(ask, { timeout: 4_000 })
  const toldInTime = async (channel: string, withinMs: number) =>
    (await through(channel)).filter(
      ({ state, settledAt, createdAt }) => state === 'sent' && settledAt! - createdAt <= withinMs,
    ).length

  it.each(FAULTS)(
    '%s: other targets at most 5 s late, second channel within 60 s, tried again with the same idempotency key',
    async (_fault, answer) => {
      receiver.answer = (arrival, response) =>
        (arrival.path.startsWith('/bad') ? answer : answerWith(204))(arrival, response)
      await bench.leak()
      await look()
      await soon(() => toldInTime('hook', 5 * SECOND)).toBe(1)
      const [hook] = await through('bad-hook')
      const [call] = await through('bad-sms')

      for (let passed = 0; passed < 59; passed++) await second()
      const instead = async () => (await through('sms')).map(({ state, insteadOf }) => [state, insteadOf])
      await soon(instead).toEqual([['sent', call!.id]])
      expect((await through('sms'))[0]!.settledAt! - call!.createdAt).toBeLessThanOrEqual(MINUTE)
      await bench.provision('leak-2', 'water_leak')
      await bench.say('leak-2', { levels: { 'water.leak': true } })
      await look()
      await soon(() => toldInTime('hook', 5 * SECOND)).toBe(2)

      const tries = () => receiver.idsAt('/bad-hook').filter((id) => id === hook!.id).length
      const aMinuteLater = async () => {
        bench.clock.advance(MINUTE)
        await second()
        return tries()
      }
      await expect.poll(aMinuteLater, { timeout: 20_000, interval: 10 }).toBeGreaterThanOrEqual(2)
      const queued = new Set((await through('bad-hook')).map(({ id }) => id))
      expect(receiver.idsAt('/bad-hook').filter((id) => !queued.has(id))).toEqual([])
    },
    40_000,
  )
})

describe('with channels of a made-up world', () => {
  let bench: OutboxBench
  beforeEach(async () => void (bench = await OutboxBench.open()))
  afterEach(() => bench.close())

  const toldOf = (number: string) =>
    bench.sent.filter(({ message }) => message.notices.some(({ body }) => body.number === number))

  it('alerts lost at restart: what is queued, held by a limit or in the air goes out after it, each id once more', async () => {
    await bench.channel('voice', 'http_voice')
    await bench.channel('robot', 'wecom')
    await bench.responder('held', { phone: '13800000001', channels: ['voice'] })
    await bench.responder('hung', { mentions: { wecom: 'hung' }, channels: ['robot'] })
    await call(bench, ['held'], { body: { number: 'first' } })
    await bench.outbox.flush()
    await call(bench, ['held'], { body: { number: 'held' } })
    await bench.outbox.flush()
    bench.world = () => new Promise<Sent>(() => undefined)
    await call(bench, ['hung'], { body: { number: 'in the air' } })
    void bench.outbox.flush()
    await expect.poll(() => toldOf('in the air').length).toBe(1)
    await call(bench, ['hung'], { body: { number: 'queued' } })
    await bench.restart()
    bench.world = () => OK
    await bench.pass(70)
    expect((await bench.notices()).map(({ state }) => state)).toEqual(Array(4).fill('sent'))
    expect(['first', 'held', 'queued'].map((number) => toldOf(number).length)).toEqual([1, 1, 1])
    const ids = toldOf('in the air').map(({ id }) => id)
    expect([ids.length, new Set(ids).size]).toEqual([2, 1])
  })

  it('a flood: a new emergency elsewhere is notified within 5 s through the same robot, with its limit of 20 a minute', async () => {
    await setUpFlood()
    const ids = Array.from({ length: 500 }, (_, index) => `flood-${index}`)
    for (const id of ids) await bench.engine.provision(id, 'water_leak')
    const { clock } = bench.engine
    await bench.engine.take(...ids.map((id) => saying(id, clock.now(), { levels: { 'water.leak': true } })))
    await bench.pass(10)
    await expectToldElsewhere()
    expect(bench.sent.filter(({ channel }) => channel === 'robot').length).toBeLessThanOrEqual(20)
  }, 60_000)

  it('a flood that goes on, an emergency a second: a new one elsewhere is notified within 5 s all the same', async () => {
    await setUpFlood()
    for (let index = 0; index < 60; index++) {
      await bench.leak(`flood-${index}`)
      await bench.pass(1)
    }
    await expectToldElsewhere()
  }, 60_000)

  /** Everybody's robot is one; who is held back by its limit has a telephone. */
  async function setUpFlood(): Promise<void> {
    const { engine } = bench
    await engine.command({ type: 'create_site', site: { id: 'other', name: 'Other', timezone: 'Asia/Shanghai' } })
    await bench.channel('robot', 'wecom', { broadcasts: ['alarm.raised', 'alarms.gathered', 'ticket.opened'] })
    await bench.channel('sms', 'http_sms')
    await onDutyAlways(engine, responder('li'))
    await savePlan(engine, 'responder', responder('wang', { sites: ['other'], phone: '13900000000' }))
    const [own] = [...engine.engine.world().plans.roster.values()].map(({ plan }) => plan)
    const turns = [{ crews: [], responders: ['wang'] }]
    const rotations = own!.rotations.map((rotation) => ({ ...rotation, turns }))
    await savePlan(engine, 'roster', { ...own!, id: 'elsewhere', sites: ['other'], rotations })
    await engine.provision('elsewhere', 'water_leak', 'other')
  }

  async function expectToldElsewhere(): Promise<void> {
    const begun = bench.engine.clock.now()
    await bench.engine.say('elsewhere', { levels: { 'water.leak': true } })
    await bench.pass(5)
    const told = bench.sent.filter(({ message }) => message.notices.some(({ recipient }) => recipient === 'wang'))
    expect(told.length).toBeGreaterThan(0)
    expect(told[0]!.at - begun).toBeLessThanOrEqual(5 * SECOND)
  }
})
