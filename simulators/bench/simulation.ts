/** Plays one shipped scenario in a process of its own and says what it took: `node simulation.js NAME [TIMES]`. */
import { findScenario } from '../reading/library.ts'
import { readScenario } from '../reading/read.ts'
import { playVirtually } from '../simulate.ts'

export interface SimulationTime {
  scenario: string
  passed: boolean
  messages: number
  tickets: number
  /** From reading the file to the verdicts, with the service's start and end; the quickest of so many times. */
  seconds: number
  /** The most that the process ever held, 10^6 bytes. */
  residentMaxMB: number
}

export async function timeSimulation(name: string, times: number): Promise<SimulationTime> {
  const found = findScenario(name)
  if (!found.ok) throw new Error(found.message)
  let quickest: Pick<SimulationTime, 'passed' | 'messages' | 'tickets' | 'seconds'> | null = null
  for (let time = 0; time < times; time += 1) {
    const startedAt = performance.now()
    const read = readScenario(found.file)
    if (!read.ok) throw new Error(`${name} cannot be read`)
    const { passed, messages, tickets } = await playVirtually({ scenario: read.scenario, seed: 'bench' })
    const seconds = (performance.now() - startedAt) / 1_000
    if (quickest === null || seconds < quickest.seconds) {
      quickest = { passed, messages, tickets: tickets.length, seconds }
    }
  }
  return { scenario: name, ...quickest!, residentMaxMB: (process.resourceUsage().maxRSS * 1_024) / 1e6 }
}

const [program = '', name, times = '1'] = process.argv.slice(1)
if (/\bsimulation\.[jt]s$/.test(program) && name !== undefined) {
  process.stdout.write(`${JSON.stringify(await timeSimulation(name, Number(times)))}\n`)
}
