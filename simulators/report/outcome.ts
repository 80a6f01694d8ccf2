import { hasShown, type Verdict } from '../judge.ts'
import type { Played } from '../play.ts'
import type { Place, Scenario } from '../scenario.ts'

/** What several runs come to. */
export interface Outcome {
  scenarios: number
  runs: number
  expectations: number
  /** Expectations that were not met. */
  failed: number
  /** Runs in which nothing was to happen, or nothing did: they fail, too. */
  empty: number
  passed: boolean
}

export function outcomeOf(runs: readonly Played[]): Outcome {
  const verdicts = runs.flatMap((run) => run.verdicts)
  return {
    scenarios: new Set(runs.map(({ scenario }) => scenario.name)).size,
    runs: runs.length,
    expectations: verdicts.length,
    failed: verdicts.filter(({ met }) => !met).length,
    empty: runs.filter(hasShownNothing).length,
    passed: runs.length > 0 && runs.every(({ passed }) => passed),
  }
}

/** All that was expected held, and still it proves nothing. */
export const hasShownNothing = ({ verdicts, facts }: Pick<Played, 'verdicts' | 'facts'>): boolean =>
  verdicts.every(({ met }: Verdict) => met) && !hasShown(verdicts, facts)

export const SHOWED_NOTHING = 'nothing was expected to happen, so the run shows nothing: expect one thing that happens'

export const spellPlace = ({ file, line, column }: Place): string => `${file}:${line}:${column}`

/** A shipped scenario goes by its name, any other by its file. */
export function againCommand({ scenario, seed }: Pick<Played, 'scenario' | 'seed'>): string {
  const set = Object.entries(scenario.set).map(([name, value]) => ` --set ${quoted(`${name}=${value}`)}`)
  return `npx shifen simulate ${quoted(asked(scenario))} --seed ${quoted(seed)}${set.join('')}`
}

function asked({ name, file }: Scenario): string {
  const isOwn = /\.ya?ml$/.test(file) && file.replaceAll('\\', '/') !== `simulators/scenarios/${name}.yaml`
  return isOwn ? file : name
}

/** As a shell takes it for one word. */
const quoted = (word: string): string => (/^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** `1,234`, whatever the machine's language is. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')

export const counted = (count: number, one: string): string => `${grouped(count)} ${one}${count === 1 ? '' : 's'}`

/** Why several runs have failed, in a sentence; `null` where they have not. */
export function failureOf(runs: readonly Played[], isInterrupted = false): string | null {
  const { passed, expectations, failed, empty } = outcomeOf(runs)
  if (isInterrupted) return 'the run was ended before its time; what it had seen until then proves nothing'
  if (passed) return null
  if (failed > 0) return `${failed} of ${counted(expectations, 'expectation')} failed; the run above says what happened`
  if (empty > 0) return SHOWED_NOTHING
  return 'the run did not come to its end'
}
