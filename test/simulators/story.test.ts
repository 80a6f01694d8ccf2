import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../simulators/random.ts'
import type { Fact, Step, When } from '../../simulators/scenario.ts'
import { createStory } from '../../simulators/story.ts'

const START = 10_000
const place = { file: 'x.yaml', line: 1, column: 1 }
const step = (when: When, as: string | null = null, forMs: number | null = null): Step => ({
  ...{ as, when, place },
  act: { do: 'fault', devices: ['leak-1'], fault: 'leak', forMs, one: false },
})
const opened = (atMs: number): Fact => ({ atMs, about: 'ticket', what: 'opened', of: 't', fields: {} })

function walk(timeline: Step[], untilMs: number, seed = 1) {
  const story = createStory(timeline, seededRandom(seed), START)
  const turns: [atMs: number, nth: number, ends: boolean][] = []
  const go = (toMs: number) => {
    for (let next = story.nextMs(); next <= toMs; next = story.nextMs()) {
      for (const { step: each, ends } of story.due(next)) turns.push([next - START, timeline.indexOf(each), ends])
    }
  }
  go(START + untilMs)
  return { story, turns, go }
}

describe('a timeline', () => {
  it('happens at its times, in the order in which it is written, and what lasts ends', () => {
    const { turns } = walk([step({ atMs: 5 }, null, 10), step({ atMs: 0 }), step({ atMs: 5 })], 100)
    expect(turns).toEqual([
      [0, 1, false],
      [5, 0, false],
      [5, 2, false],
      [15, 0, true],
    ])
  })

  it('follows a step by its name, also over two of them, and tells when each was', () => {
    const { turns, story } = walk(
      [step({ after: 'b', byMs: 3 }), step({ after: 'a', byMs: 2 }, 'b'), step({ atMs: 4 }, 'a')],
      100,
    )
    expect(turns.map(([atMs, nth]) => [atMs, nth])).toEqual([
      [4, 2],
      [6, 1],
      [9, 0],
    ])
    expect([...story.happened]).toEqual([
      ['a', [START + 4]],
      ['b', [START + 6]],
    ])
  })

  it('waits for a fact, the first of them or each', () => {
    const on = { about: 'ticket', what: 'opened', where: {} } as const
    const { story, turns, go } = walk([step({ on, byMs: 5, each: false }), step({ on, byMs: 7, each: true })], 0)
    story.hear(opened(START + 1))
    story.hear(opened(START + 2))
    story.hear({ ...opened(START + 3), what: 'closed' })
    go(START + 100)
    expect(turns.map(([atMs, nth]) => [atMs, nth])).toEqual([
      [6, 0],
      [8, 1],
      [9, 1],
    ])
  })

  it('comes by chance as often as it says: 10,000 hours at one an hour lie within four deviations', () => {
    const { turns } = walk([step({ everyMs: 3_600_000 })], 10_000 * 3_600_000)
    expect(Math.abs(turns.length - 10_000)).toBeLessThan(4 * 100)
    const gaps = turns.slice(1).map(([atMs], index) => atMs - turns[index]![0])
    const longer = gaps.filter((gap) => gap > 3_600_000).length / gaps.length
    // Of a Poisson process e^-1 of the gaps are longer than the mean.
    expect(Math.abs(longer - Math.exp(-1))).toBeLessThan(0.02)
    expect(walk([step({ everyMs: 3_600_000 })], 1e9).turns).toEqual(walk([step({ everyMs: 3_600_000 })], 1e9).turns)
    expect(walk([step({ everyMs: 3_600_000 })], 1e9, 2).turns).not.toEqual(
      walk([step({ everyMs: 3_600_000 })], 1e9).turns,
    )
  })

  it('takes in what is added to it, which ends as it says, else so long after', () => {
    const { story } = walk([], 0)
    const [lasting, repaired] = [step({ atMs: 0 }, null, 10), step({ atMs: 0 })]
    story.add(lasting, START + 5, 100)
    story.add(repaired, START + 6, 100)
    const turns: [atMs: number, step: Step, ends: boolean][] = []
    for (let next = story.nextMs(); next < Infinity; next = story.nextMs()) {
      for (const { step: each, ends } of story.due(next)) turns.push([next - START, each, ends])
    }
    expect(turns).toEqual([
      [5, lasting, false],
      [6, repaired, false],
      [15, lasting, true],
      [106, repaired, true],
    ])
  })
})
