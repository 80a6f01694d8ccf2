import { MINUTE_MS } from '../../rules/model.ts'
import type { Line } from '../lines.ts'
import type { Scenario } from '../scenario.ts'

/** What is told of many lines: one of them, how many more were like those before, or how many there was no room for. */
export type Told = { line: Line } | { alike: number } | { left: number }

const ALIKE_SHOWN = 3
/** What has not been told for so long is told again. */
const QUIET_MS = 10 * MINUTE_MS
/** Of what there is room for, so much tells how it began; the rest, how it ended. */
const HEAD_SHARE = 0.75

/** Of lines that say the same of other devices or tickets the first three are told, the others counted. */
export function foldLines(lines: readonly Line[], scenario: Pick<Scenario, 'devices' | 'people'>): Told[] {
  const likeness = likenessIn(scenario)
  const heard = new Map<string, { times: number; lastMs: number }>()
  const told: Told[] = []
  let waiting: Line[] = []
  const unfold = () => {
    const [only] = waiting
    if (waiting.length === 1) told.push({ line: only! })
    else if (waiting.length > 1) told.push({ alike: waiting.length })
    waiting = []
  }
  for (const line of lines) {
    const like = likeness(line)
    const before = heard.get(like)
    const times = before === undefined || line.atMs - before.lastMs > QUIET_MS ? 1 : before.times + 1
    heard.set(like, { times, lastMs: line.atMs })
    if (times > ALIKE_SHOWN) waiting.push(line)
    else {
      unfold()
      told.push({ line })
    }
  }
  unfold()
  return told
}

/** At most so many; from the middle it is counted what is left out. */
export function limitTold(told: readonly Told[], most: number): Told[] {
  if (told.length <= most) return [...told]
  const head = Math.floor(most * HEAD_SHARE)
  const tail = told.length - (most - head)
  const left = told.slice(head, tail).reduce((sum, each) => sum + linesOf(each), 0)
  return [...told.slice(0, head), { left }, ...told.slice(tail)]
}

const linesOf = (told: Told): number => ('line' in told ? 1 : 'alike' in told ? told.alike : told.left)

/** What lines that say the same of other devices, people and tickets have in common. */
function likenessIn({ devices, people }: Pick<Scenario, 'devices' | 'people'>): (line: Line) => string {
  const names = new Set([...devices, ...people.responders].map(({ id }) => id))
  return ({ from, text, fact }) => {
    if (fact !== null) {
      const { rule, milestone, kind, channel } = fact.fields
      return JSON.stringify([fact.about, fact.what, rule, milestone, kind, channel])
    }
    const words = text.replace(/\(.*?\)/g, '()').split(' ')
    return JSON.stringify([from, ...words.map((word) => (names.has(word) ? '*' : word.replace(/\d+/g, '#')))])
  }
}
