import { join } from 'node:path'
import { packageRoot } from '../package-root.ts'
import { startProgram } from './process.ts'
import type { SimulationTime } from './simulation.ts'

export interface SimulationsOptions {
  /** Also those that take a minute and more. */
  whole: boolean
  log: (line: string) => void
  signal?: AbortSignal
}

const WITHIN_MS = 30 * 60_000
/** Named, and how often each is played: the quickest counts, since the first also loads the program. */
const SHORT = [['night-leak', 5]] as const
const WHOLE = [
  ['day-1000', 1],
  ['year-100', 1],
] as const

/** Scenarios in virtual time, each in a process of its own. @throws Error when one cannot be played. */
export async function measureSimulations({ whole, log, signal }: SimulationsOptions): Promise<SimulationTime[]> {
  const found: SimulationTime[] = []
  for (const [name, times] of [...SHORT, ...(whole ? WHOLE : [])]) {
    signal?.throwIfAborted()
    log(`simulating ${name}`)
    const program = join(packageRoot(), 'dist', 'simulators', 'bench', 'simulation.js')
    const running = startProgram({
      command: process.execPath,
      args: [program, name, String(times)],
      cwd: packageRoot(),
      env: process.env,
    })
    try {
      const [line] = await running.line(/^\{.*\}$/m, WITHIN_MS)
      found.push(JSON.parse(line) as SimulationTime)
    } finally {
      await running.stop()
    }
  }
  return found
}
