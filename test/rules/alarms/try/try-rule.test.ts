import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { journalMessages } from '../../../../gateway/history/messages.ts'
import { parseRule, type RuleInput } from '../../../../rules/alarms/rule-schema.ts'
import { type Tried, type TryLine, type TryQuestion, tryRule } from '../../../../rules/alarms/try/try-rule.ts'
import { historyOfAlarm } from '../../../../rules/storage/alarms.ts'
import { EngineBench, HOUR, LEAK, METER, MINUTE, SECOND, START } from '../../../support/engine.ts'

const OTHER = 'leak-2'
const about = { title: { zh: '试', en: 'Tried' }, priority: 'high', category: 'water_leak' } as const
const leak = (extra: Partial<RuleInput> = {}): RuleInput => {
  const silent = extra.silenceMs !== undefined
  return { ...about, id: 'tried', kind: 'water_leak', ...(silent ? {} : { when: 'water.leak' }), ...extra }
}
const meter = (extra: Partial<RuleInput>): RuleInput => leak({ kind: 'power_meter', ...extra })

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
  await bench.provision(OTHER, 'water_leak')
  for (const id of [LEAK, OTHER, METER]) await bench.command({ type: 'update_device', id, building: 'B1', zone: 'Z' })
})
afterEach(() => bench.close())

const wet = (id = LEAK, active = true) => bench.say(id, { levels: { 'water.leak': active } })
const power = (value: number) => bench.say(METER, { values: { 'power.active': value } })
const save = (input: RuleInput) => bench.command({ type: 'save_rule', rule: parseRule(input), isNew: true })

/** Time passes, and the engine looks every second. */
async function pass(ms: number, every = SECOND): Promise<void> {
  for (let passed = 0; passed < ms; passed += every) await bench.pass(every)
}

async function lines(draft: RuleInput, extra: Partial<TryQuestion> = {}): Promise<TryLine[]> {
  const { rules } = bench.engine.world()
  const period = { from: START, to: bench.clock.now() + 1, live: rules.byId.get(draft.id)?.rule ?? null }
  const question = { draft: parseRule(draft), ...period, sees: () => true, world: bench.engine.world(), ...extra }
  const told: TryLine[] = []
  for await (const line of tryRule(question, journalMessages(bench.store.reader))) told.push(line)
  return told
}

async function attempt(draft: RuleInput, extra: Partial<TryQuestion> = {}): Promise<Tried> {
  const last = (await lines(draft, extra)).at(-1)
  if (last?.type !== 'result') throw new Error('the last line is no result')
  return last.result
}

const seconds = (at: number) => (at - START) / SECOND

/** What the engine did with the rule: its devices, and seconds after the start. */
async function happened(): Promise<string[]> {
  const told: string[] = []
  for (const alarm of (await bench.alarms()).filter(({ rule }) => rule === 'tried')) {
    for (const { at, action } of await historyOfAlarm(bench.store.reader, alarm.id)) {
      if (action === 'raised' || action === 'returned') told.push(`${alarm.device} ${action} ${seconds(at)}`)
    }
  }
  return told.sort()
}

const replayed = (episodes: Tried['draft']['episodes']) =>
  episodes
    .flatMap(({ device, raisedAt, clearedAt }) => [
      `${device} raised ${seconds(raisedAt)}`,
      ...(clearedAt === null ? [] : [`${device} returned ${seconds(clearedAt)}`]),
    ])
    .sort()

describe('a replay raises and returns when the engine did', () => {
  const story = async () => {
    for (const [active, forMs] of [
      [true, 10],
      [false, 5],
      [true, 45],
      [false, 10],
      [true, 30],
      [false, 60],
      [true, 100],
    ] as const) {
      await wet(LEAK, active)
      await pass(forMs * SECOND)
    }
  }
  const load = async () => {
    for (const value of [90, 120, 150, 90, 60, 160, 90, 85, 160, 50]) {
      await power(value)
      await pass(20 * SECOND)
    }
  }
  const cases: [string, RuleInput, () => Promise<void>][] = [
    ['at once', leak(), story],
    ['with delays', leak({ onDelayMs: 30 * SECOND, offDelayMs: 20 * SECOND }), story],
    ['with a count', leak({ count: { times: 2, withinMs: 50 * SECOND } }), story],
    [
      'with levels and a deadband',
      meter({
        when: 'power.active > 100.0',
        clear: 'power.active < 80.0',
        levels: [{ priority: 'critical', when: 'power.active > 140.0', onDelayMs: 10 * SECOND }],
      }),
      load,
    ],
    [
      'with a measure',
      meter({ when: 'mean > 100.0', measures: { mean: { average: 'power.active', overMs: MINUTE } } }),
      load,
    ],
    [
      'with previous values',
      meter({ when: 'power.active - previous(power.active) > 50.0', offDelayMs: 15 * SECOND }),
      load,
    ],
    [
      'with a companion that is true now',
      leak({ with: { kind: 'power_meter', same: 'building', when: 'power.active > 100.0' } }),
      async () => {
        await wet()
        await load()
      },
    ],
    [
      'with a companion within a minute',
      leak({ with: { kind: 'water_leak', same: 'zone', when: 'water.leak', withinMs: MINUTE } }),
      async () => {
        await wet(OTHER)
        await pass(30 * SECOND)
        await story()
      },
    ],
    [
      'of silence, with the message that ends it',
      leak({ silenceMs: 40 * SECOND }),
      async () => {
        for (const quiet of [30, 50, 41, 40]) {
          await wet(LEAK, false)
          await pass(quiet * SECOND)
        }
      },
    ],
    [
      'of a silent point',
      meter({ silenceMs: 30 * SECOND, silenceOf: 'power.active', when: undefined }),
      async () => {
        await power(5)
        await pass(20 * SECOND)
        await bench.say(METER, { values: { 'voltage.l1': 230 } })
        await pass(40 * SECOND)
        await power(5)
        await pass(5 * SECOND)
      },
    ],
    [
      'of pulses that are held',
      leak({ pulseHoldMs: 20 * SECOND, when: 'button.alarm' }),
      async () => {
        for (const quiet of [10, 50, 30]) {
          await bench.say(LEAK, { pulses: ['button.alarm'] })
          await pass(quiet * SECOND)
        }
      },
    ],
  ]
  it.each(cases)('%s', async (_, input, live) => {
    await save(input)
    await live()
    const expected = await happened()
    // Silence is looked for once a second here, and found at once in the replay.
    const isSilence = input.silenceMs !== undefined
    const rounded = (told: string[]) =>
      told.map((each) => (isSilence ? each.replace(/[\d.]+$/, (at) => String(Math.ceil(Number(at)))) : each))
    expect(expected.length).toBeGreaterThan(1)
    const tried = await attempt(input)
    expect(rounded(replayed(tried.draft.episodes))).toEqual(rounded(expected))
    expect(tried.live).toEqual(tried.draft)
    expect(tried.differs).toMatchObject({ onlyDraft: { count: 0 }, onlyLive: { count: 0 }, draftLater: 0 })
  })

  it('where a window opens and closes while the condition stays', async () => {
    // It is 10:00 at the start.
    const input = leak({ calendar: [{ from: '10:05', to: '10:10' }] })
    await save(input)
    await wet()
    await pass(15 * MINUTE)
    expect(await happened()).toEqual([`${LEAK} raised 300`, `${LEAK} returned 600`])
    expect(replayed((await attempt(input)).draft.episodes)).toEqual(await happened())
  })

  it('where nobody was silent while the service did not run', async () => {
    const input = leak({ silenceMs: 10 * MINUTE })
    await save(input)
    await wet(LEAK, false)
    await pass(MINUTE)
    await bench.restart(HOUR)
    await pass(20 * MINUTE, 10 * SECOND)
    const [raised] = await happened()
    const [replay] = replayed((await attempt(input)).draft.episodes)
    expect(Number(raised?.split(' ')[2]) - Number(replay?.split(' ')[2])).toBeLessThanOrEqual(10)
    expect(seconds(bench.clock.now()) - Number(replay?.split(' ')[2])).toBeLessThan(20 * 60)
  })
})

describe('a draft beside the version in force', () => {
  it('differs in what only one raised, in what comes later, and in tickets', async () => {
    await save(meter({ when: 'power.active > 100.0', opensTicket: true }))
    for (const [value, forMs] of [
      [150, 20],
      [50, 10],
      [150, 90],
      [50, 10],
      [30, 5],
    ] as const) {
      await power(value)
      await pass(forMs * SECOND, 5 * SECOND)
    }
    const { draft, live, differs } = await attempt(meter({ when: 'power.active > 100.0', onDelayMs: 30 * SECOND }))
    expect(draft).toMatchObject({ raised: 1, cleared: 1, tickets: 0, devices: 1, perBucket: [1] })
    expect(live).toMatchObject({ raised: 2, cleared: 2, tickets: 2, standing: 0, perBucket: [2] })
    expect(differs).toMatchObject({ onlyDraft: { count: 0 }, onlyLive: { count: 1 }, draftEarlier: 0, draftLater: 1 })
    expect(differs?.onlyLive.episodes).toEqual([
      { device: METER, raisedAt: START, clearedAt: START + 20 * SECOND, priority: 'high', value: 150, ticketAt: START },
    ])
    expect(draft.episodes).toMatchObject([{ raisedAt: START + MINUTE, value: 150, ticketAt: null }])
  })

  it('stands alone where no version is in force, tells what is still up, and runs though it is not enabled', async () => {
    await wet()
    const { draft, live, differs, readings } = await attempt(leak({ enabled: false }))
    expect(draft).toMatchObject({ raised: 1, cleared: 0, episodes: [{ clearedAt: null, value: true }] })
    expect([live, differs, readings]).toEqual([null, null, 1])
  })

  it('tells a latched alarm as cleared when its condition returns, and raised when it is true again', async () => {
    for (const active of [true, false, true]) {
      await wet(LEAK, active)
      await pass(MINUTE, MINUTE)
    }
    expect((await attempt(leak({ latch: true }))).draft).toMatchObject({ raised: 2, cleared: 1 })
  })

  it('tells a ticket when a level is reached that opens one', async () => {
    await power(120)
    await pass(MINUTE, MINUTE)
    await power(200)
    const levels = [{ priority: 'critical' as const, when: 'power.active > 150.0', opensTicket: true }]
    const { draft } = await attempt(meter({ when: 'power.active > 100.0', levels }))
    expect(draft.episodes).toMatchObject([{ priority: 'critical', raisedAt: START, ticketAt: START + MINUTE }])
    expect([draft.raised, draft.tickets]).toEqual([1, 1])
  })

  it('says how often the rule could not be evaluated', async () => {
    await power(1)
    const { draft } = await attempt(meter({ when: '100 / int(power.active - 1.0) > 3' }))
    expect(draft.faults).toEqual({ count: 1, message: expect.stringContaining('division') as string })
  })
})

describe('the period', () => {
  it('begins with what the time before it has led to: what is up already is told, and not counted', async () => {
    await wet()
    await pass(HOUR, HOUR)
    const from = bench.clock.now()
    await wet(LEAK, false)
    await pass(MINUTE, MINUTE)
    await wet()
    const { draft, leadInFrom } = await attempt(leak(), { from })
    expect(draft).toMatchObject({ standing: 1, raised: 1, cleared: 1, perBucket: [1] })
    expect(draft.episodes.map(({ raisedAt }) => raisedAt)).toEqual([START, from + MINUTE])
    expect(leadInFrom).toBe(from - 24 * HOUR)
  })

  it('knows what a device said last, however long ago, if it has said nothing since', async () => {
    await wet(LEAK, false)
    await pass(48 * HOUR, 48 * HOUR)
    const from = bench.clock.now()
    await pass(HOUR, HOUR)
    const { draft } = await attempt(leak({ silenceMs: 48 * HOUR + 30 * MINUTE }), { from: from + 1 })
    expect(draft.episodes).toMatchObject([{ device: LEAK, raisedAt: from + 30 * MINUTE + 1 }])
  })

  it('ends before `to`', async () => {
    await pass(MINUTE, MINUTE)
    await wet()
    expect((await attempt(leak(), { to: START + MINUTE })).draft.raised).toBe(0)
  })
})

describe('what is looked at', () => {
  it('leaves out devices that are not seen', async () => {
    await wet()
    await wet(OTHER)
    const { draft } = await attempt(leak(), { sees: ({ id }) => id === OTHER })
    expect(draft.episodes.map(({ device }) => device)).toEqual([OTHER])
  })

  it('takes what a device said under the name that it had before it was merged', async () => {
    await wet(OTHER)
    await bench.command({ type: 'merge_device', id: OTHER, into: LEAK })
    expect((await attempt(leak())).draft.episodes).toMatchObject([{ device: LEAK, raisedAt: START }])
  })

  it('comes in slices, with progress and each episode where it ended, and lists no more than a thousand', async () => {
    const hours = Array.from({ length: 1_100 }, (_, hour) => START + hour * HOUR)
    await bench.take(...hours.flatMap((at) => [flap(at, true), flap(at + MINUTE, false)]))
    bench.clock.advance(1_100 * HOUR)
    const told = await lines(leak())
    const progress = told.filter((line) => line.type === 'progress')
    expect(progress.map(({ readings }) => readings)).toEqual([1_000, 2_000, 2_200])
    expect(progress.at(-1)).toMatchObject({ of: 2_200, at: START + 1_099 * HOUR + MINUTE })
    expect(told.filter(({ type }) => type === 'episode')).toHaveLength(1_000)
    const last = told.at(-1)
    expect(last).toMatchObject({ type: 'result', result: { draft: { raised: 1_100, cleared: 1_100 } } })
    expect(last?.type === 'result' && last.result.draft.episodes).toHaveLength(1_000)
    expect(last?.type === 'result' && last.result.draft.perBucket.slice(0, 2)).toEqual([24, 24])
  })
})

function flap(at: number, active: boolean) {
  const state = active ? ('active' as const) : ('cleared' as const)
  const said = { device: LEAK, receivedAt: at, deviceAt: null, live: true, heard: true, seq: null }
  return { ...said, measurements: [], conditions: [{ code: 'water.leak', state }], health: {} }
}
