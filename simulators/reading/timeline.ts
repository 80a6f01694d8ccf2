import type { Step } from '../scenario.ts'
import type { Faults } from './faults.ts'
import { readStep } from './steps.ts'
import type { World } from './world.ts'
import { itemsOf, valueOf } from './written.ts'
import type { Written } from './written.ts'

/** What steps are called, also those that could not be read; tells of a name that is given twice. */
export function namesOf(timeline: Written | undefined, faults: Faults): Set<string> {
  const names = new Set<string>()
  for (const item of itemsOf(timeline)) {
    const as = valueOf(item, 'as')
    if (as?.is !== 'scalar') continue
    const name = String(as.value)
    if (names.has(name)) faults.add(as, `a step is called "${name}" already; a name is given once`)
    names.add(name)
  }
  return names
}

export function readTimeline(timeline: Written | undefined, world: World, site: string): Step[] {
  const steps = itemsOf(timeline).map((item) => ({ item, step: readStep(item, world, site) }))
  const afterOf = new Map(
    steps.flatMap(({ step }) =>
      step !== null && step.as !== null && 'after' in step.when ? [[step.as, step.when.after]] : [],
    ),
  )
  for (const { item, step } of steps) {
    if (step === null || step.as === null || !('after' in step.when)) continue
    const way = [step.as]
    for (let next = afterOf.get(step.as); next !== undefined && !way.includes(next); next = afterOf.get(next))
      way.push(next)
    const last = afterOf.get(way.at(-1)!)
    if (last !== step.as) continue
    const round = [...way, step.as].join(' → ')
    world.faults.add(valueOf(item, 'after') ?? item, `these steps wait for each other and never come: ${round}`)
  }
  return steps.flatMap(({ step }) => step ?? [])
}
