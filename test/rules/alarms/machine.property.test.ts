import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RuleInput } from '../../../rules/alarms/rule-schema.ts'
import { type Alarm, MUTE_KINDS, type MuteKind, Refusal } from '../../../rules/model.ts'
import { AlarmBench, leakRule, type Seen } from '../../support/alarms.ts'
import { PlainAlarm } from '../../support/plain-alarm.ts'

/** Any rule, whatever is said and done, beside a plain alarm that works everything out from all that was ever said. */

type Deed = 'acknowledge' | 'reset' | 'closeTicket' | 'release' | 'move'
interface Happening {
  afterS: number
  what: { seen: readonly Seen[] } | { deed: Deed } | { mute: MuteKind }
  restarts: boolean
  /** How often time is looked at before it, beside what must be. */
  looks: number
}

/** Shrinking stops in time for the seed to be printed. */
const LIMITS = { numRuns: 500, interruptAfterTimeLimit: 15_000 }
const seconds = (...choices: readonly (number | null)[]) =>
  fc.constantFrom(...choices.map((choice) => (choice === null ? null : choice * 1_000)))
const anyRule = fc
  .record({
    onDelayMs: seconds(0, 1, 10),
    offDelayMs: seconds(0, 2, 30),
    pulseHoldMs: seconds(1, 10, 90),
    reAlarmMs: seconds(null, 5, 100),
    acknowledgementExpiresMs: seconds(null, 7, 100),
    latch: fc.boolean(),
    count: fc.option(fc.record({ times: fc.constantFrom(2, 3), withinMs: seconds(10, 60) }), {
      freq: 2,
      nil: undefined,
    }),
    levels: fc.option(
      fc.record({ onDelayMs: seconds(0, 10, 20) }).map((own) => [{ priority: 'critical', when: 'water.leak', ...own }]),
      { nil: undefined },
    ),
  })
  .map((figures) => leakRule({ ...figures, priority: 'medium' } as Partial<RuleInput>))

const seen = fc.constantFrom<Seen[]>('true', 'true', 'false', 'false', 'pulse', 'unknown')
const happening: fc.Arbitrary<Happening> = fc.record({
  afterS: fc.oneof(fc.constantFrom(0, 1, 1, 2, 10), fc.nat(20), fc.nat(120)),
  what: fc.oneof(
    { weight: 6, arbitrary: fc.record({ seen: fc.tuple(seen, seen) }) },
    {
      weight: 3,
      arbitrary: fc.record({ deed: fc.constantFrom<Deed[]>('acknowledge', 'reset', 'closeTicket', 'move') }),
    },
    { weight: 1, arbitrary: fc.record({ mute: fc.constantFrom(...MUTE_KINDS) }) },
    { weight: 1, arbitrary: fc.constant({ deed: 'release' as const }) },
  ),
  restarts: fc.boolean(),
  looks: fc.nat(3),
})
const story = fc.array(happening, { maxLength: 40 })

/** Does it to the alarm, as far as it is there and may be done. */
function happen(
  to: AlarmBench | PlainAlarm,
  exists: boolean,
  isMuted: boolean,
  levels: number,
  what: Happening['what'],
) {
  if ('seen' in what) to.see(...what.seen.slice(0, levels))
  else if (!exists) return
  else if ('mute' in what) to.mute(what.mute)
  else if (what.deed !== 'release' || isMuted) to[what.deed]()
}

function happenTo(bench: AlarmBench, levels: number, what: Happening['what']) {
  const open = bench.open
  try {
    happen(bench, open !== null, Boolean(open?.muted), levels, what)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    bench.events.push(`${bench.seconds} refused`)
  }
}

const comparable = (alarm: Alarm | null) =>
  alarm && {
    state: alarm.state,
    active: alarm.active,
    priority: alarm.count > 0 ? alarm.priority : null,
    count: alarm.count,
    chattering: alarm.chattering,
    muted: alarm.muted?.kind ?? null,
  }

/** What no alarm may do, whatever a model says. */
function mustHold(before: Alarm | null, after: Alarm | null, what: Happening['what']) {
  const deed = 'deed' in what ? what.deed : null
  if (after?.state === 'acked' && before?.state !== 'acked') expect(deed).toBe('acknowledge')
  if (before?.muted && before.count > 0 && deed !== 'release') expect(after?.muted).not.toBeNull()
  if (before?.muted && deed === 'release' && before.state !== 'normal' && before.returnedAt === null) {
    expect(after?.state).toBe('unacked')
  }
}

describe('any alarm', () => {
  it('does what the plain one does, at the same seconds', () => {
    fc.assert(
      fc.property(anyRule, story, (rule, happenings) => {
        const bench = new AlarmBench(rule)
        const plain = new PlainAlarm(rule)
        const levels = rule.levels ? 2 : 1
        let now = 0
        for (const { afterS, what } of happenings) {
          now += afterS
          bench.at(now)
          plain.at(now)
          expect(comparable(bench.open)).toEqual(plain.seen)
          const before = bench.open
          happenTo(bench, levels, what)
          happen(plain, plain.seen !== null, Boolean(plain.seen?.muted), levels, what)
          expect(bench.events).toEqual(plain.events)
          mustHold(before, bench.open, what)
        }
        expect(comparable(bench.at(now + 700).open)).toEqual(plain.at(now + 700).seen)
        expect(bench.events).toEqual(plain.events)
      }),
      LIMITS,
    )
  })

  it('is the same through restarts, and however seldom or often time is looked at', () => {
    fc.assert(
      fc.property(anyRule, story, (rule, happenings) => {
        const levels = rule.levels ? 2 : 1
        const [exact, seldom, often] = ['exact', 'seldom', 'often'].map((how) => {
          const bench = new AlarmBench(rule)
          let now = 0
          for (const { afterS, what, restarts, looks } of happenings) {
            for (let look = 1; how === 'often' && look <= looks; look++) bench.tick(now + (afterS * look) / (looks + 1))
            now += afterS
            if (how === 'exact') bench.at(now)
            else bench.tick(now)
            if (how === 'often' && restarts) bench.restart()
            happenTo(bench, levels, what)
          }
          bench.tick(now + 700)
          return { alarm: bench.alarm, events: bench.events.map((event) => event.split(' ')[1]) }
        })
        expect(seldom).toEqual(exact)
        expect(often).toEqual(exact)
      }),
      LIMITS,
    )
  })
})
