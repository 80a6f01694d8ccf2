import { isForLive } from '../for-live.ts'
import type { Scenario } from '../scenario.ts'
import { spellFault } from './faults.ts'
import { findScenario, LIBRARY, shippedScenarios } from './library.ts'
import { fromDisk, readScenario } from './read.ts'

export interface ReadAllOptions {
  set?: Readonly<Record<string, string>>
  /** Each file that was asked for, included ones too, whether there is one or not. */
  onFile?: ((file: string) => void) | undefined
}

export interface ReadAll {
  scenarios: Scenario[]
  /** Sentences, with their places where they have one. */
  warnings: string[]
  faults: string[]
}

/** Scenarios by the names of shipped ones or by their files, with all that is wrong with any of them. */
export function readAll(names: readonly string[], { set = {}, onFile }: ReadAllOptions): ReadAll {
  const all: ReadAll = { scenarios: [], warnings: [], faults: [] }
  const readFile = (file: string) => {
    onFile?.(file)
    return fromDisk(file)
  }
  for (const name of names) {
    const found = findScenario(name)
    if (!found.ok) {
      all.faults.push(found.message)
      continue
    }
    const read = readScenario(found.file, { set, readFile })
    if (!read.ok) all.faults.push(...read.faults.map(spellFault))
    else {
      all.scenarios.push(read.scenario)
      all.warnings.push(...read.warnings.map(spellFault))
    }
  }
  return all
}

export interface Shipped extends Pick<Scenario, 'name' | 'title' | 'about'> {
  /** Whether it is good for live runs. */
  live: boolean
}

/** What the library has, by name. */
export function listShipped(): Shipped[] {
  const { scenarios } = readAll(shippedScenarios(LIBRARY), {})
  return scenarios.map((each) => ({ name: each.name, title: each.title, about: each.about, live: isForLive(each) }))
}
