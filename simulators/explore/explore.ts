import { seededRandom } from '../random.ts'
import type { Scenario } from '../scenario.ts'
import { examine, type Examined } from './examine.ts'
import { type Finding, INVARIANTS, type Invariant, PLAYS_ON, SAME_RUN } from './invariants.ts'
import { invent } from './invent.ts'
import { printFound } from './print.ts'
import { shrink } from './shrink.ts'
import type { Tree } from './tree.ts'
import { scenarioOf } from './written.ts'

export interface Progress {
  scenarios: number
  virtualMs: number
  messages: number
  /** Trees that were tried to make a failing one smaller; 0 while none has failed. */
  shrinking: number
}

export interface ExploreOptions {
  /** Each scenario has a seed of its own, made of this and its number. */
  seed: string
  scenariosMax: number
  /** How many smaller scenarios are tried once one has failed. */
  triesMax?: number
  invariants?: readonly Invariant[]
  onProgress?: (progress: Progress) => void
  /** Ends it after the scenario that is being played. */
  signal?: AbortSignal
}

export interface Found {
  finding: Finding
  /** A scenario file that shows it. */
  yaml: string
  seed: string
  tree: Tree
}

export interface Explored extends Progress {
  found: Found | null
  /** Scenarios that the service did not take: what invents them asks for something that cannot be. */
  refused: readonly string[]
}

const TRIES_MAX = 300
/** To play everything twice would find half as much. */
const TWICE_EVERY = 8

/** Invents scenarios and plays them until one breaks what always holds, or it is over. */
export async function explore(options: ExploreOptions): Promise<Explored> {
  const { seed: given, scenariosMax, triesMax = TRIES_MAX, invariants = INVARIANTS, onProgress, signal } = options
  const progress: Progress = { scenarios: 0, virtualMs: 0, messages: 0, shrinking: 0 }
  const refused: string[] = []

  for (; progress.scenarios < scenariosMax && !signal?.aborted; progress.scenarios += 1) {
    const seed = `${given}-${progress.scenarios + 1}`
    const tree = invent(seededRandom(seed))
    const twice = progress.scenarios % TWICE_EVERY === 0
    const examined = await examineTree(tree, { seed, twice, invariants, ...(signal && { signal }) })
    progress.virtualMs += examined.virtualMs
    progress.messages += examined.messages
    if (examined.refused !== null) refused.push(`${seed}: ${examined.refused}`)
    onProgress?.(progress)
    const [finding] = examined.findings
    if (finding === undefined) continue
    const smallest = await shrunk({ tree, seed, finding, triesMax, invariants, onTry: tried })
    progress.scenarios += 1
    return { ...progress, refused, found: foundIn(smallest, seed, invariants) }
  }
  return { ...progress, refused, found: null }

  function tried(): void {
    progress.shrinking += 1
    onProgress?.(progress)
  }
}

type Looking = Omit<Parameters<typeof examine>[0], 'scenario'>

/** What is no scenario shows nothing. */
async function examineTree(tree: Tree, looking: Looking): Promise<Examined> {
  let scenario: Scenario
  try {
    scenario = scenarioOf(tree)
  } catch (error) {
    return { findings: [], messages: 0, virtualMs: 0, refused: (error as Error).message }
  }
  return examine({ ...looking, scenario })
}

interface Shrinking {
  tree: Tree
  seed: string
  finding: Finding
  triesMax: number
  invariants: readonly Invariant[]
  onTry: () => void
}

/** The smallest tree that breaks the same, with what it says then. */
async function shrunk({ tree, seed, finding, triesMax, invariants, onTry }: Shrinking) {
  const twice = finding.invariant === SAME_RUN.id
  const only = invariants.filter(({ id }) => id === finding.invariant)
  let said = finding
  const fails = async (candidate: Tree): Promise<boolean> => {
    const { findings } = await examineTree(candidate, { seed, twice, invariants: only })
    const same = findings.find(({ invariant }) => invariant === finding.invariant)
    said = same ?? said
    return same !== undefined
  }
  return { tree: await shrink({ tree, fails, triesMax, onTry }), finding: said }
}

function foundIn({ tree, finding }: { tree: Tree; finding: Finding }, seed: string, all: readonly Invariant[]): Found {
  const invariant = [...all, SAME_RUN, PLAYS_ON].find(({ id }) => id === finding.invariant)!
  return { finding, seed, tree, yaml: printFound({ tree, seed, finding, invariant }) }
}
