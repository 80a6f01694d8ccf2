import { describe, expect, it } from 'vitest'
import { createHeat, heatWindow, type StateLine } from '../../../rules/reports/device-heat.ts'

const HOUR = 3_600_000
const FROM = Date.UTC(2026, 10, 23, 0)
const WINDOW = { from: FROM, to: FROM + 3.5 * HOUR }

type Told = [at: number, action: StateLine['action'], rest?: Partial<StateLine>]
const line = ([hour, action, rest = {}]: Told): StateLine => ({
  ...{ alarm: 'a', device: 'd', rule: 'leak', priority: 'high' },
  ...rest,
  ...{ at: FROM + hour * HOUR, action },
})

/** The cells of a device, after these lines within the window and before it. */
function cells(within: Told[], before: Told[] = [], device = 'd') {
  const heat = createHeat(WINDOW, (rule) => rule === 'silent')
  within.map(line).forEach(heat.take)
  before.map(line).forEach(heat.takeEarlier)
  return heat.result().get(device)
}

describe('the heat of a device', () => {
  it.each<[what: string, within: Told[], before: Told[], expected: unknown]>([
    [
      'every hour that it touches',
      [
        [0.9, 'raised'],
        [2.1, 'returned'],
      ],
      [],
      ['high', 'high', 'high', null],
    ],
    [
      'an hour that it does not fill',
      [
        [1.2, 'raised'],
        [1.2, 'returned'],
      ],
      [],
      [null, 'high', null, null],
    ],
    [
      'no hour that begins as it ends',
      [
        [1.5, 'raised'],
        [2, 'returned'],
      ],
      [],
      [null, 'high', null, null],
    ],
    ['the hours up to now while it stands', [[2.5, 'raised']], [], [null, null, 'high', 'high']],
    ['what stood when the window began', [[1.5, 'ended']], [[-9, 'raised']], ['high', 'high', null, null]],
    ['what stood all the time', [], [[-9, 'raised']], ['high', 'high', 'high', 'high']],
    ['nothing of what had returned before', [[2, 'ended']], [[-9, 'returned']], undefined],
    [
      'the priority that it had at the time',
      [
        [1, 'rose', { priority: 'critical' }],
        [2, 'fell', { priority: 'low' }],
      ],
      [[-1, 'raised']],
      ['high', 'critical', 'low', 'low'],
    ],
    [
      'the worst of several alarms',
      [
        [1, 'raised', { priority: 'low' }],
        [1.1, 'raised', { alarm: 'b', priority: 'critical' }],
        [1.9, 'returned', { alarm: 'b' }],
      ],
      [],
      [null, 'critical', 'low', 'low'],
    ],
    ['its silence', [[2, 'raised', { rule: 'silent', priority: 'medium' }]], [], [null, null, 'silent', 'silent']],
    [
      'its silence before what is less urgent, and after what is as urgent',
      [
        [0, 'raised', { rule: 'silent', priority: 'medium' }],
        [1, 'raised', { alarm: 'b', priority: 'low' }],
        [2, 'raised', { alarm: 'c', priority: 'medium' }],
      ],
      [],
      ['silent', 'silent', 'medium', 'medium'],
    ],
    [
      'an alarm that recurs',
      [
        [0, 'raised'],
        [0.5, 'returned'],
        [3, 'raised'],
      ],
      [],
      ['high', null, null, 'high'],
    ],
  ])('has %s', (_what, within, before, expected) => {
    expect(cells(within, before)).toEqual(expected)
  })

  it('asks for what was before of alarms that are not raised within the window', () => {
    const heat = createHeat(WINDOW, () => false)
    const lines: Told[] = [
      [0, 'raised', { alarm: 'new' }],
      [1, 'returned', { alarm: 'old' }],
      [2, 'rose', { alarm: 'older' }],
    ]
    lines.map(line).forEach(heat.take)
    expect(heat.earlier()).toEqual(['old', 'older'])
  })
})

describe('the hours of a heat strip', () => {
  it('are those of the clock on the wall', () => {
    const now = Date.UTC(2026, 10, 23, 2, 20)
    expect(heatWindow('Asia/Shanghai', now, 24)).toEqual({ from: Date.UTC(2026, 10, 22, 3), to: now })
    // A quarter to the full hour in Nepal.
    expect(heatWindow('Asia/Kathmandu', now, 1).from).toBe(Date.UTC(2026, 10, 23, 2, 15))
  })
})
