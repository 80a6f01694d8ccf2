import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { journalMessages } from '../../../../gateway/history/messages.ts'
import { parseRule, type RuleInput } from '../../../../rules/alarms/rule-schema.ts'
import { type Tried, type TryQuestion, tryRule } from '../../../../rules/alarms/try/try-rule.ts'
import { historyOfAlarm } from '../../../../rules/storage/alarms.ts'
import { EngineBench, HOUR, LEAK, LIFT, METER, MINUTE, SECOND, START } from '../../../support/engine.ts'

const DAY = 24 * HOUR
const OTHER = 'leak-2'
const about = { title: { zh: '试', en: 'Tried' }, priority: 'high', category: 'water_leak' } as const
const rule = (extra: Partial<RuleInput>): RuleInput => ({ ...about, id: 'tried', kind: 'water_leak', ...extra })

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
  await bench.provision(OTHER, 'water_leak')
  for (const id of [LEAK, OTHER, METER]) await bench.command({ type: 'update_device', id, building: 'B1', zone: 'Z' })
})
afterEach(() => bench.close())

const inForce = (input: RuleInput) => bench.command({ type: 'save_rule', rule: parseRule(input), isNew: true })

/** Time passes, and the engine looks every quarter of a second, as the service does; nothing is due by more. */
async function passBySeconds(ms: number): Promise<void> {
  for (const end = bench.clock.now() + ms; bench.clock.now() < end;)
    await bench.pass(Math.min(SECOND, end - bench.clock.now()))
}

async function attempt(draft: RuleInput, extra: Partial<TryQuestion> = {}): Promise<Tried> {
  const live = bench.engine.world().rules.byId.get(draft.id)?.rule ?? null
  const period = { from: START, to: bench.clock.now() + 1 }
  const question = { draft: parseRule(draft), live, ...period, sees: () => true, world: bench.engine.world(), ...extra }
  for await (const line of tryRule(question, journalMessages(bench.store.reader))) {
    if (line.type === 'result') return line.result
  }
  throw new Error('there is no result')
}

/** What the engine did, as episodes: seconds after the start. */
async function happened(): Promise<string[]> {
  const told: string[] = []
  for (const alarm of await bench.alarms()) {
    if (alarm.rule !== 'tried') continue
    for (const { at, action } of await historyOfAlarm(bench.store.reader, alarm.id)) {
      if (action === 'raised' || action === 'returned') told.push(`${alarm.device} ${action} ${(at - START) / 1_000}`)
    }
  }
  return told.sort()
}

const replayed = ({ draft }: Tried) =>
  draft.episodes
    .flatMap(({ device, raisedAt, clearedAt }) => [
      `${device} raised ${(raisedAt - START) / 1_000}`,
      ...(clearedAt === null ? [] : [`${device} returned ${(clearedAt - START) / 1_000}`]),
    ])
    .sort()

const wet = (id: string, active = true) => bench.say(id, { levels: { 'water.leak': active } })
const power = (value: number) => bench.say(METER, { values: { 'power.active': value } })

describe('a replay does what the engine did', () => {
  const same: [string, RuleInput, () => Promise<void>][] = [
    [
      'with delays',
      rule({ when: 'water.leak', onDelayMs: 30 * SECOND, offDelayMs: 20 * SECOND }),
      async () => {
        await wet(LEAK)
        await passBySeconds(10 * SECOND)
        await wet(LEAK, false)
        await passBySeconds(5 * SECOND)
        await wet(LEAK)
        await passBySeconds(45 * SECOND)
        await wet(LEAK, false)
        await passBySeconds(10 * SECOND)
        await wet(LEAK)
        await passBySeconds(30 * SECOND)
        await wet(LEAK, false)
        await passBySeconds(MINUTE)
      },
    ],
  ]
  it.each(same)('%s', async (_, input, live) => {
    await inForce(input)
    await live()
    const expected = await happened()
    expect(expected.length).toBeGreaterThan(0)
    const tried = await attempt(input)
    expect(replayed(tried)).toEqual(expected)
  })
})
void [LIFT, power, DAY]
