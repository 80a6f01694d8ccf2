import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseRule, type RuleInput } from '../../rules/alarms/rule-schema.ts'
import { type DeviceMessage, Refusal, type Rule } from '../../rules/model.ts'
import type { Seen } from '../support/alarms.ts'
import { EngineBench, HOUR, LEAK, LIFT, METER, saying, SECOND, START } from '../support/engine.ts'
import { PlainSite } from '../support/plain-site.ts'

/**
 * Whatever happens to a site, rows, notices and tickets are those of a plain site: messages of any age and order, sent
 * again or in batches, late ticks, restarts, mutes of every kind, and what people do.
 */

/** Shipped rules with other figures. Those of the leak sensor share a ticket; the lost supply suppresses the others. */
const RULES = [
  { id: 'water_leak.wet', code: 'water.leak', device: LEAK, category: 'water_leak' },
  { id: 'water_leak.sensor_fault', code: 'device.sensor_fault', device: LEAK, category: 'water_leak' },
  { id: 'elevator.entrapment', code: 'elevator.entrapment', device: LIFT, category: 'elevator' },
  { id: 'power_meter.supply_lost', code: 'meter.power_outage', device: METER, category: 'power' },
] as const
const KINDS = { [LEAK]: 'water_leak', [LIFT]: 'elevator', [METER]: 'power_meter' } as const
type Id = (typeof RULES)[number]['id']
type Device = keyof typeof KINDS

const about = (id: Id) => RULES.find((each) => each.id === id)!
const ids = RULES.map(({ id }) => id)
const seconds = (...choices: number[]) => fc.constantFrom(...choices.map((choice) => choice * SECOND))
const orNone = (arbitrary: fc.Arbitrary<number>) => fc.option(arbitrary, { freq: 1 })

const figures = fc.record({
  onDelayMs: seconds(0, 0, 1, 10),
  offDelayMs: seconds(0, 2, 30),
  pulseHoldMs: seconds(1, 10, 90),
  reAlarmMs: orNone(seconds(5, 100)),
  acknowledgementExpiresMs: orNone(seconds(7, 100)),
  latch: fc.boolean(),
  opensTicket: fc.boolean(),
  priority: fc.constantFrom('critical' as const, 'medium' as const),
  holdMs: seconds(0, 5, 60),
})
const anyRules = fc
  .tuple(figures, figures, figures, figures)
  .map((all) => RULES.map((each, index) => ruleOf(each, all[index]!)))

function ruleOf(
  { id, code, device, category }: (typeof RULES)[number],
  { holdMs, ...rest }: typeof figures extends fc.Arbitrary<infer T> ? T : never,
): Rule {
  const suppresses = { same: 'site', rules: ['water_leak.*', 'elevator.*'], holdMs } as const
  const own: RuleInput = { id, kind: KINDS[device], title: { zh: id, en: id }, category, when: code, ...rest }
  return parseRule(id === 'power_meter.supply_lost' ? { ...own, suppresses } : own)
}

type Word = { id: Id; seen: 'true' | 'false' | 'pulse'; wrongByH: number | null; isPast: boolean }
type Happening = { afterS: number } & (
  | { type: 'say'; words: readonly Word[] }
  | { type: 'sayNothingKnown'; device: Device }
  | { type: 'sayAgain'; device: Device }
  | { type: 'tick' }
  | { type: 'restart'; downS: number }
  | { type: 'acknowledge'; which: number }
  | { type: 'reset'; which: number }
  | { type: 'unshelve'; which: number }
  | { type: 'shelve'; which: number; forS: number; oneShot: boolean }
  | { type: 'plan'; over: { device?: Device; category?: string; rules?: string[] }; inS: number; forS: number }
  | { type: 'assign'; category: string }
  | { type: 'cancel'; category: string }
)

const device = fc.constantFrom<Device[]>(LEAK, LIFT, METER)
const id = fc.constantFrom(...ids)
/** Which of the open alarms. */
const which = fc.nat(3)
const category = fc.constantFrom('water_leak', 'elevator', 'power')
const word = fc.record<Word>({
  id,
  seen: fc.constantFrom('true', 'true', 'false', 'false', 'pulse'),
  wrongByH: fc.constantFrom(null, null, -80_000, -5, 5, 80_000),
  isPast: fc.nat(9).map((each) => each === 0),
})
const wait = fc.oneof(fc.constantFrom(0, 1, 2, 10), fc.nat(20), fc.nat(120))
const what = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ type: fc.constant('say'), words: fc.array(word, { minLength: 1, maxLength: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('sayNothingKnown'), device }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('sayAgain'), device }) },
  { weight: 6, arbitrary: fc.constant({ type: 'tick' }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('restart'), downS: fc.nat(200) }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constantFrom('acknowledge', 'reset', 'unshelve'), which }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('shelve'),
      which,
      forS: fc.integer({ min: 1, max: 200 }),
      oneShot: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('plan'),
      over: fc.oneof(fc.record({ device }), fc.record({ category }), fc.constant({ rules: ['*'] })),
      inS: fc.constantFrom(0, 0, 1, 30),
      forS: fc.integer({ min: 1, max: 200 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('assign', 'cancel'), category }) },
)
const story = fc.array(
  fc.record({ afterS: wait, what }).map(({ afterS, what }) => ({ afterS, ...what }) as Happening),
  { minLength: 10, maxLength: 45 },
)

/** The real site and the plain one, to which the same happens. */
class Pair {
  private readonly plain: PlainSite
  private readonly last = new Map<Device, DeviceMessage>()
  private seq = 0

  private constructor(
    private readonly bench: EngineBench,
    rules: readonly Rule[],
  ) {
    this.plain = new PlainSite(rules)
  }

  /** Nothing is a flood here. */
  static async open(rules: readonly Rule[]): Promise<Pair> {
    const flood = { alarms: 10_000, alarmsOfDevice: 10_000, withinMs: 1_000, positions: {} }
    const bench = await EngineBench.open(START, { flood })
    for (const rule of rules) await bench.command({ type: 'save_rule', rule, isNew: false })
    await bench.engine.tick()
    return new Pair(bench, rules)
  }

  close = () => this.bench.close()

  wait(forS: number): void {
    this.bench.clock.advance(forS * SECOND)
    this.plain.wait(forS)
  }

  async tick(): Promise<void> {
    await this.bench.engine.tick()
    this.plain.tick()
  }

  async happen(happening: Happening): Promise<void> {
    switch (happening.type) {
      case 'say':
        return this.say(happening.words)
      case 'sayNothingKnown':
        await this.bench.say(happening.device, { values: { 'custom.level': 3 } })
        return
      case 'sayAgain':
        return this.sayAgain(happening.device)
      case 'tick':
        return this.tick()
      case 'restart':
        await this.bench.restart(happening.downS * SECOND)
        this.plain.wait(happening.downS)
        return this.tick()
      default:
        // A person acts on what the last tick shows.
        await this.tick()
        return this.act(happening)
    }
  }

  private async say(words: readonly Word[]): Promise<void> {
    const now = this.bench.clock.now()
    const messages = words.map(({ id, seen, wrongByH, isPast }) => {
      const { device, code } = about(id)
      const levels = seen === 'pulse' ? {} : { [code]: seen === 'true' }
      const deviceAt = wrongByH === null ? null : now + wrongByH * HOUR
      const pulses = seen === 'pulse' ? [code] : []
      const message = saying(device, now, { levels, pulses, deviceAt, live: !isPast, seq: ++this.seq })
      this.last.set(device, message)
      if (!isPast) this.plain.say(id, seen satisfies Seen)
      return message
    })
    await this.bench.take(...messages)
  }

  private async sayAgain(device: Device): Promise<void> {
    const message = this.last.get(device)
    const now = this.bench.clock.now()
    if (message === undefined || now - message.receivedAt >= 600 * SECOND) return
    expect((await this.bench.take({ ...message, receivedAt: now })).duplicates).toBe(1)
  }

  private async act(deed: Exclude<Happening, { type: 'say' | 'sayNothingKnown' | 'sayAgain' | 'tick' | 'restart' }>) {
    const { bench, plain } = this
    const now = bench.clock.now()
    if (deed.type === 'plan') {
      const { over, inS, forS } = deed
      const from = now + inS * SECOND
      const about = { site: 'default', over, reason: 'works', from, until: from + forS * SECOND }
      await bench.command({ type: 'plan_mute', ...about })
      const device = (id: string) => RULES.find((each) => each.id === id)!.device
      return plain.plan(
        (rule) =>
          [device(rule.id), undefined].includes(over.device) && [rule.category, undefined].includes(over.category),
        inS,
        inS + forS,
      )
    }
    if (deed.type === 'assign' || deed.type === 'cancel') {
      const ticket = (await this.working()).find(({ category }) => category === deed.category)
      if (!ticket) return
      await (deed.type === 'cancel' ? bench.cancel(ticket.id) : bench.act(ticket.id, deed.type))
      return plain[deed.type](deed.category)
    }
    const open = await this.open()
    const alarm = open[deed.which % open.length]
    if (!alarm) return
    if (deed.type === 'shelve') {
      const { forS, oneShot } = deed
      const until = now + forS * SECOND
      await bench.command({ type: 'shelve_alarm', alarm: alarm.id, reason: 'known', until, oneShot })
      return plain.shelve(alarm.rule, forS, oneShot)
    }
    const done = bench.command({ type: `${deed.type}_alarm`, alarm: alarm.id })
    expect(await done.then(() => true, isRefusal)).toBe(plain[deed.type](alarm.rule))
  }

  /** What another connection reads of both. */
  async compare(): Promise<void> {
    const db = this.bench.store.reader
    const open = await this.open()
    const notices = await db
      .selectFrom('outbox')
      .innerJoin('alarms', 'alarms.id', 'outbox.alarm')
      .select(['rule', 'outbox.state'])
      .where('kind', '=', 'alarm.raised')
      .execute()
    const alarms = ids.map((id): [string, object] => {
      const own = notices.filter(({ rule }) => rule === id)
      const told = { told: own.length, queued: own.filter(({ state }) => state === 'queued').length }
      const [row] = open.filter(({ rule }) => rule === id)
      if (!row) return [id, told]
      const { state, active, count, muted } = row
      return [id, { state, active: active === 1, count, muted, ...told }]
    })
    expect({ alarms: Object.fromEntries(alarms), tickets: await this.tickets() }).toEqual(this.plain.seen)
    expect(this.bench.errors).toEqual([])
  }

  private async tickets() {
    const all = await this.bench.tickets()
    const categories = new Set(all.map(({ category }) => category))
    const working = await this.working()
    return Object.fromEntries(
      [...categories].map((category) => {
        const mine = (each: { category: string }) => each.category === category
        return [category, { opened: all.filter(mine).length, working: working.filter(mine).length }]
      }),
    )
  }

  private working = async () => (await this.bench.tickets()).filter(({ state }) => state !== 'cancelled')

  private open() {
    const rows = this.bench.store.reader.selectFrom('alarms').selectAll()
    return rows.where('ended_at', 'is', null).where('raised_at', 'is not', null).orderBy('id').execute()
  }
}

const isRefusal = (error: unknown) => {
  if (error instanceof Refusal) return false
  throw error
}

/** Shrinking stops in time for the seed to be printed. */
const LIMITS = { numRuns: 40, interruptAfterTimeLimit: 25_000 }

it('a site does what the plain one does, whatever happens to it', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(anyRules, story, async (rules, happenings) => {
      const pair = await Pair.open(rules)
      try {
        for (const happening of happenings) {
          pair.wait(happening.afterS)
          await pair.happen(happening)
          await pair.compare()
        }
        // All that runs out does, one after another.
        for (const forS of [100, 100, 400]) {
          pair.wait(forS)
          await pair.tick()
          await pair.compare()
        }
      } finally {
        await pair.close()
      }
    }),
    LIMITS,
  )
})
