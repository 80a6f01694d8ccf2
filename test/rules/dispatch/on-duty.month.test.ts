import { expect, it } from 'vitest'
import { onDuty } from '../../../rules/dispatch/on-duty.ts'
import { isWorkedIn2026 } from '../calendar/arrangement.ts'
import { bookOf, crew, DEFAULT_SITE, person, roster, rotation, SHANGHAI, shanghai } from '../../support/roster.ts'

/**
 * A month of a roster against a plain calculation, hour by hour, which looks at dates as texts and knows no shifts.
 * October 2026: the National Day holiday from the 1st to the 7th, and the 10th, a Saturday, is worked.
 */

const book = bookOf({
  responder: ['a1', 'a2', 'b1', 'b2', 'day', 'spare', 'guest'].map((id) => person(id)),
  crew: [crew('a', ['a1', 'a2']), crew('b', ['b1', 'b2'])],
  roster: [
    roster(
      [
        // Crews take the nights by turns of two days, from the last night of September.
        rotation('night', [], {
          startsOn: '2026-09-30',
          turnDays: 2,
          turns: [
            { crews: ['a'], responders: [] },
            { crews: ['b'], responders: [] },
          ],
          shift: { from: '20:00', to: '08:00' },
        }),
        rotation('workdays', ['day'], { shift: { days: ['workday'], from: '08:00', to: '20:00' } }),
        rotation('holidays', ['spare', 'guest'], {
          startsOn: '2026-10-01',
          shift: { days: ['holiday'], from: '08:00', to: '20:00' },
        }),
      ],
      {
        overrides: [
          {
            id: 'o1',
            from: shanghai('2026-10-12 00:00'),
            until: shanghai('2026-10-15 00:00'),
            out: 'day',
            in: 'guest',
            reason: 'ill',
            by: 'x',
          },
        ],
      },
    ),
  ],
})

function plainly(date: string, hour: number): string[] {
  const dayOfMonth = Number(date.slice(8)) + (date.slice(5, 7) === '10' ? 0 : -30)
  if (hour < 8 || hour >= 20) {
    const night = hour >= 20 ? dayOfMonth : dayOfMonth - 1
    // Nights 0 and 1 (30 September, 1 October) are those of crew a.
    return Math.floor(night / 2) % 2 === 0 ? ['a1', 'a2'] : ['b1', 'b2']
  }
  if (!isWorkedIn2026(date)) return [dayOfMonth % 2 === 1 ? 'spare' : 'guest']
  return date >= '2026-10-12' && date < '2026-10-15' ? ['guest'] : ['day']
}

it('a month of a roster with National Day and its make-up day is what a plain calculation says, every hour', () => {
  const differs: string[] = []
  for (let day = 1; day <= 31; day++) {
    const date = `2026-10-${String(day).padStart(2, '0')}`
    for (let hour = 0; hour < 24; hour++) {
      const at = shanghai(`${date} ${String(hour).padStart(2, '0')}:00`)
      const told = onDuty(book, DEFAULT_SITE, SHANGHAI, at).map(({ responder }) => responder)
      if (told.join() !== plainly(date, hour).join()) differs.push(`${date} ${hour}: ${told.join()}`)
    }
  }
  expect(differs).toEqual([])
  // The calculation itself: a holiday, a worked Saturday, a free Sunday.
  expect(['2026-10-07', '2026-10-10', '2026-10-11'].map((date) => plainly(date, 12)[0])).toEqual([
    'spare',
    'day',
    'spare',
  ])
})
