import { SECOND_MS } from '../rules/model.ts'
import { matches } from './matching.ts'
import type { SeededRandom } from './random.ts'
import type { Fact, Step } from './scenario.ts'

/** A step that begins, or whose time is over. */
export interface Turn {
  step: Step
  ends: boolean
}

/** Says which step of a timeline happens when. Times never go back. */
export interface Story {
  nextMs(): number
  /** What happens up to now, in order; of one moment, as it is written. */
  due(atMs: number): Turn[]
  /** A fact that steps may wait for. */
  hear(fact: Fact): void
  /** A step that no timeline has happens at a moment, and ends as its act says, else so long after. */
  add(step: Step, atMs: number, forMs: number): void
  /** When each step with a name happened, by its name. */
  happened: ReadonlyMap<string, readonly number[]>
}

interface Planned extends Turn {
  atMs: number
  order: number
}

export function createStory(timeline: readonly Step[], random: SeededRandom, startMs: number): Story {
  const happened = new Map<string, number[]>()
  const waiting = new Set<Step>()
  const chances = new Map<Step, SeededRandom>()
  const planned: Planned[] = []

  const plan = (step: Step, atMs: number, ends = false) => {
    planned.push({ step, ends, atMs, order: timeline.indexOf(step) })
    planned.sort(
      (one, other) => one.atMs - other.atMs || Number(other.ends) - Number(one.ends) || one.order - other.order,
    )
  }
  const planByChance = (step: Step, everyMs: number, fromMs: number) => {
    const waitMs = -Math.log(1 - chances.get(step)!.next()) * everyMs
    plan(step, fromMs + Math.max(1, Math.round(waitMs / SECOND_MS)) * SECOND_MS)
  }

  timeline.forEach((step, index) => {
    const { when } = step
    if ('everyMs' in when) {
      chances.set(step, random.fork(`step ${index}`))
      planByChance(step, when.everyMs, startMs)
    } else if ('atMs' in when) plan(step, startMs + when.atMs)
    else waiting.add(step)
  })

  const begin = (step: Step, atMs: number) => {
    const { act, as, when } = step
    if ('everyMs' in when) planByChance(step, when.everyMs, atMs)
    if ('forMs' in act && act.forMs !== null) plan(step, atMs + act.forMs, true)
    if (as === null) return
    const first = !happened.has(as)
    happened.set(as, [...(happened.get(as) ?? []), atMs])
    if (!first) return
    for (const other of waiting) {
      if (!('after' in other.when) || other.when.after !== as) continue
      waiting.delete(other)
      plan(other, atMs + other.when.byMs)
    }
  }

  return {
    happened,
    nextMs: () => planned[0]?.atMs ?? Infinity,
    due(atMs) {
      const turns: Turn[] = []
      for (let next = planned[0]; next !== undefined && next.atMs <= atMs; next = planned[0]) {
        planned.shift()
        turns.push({ step: next.step, ends: next.ends })
        if (!next.ends) begin(next.step, next.atMs)
      }
      return turns
    },
    hear(fact) {
      for (const step of waiting) {
        const { when } = step
        if (!('on' in when) || !matches(fact, when.on)) continue
        if (!when.each) waiting.delete(step)
        plan(step, fact.atMs + when.byMs)
      }
    },
    add(step, atMs, forMs) {
      const saysItself = 'forMs' in step.act && step.act.forMs !== null
      plan(step, atMs)
      if (!saysItself) plan(step, atMs + forMs, true)
    },
  }
}
