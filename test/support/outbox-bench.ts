import { carryCommand } from '../../gateway/commands.ts'
import { DEFAULT_FLOOD_POLICY } from '../../rules/flood/rate.ts'
import type { ChannelKind, ChannelSettings, Notice, Responder } from '../../rules/model.ts'
import type { ChannelType, Message, Sent } from '../../rules/notify/channel.ts'
import { createOutbox, type Outbox } from '../../rules/notify/outbox.ts'
import { type About, tellPeople } from '../../rules/notify/queue.ts'
import { transaction } from '../../rules/storage/connect.ts'
import { noticesOf, withdrawNotices } from '../../rules/storage/outbox.ts'
import { deliveriesOf } from '../../rules/storage/deliveries.ts'
import type { Work } from '../../rules/work.ts'
import { draftOf } from '../../rules/world.ts'
import { EngineBench } from './engine.ts'
import { responderLike } from './notices.ts'

export const OK: Sent = { ok: true, answer: '200' }
export const DOWN: Sent = { ok: false, answer: '500', retry: true }

/** What the world answers to a message of a channel. */
export type World = (channel: string, message: Message) => Sent | Promise<Sent>

const LIMITS: Partial<Record<ChannelKind, Partial<ChannelType>>> = {
  wecom: { limits: [{ count: 20, withinMs: 60_000 }], reserved: 5, gathers: true },
  http_voice: { limits: [{ count: 1, withinMs: 60_000 }] },
}

/** A real engine with a real outbox, whose channels reach a world that the test makes up. */
export class OutboxBench {
  outbox!: Outbox
  /** Every message that was handed over, and when. */
  sent: { channel: string; at: number; id: string; message: Message }[] = []
  results: string[] = []
  world: World = () => OK

  private constructor(readonly engine: EngineBench) {}

  static async open(): Promise<OutboxBench> {
    const bench = new OutboxBench(await EngineBench.open())
    bench.begin()
    return bench
  }

  begin(): void {
    const kinds: ChannelKind[] = ['log', 'webhook', 'wecom', 'http_sms', 'http_voice', 'email']
    const types = Object.fromEntries(kinds.map((kind) => [kind, this.typeOf(kind)])) as Record<ChannelKind, ChannelType>
    this.outbox = createOutbox({
      ...{ engine: this.engine.engine, reader: this.engine.store.reader, clock: this.engine.clock, types },
      random: () => 0.5,
      open: (channel) => (channel.secrets.key === 'foreign' ? null : channel),
      linkOf: ({ id }) => `https://accept/${id}`,
      onResult: (kind, result) => void this.results.push(`${kind} ${result}`),
    })
  }

  private typeOf(kind: ChannelKind): ChannelType {
    return {
      limits: [],
      reserved: 0,
      gathers: false,
      ...LIMITS[kind],
      send: async (message, { id }, now) => {
        if (kind !== 'log') this.sent.push({ channel: id, at: now, id: message.id, message })
        return kind === 'log' ? OK : this.world(id, message)
      },
    }
  }

  async restart(): Promise<void> {
    await this.engine.restart()
    this.begin()
  }

  async close(): Promise<void> {
    await this.outbox.stop()
    await this.engine.close()
  }

  /** After sends that never come back: this one is left as it is, and another is opened. */
  async leftHanging(): Promise<OutboxBench> {
    await this.engine.close()
    return OutboxBench.open()
  }

  /** As the acknowledgement of an alarm does. */
  withdraw(alarm: string): Promise<void> {
    const { store, clock } = this.engine
    return transaction(store.writer, (db) => withdrawNotices(db, alarm, 'acknowledged', clock.now()))
  }

  channel(id: string, kind: ChannelKind, rest: Partial<ChannelSettings> = {}) {
    const plain = { sites: null, enabled: true, language: 'zh' as const, broadcasts: [], options: {}, secrets: {} }
    const plan = { id, name: id, kind, ...plain, ...rest }
    return this.engine.command({ type: 'save_plan', kind: 'channel', plan, isNew: true })
  }

  responder(id: string, rest: Partial<Responder> = {}) {
    return this.engine.command({ type: 'save_plan', kind: 'responder', plan: responderLike(id, rest), isNew: true })
  }

  /** A leak, of whose ticket the channels that broadcast it hear. */
  async leak(device = 'leak-1'): Promise<void> {
    if (!this.engine.engine.device(device)) await this.engine.provision(device, 'water_leak')
    await this.engine.say(device, { levels: { 'water.leak': true } })
  }

  /** Moves time on, second by second, and each time does what the service does. */
  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      await this.engine.pass(1_000)
      await this.outbox.flush()
    }
  }

  async notices(channel?: string): Promise<Notice[]> {
    const all = await noticesOf(this.engine.store.reader, {})
    return all.filter((notice) => (channel === undefined ? notice.channel !== 'log' : notice.channel === channel))
  }

  async deliveries(channel: string) {
    const notices = await this.notices(channel)
    return deliveriesOf(
      this.engine.store.reader,
      notices.map(({ id }) => id),
    )
  }
}

let made = 0

/** An operation of the engine that calls people, as a step of a ladder does. */
export async function call(
  { engine }: OutboxBench,
  people: readonly string[],
  about: Partial<About> = {},
  channels?: readonly string[],
): Promise<string[]> {
  const world = engine.engine.world()
  const responders = people.map((id) => world.plans.responder.get(id)!.plan)
  const told = { kind: 'ticket.call' as const, emergency: true, site: 'default', body: { number: 'T1' }, ...about }
  return transaction(engine.store.writer, async (db) => {
    const work: Work = {
      ...{ db, now: engine.clock.now(), draft: draftOf(world), rules: world.rules, memory: world.memory },
      ...{
        flood: DEFAULT_FLOOD_POLICY,
        changes: [],
        carry: carryCommand,
        newId: () => `call-${String(++made).padStart(6, '0')}`,
      },
    }
    return (await tellPeople(work, responders, told, channels)).map(({ id }) => id)
  })
}
