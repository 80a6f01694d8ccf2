import { readScenario } from '../reading/read.ts'
import { spellFault } from '../reading/faults.ts'
import type { Scenario } from '../scenario.ts'
import { spellTree } from './print.ts'
import type { Tree } from './tree.ts'

/** What an invented scenario is called as long as it lies in no file. */
export const INVENTED = 'invented.yaml'

/** Through the same reader as any file. @throws Error where it is no scenario. */
export function scenarioOf(tree: Tree): Scenario {
  const text = spellTree(tree)
  const read = readScenario(INVENTED, { readFile: (path) => (path === INVENTED ? text : null) })
  if (!read.ok) throw new Error(read.faults.map(spellFault).join('\n'))
  return read.scenario
}
