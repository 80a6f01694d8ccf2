import pino from 'pino'
import { jsonReport } from '../report/json.ts'
import { play } from '../play.ts'
import { ScenarioProblem } from '../provision.ts'
import { seededRandom } from '../random.ts'
import type { Scenario } from '../scenario.ts'
import { withChannel } from '../simulate.ts'
import { startVirtual } from '../virtual.ts'
import { type Finding, findingsOf, INVARIANTS, type Invariant, PLAYS_ON, SAME_RUN } from './invariants.ts'
import type { Testimony } from './testimony.ts'
import { createWitness } from './witness.ts'

export interface Examined {
  findings: readonly Finding[]
  messages: number
  virtualMs: number
  /** The service did not take something that the scenario asks for, so that it shows nothing. */
  refused: string | null
}

export interface ExamineOptions {
  scenario: Scenario
  seed: string
  /** Whether it is played twice, to see that it is the same. */
  twice?: boolean
  invariants?: readonly Invariant[]
  signal?: AbortSignal
}

/** How often the API is looked at while a scenario goes on. */
const LOOKS = 12

/** Plays a scenario and says which of what always holds did not. Never throws for what a scenario does. */
export async function examine(options: ExamineOptions): Promise<Examined> {
  const { scenario, seed, twice = false, invariants = INVARIANTS, signal } = options
  const virtualMs = scenario.lastsMs
  try {
    const testimony = await witnessed({ scenario, seed, signal })
    const findings = signal?.aborted ? [] : findingsOf(testimony, invariants)
    if (twice && !signal?.aborted) findings.push(...(await differences(testimony, { scenario, seed, signal })))
    return { findings, messages: testimony.played.messages, virtualMs, refused: null }
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    if (error instanceof ScenarioProblem) return { findings: [], messages: 0, virtualMs: 0, refused: what }
    return { findings: [{ invariant: PLAYS_ON.id, what }], messages: 0, virtualMs, refused: null }
  }
}

interface Run {
  scenario: Scenario
  seed: string
  signal: AbortSignal | undefined
}

/** Plays it under the eyes of a witness. */
export async function witnessed({ scenario: given, seed, signal }: Run): Promise<Testimony> {
  const scenario = withChannel(given)
  const failures: string[] = []
  const logger = pino({ level: 'error' }, { write: (line) => void failures.push(sentenceOf(line)) })
  const random = seededRandom(seed)
  const ground = await startVirtual({ scenario, random, tellsRejections: false, logger })
  try {
    const witness = createWitness({ ground, lastsMs: scenario.lastsMs, looks: LOOKS, failures })
    const played = await play({ scenario, seed, ground: witness.ground, ...(signal && { signal }) })
    return await witness.testify(played)
  } finally {
    await ground.close()
  }
}

function sentenceOf(line: string): string {
  const { doing, msg, err } = JSON.parse(line) as { doing?: string; msg?: string; err?: { message?: string } }
  return `${doing ?? msg ?? 'something'}: ${err?.message ?? 'failed'}`
}

async function differences(first: Testimony, run: Run): Promise<Finding[]> {
  const again = await witnessed(run)
  const [one, other] = [first, again].map(({ played }) => jsonReport([played]).split('\n'))
  const line = one!.findIndex((each, index) => each !== other![index])
  if (line < 0 && one!.length === other!.length) return []
  const what = `the runs differ at line ${line + 1}: ${one![line]?.trim()} and ${other![line]?.trim()}`
  return [{ invariant: SAME_RUN.id, what }]
}
