import fc from 'fast-check'
import { expect, it } from 'vitest'
import { dutyGaps } from '../../../rules/dispatch/gaps.ts'
import { hasSkill, nextDutyChange, onDuty } from '../../../rules/dispatch/on-duty.ts'
import type { DutyOverride, Roster } from '../../../rules/model.ts'
import { bookOf, DEFAULT_SITE, person, roster, rotation } from '../../support/roster.ts'

/**
 * Rosters in a zone without changes of clocks against a plain model that asks each minute of the hour grid who is where:
 * a failure prints its seed. Times are whole hours; UTC, so that an hour of the day is a division.
 */

const HOUR = 3_600_000
const START = Date.parse('2026-10-05T00:00Z')
const HOURS = 4 * 24
const IDS = ['p0', 'p1', 'p2', 'p3'] as const
const people = [
  person('p0', { skills: ['water'] }),
  person('p1', { skills: ['water', 'lift'] }),
  person('p2', { skills: [] }),
  person('p3', { enabled: false }),
]
const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`

const anyRotation = fc.record({
  from: fc.nat(23),
  to: fc.nat(23),
  turnDays: fc.integer({ min: 1, max: 3 }),
  turns: fc.array(fc.constantFrom(...IDS), { minLength: 1, maxLength: 3 }),
  startsOn: fc.constantFrom('2026-10-01', '2026-10-05', '2026-10-06'),
})
const anyOverride = fc.record({
  from: fc.nat(HOURS),
  hours: fc.integer({ min: 1, max: 30 }),
  out: fc.option(fc.constantFrom(...IDS), { nil: null }),
  in: fc.option(fc.constantFrom(...IDS), { nil: null }),
})
const anyRoster = fc
  .record({
    rotations: fc.array(anyRotation, { minLength: 1, maxLength: 3 }),
    overrides: fc.array(anyOverride, { maxLength: 3 }),
    handover: fc.nat(3),
  })
  .map(({ rotations, overrides, handover }): Roster => {
    const made = overrides
      .filter((each) => each.out !== each.in)
      .map(({ from, hours, ...who }, index): DutyOverride => {
        const time = { from: START + from * HOUR, until: START + (from + hours) * HOUR }
        return { id: `o${index}`, ...time, ...who, reason: '', by: '' }
      })
    return roster(
      rotations.map(({ from, to, turns, ...rest }, index) =>
        rotation(`t${index}`, turns, { ...rest, shift: { from: clock(from), to: clock(to) } }),
      ),
      { overrides: made, handoverMs: handover * HOUR, skills: ['water', 'lift'] },
    )
  })

/** Who has a turn in an hour, after overrides, in order; `p3` is disabled. */
function working({ rotations, overrides }: Roster, hour: number): string[] {
  const at = START + hour * HOUR
  const places = rotations.flatMap(({ shift, startsOn, turnDays, turns }) => {
    const [from, to] = [shift.from, shift.to].map((text) => Number(text.slice(0, 2))) as [number, number]
    const time = ((hour % 24) + 24) % 24
    const isToday = from < to ? time >= from && time < to : time >= from
    const isNight = from >= to && time < to
    if (!isToday && !isNight) return []
    const day = Math.floor((at - Date.parse(startsOn)) / (24 * HOUR)) - (isNight ? 1 : 0)
    return day < 0 ? [] : turns[Math.floor(day / turnDays) % turns.length]!.responders
  })
  const running = overrides.filter(({ from, until }) => from <= at && at < until)
  return running.reduce<string[]>((who, override) => {
    if (override.out === null) return [...who, override.in!]
    return who.flatMap((id) => (id === override.out ? (override.in ?? []) : id))
  }, places)
}

/** After them, those who were there within the hours of the handover and are not missing now. */
function plainly(of: Roster, hour: number): string[] {
  const missing = of.overrides.filter(({ out, from, until }) => {
    const at = START + hour * HOUR
    return out !== null && from <= at && at < until
  })
  const before = Array.from({ length: of.handoverMs / HOUR }, (_, index) => working(of, hour - 1 - index)).flat()
  const staying = before.filter((id) => !missing.some(({ out }) => out === id))
  const isEnabled = (id: string) => id !== 'p3'
  return [...new Set([...working(of, hour), ...staying.sort()])].filter(isEnabled)
}

const inOrder = (all: ReturnType<typeof onDuty>) => [
  ...all.filter(({ leaving }) => !leaving).map(({ responder }) => responder),
  ...all
    .filter(({ leaving }) => leaving)
    .map(({ responder }) => responder)
    .sort(),
]

it('who is on duty, when that changes, and when nobody is, hour by hour', () => {
  fc.assert(
    fc.property(anyRoster, (of) => {
      const book = bookOf({ responder: people, roster: [of] })
      const hours = Array.from({ length: HOURS }, (_, hour) => hour)
      const expected = hours.map((hour) => plainly(of, hour))
      const found = hours.map((hour) => onDuty(book, DEFAULT_SITE, 'UTC', START + hour * HOUR))
      const sorted = (hour: number) => {
        const isWorking = working(of, hour).filter((id) => id !== 'p3')
        const leaving = expected[hour]!.filter((id) => !isWorking.includes(id))
        return [...new Set(isWorking), ...leaving.sort()]
      }
      expect(found.map(inOrder)).toEqual(hours.map(sorted))

      for (const hour of [0, 30, 60]) {
        const same = (index: number) => JSON.stringify(found[index]) === JSON.stringify(found[hour])
        const changed = hours.find((each) => each > hour && !same(each))
        const told = nextDutyChange(book, DEFAULT_SITE, 'UTC', START + hour * HOUR)
        if (changed !== undefined) expect(told).toBe(START + changed * HOUR)
        else expect(told === null || told >= START + HOURS * HOUR).toBe(true)
      }

      const gaps = dutyGaps(book, DEFAULT_SITE, 'UTC', START, START + HOURS * HOUR)
      for (const skill of ['water', 'lift']) {
        const own = gaps.filter((gap) => gap.skill === skill)
        const isGap = (hour: number) =>
          own.some(({ from, to }) => from <= START + hour * HOUR && START + hour * HOUR < to)
        const nobody = (ids: string[]) =>
          !ids.some((id) =>
            hasSkill(
              people.find((each) => each.id === id)!,
              skill,
            ),
          )
        expect(hours.map(isGap)).toEqual(expected.map(nobody))
      }
    }),
    { numRuns: 150 },
  )
})
