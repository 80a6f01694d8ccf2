import type { Target } from './report.ts'
import type { SimulationTime } from './simulation.ts'
import { count, table } from './table.ts'

interface Limit {
  name: string
  secondsMax: number
  residentMaxMB?: number
}

export const SIMULATION_TARGETS: Readonly<Record<string, Limit>> = {
  'night-leak': { name: 'the night leak in virtual time', secondsMax: 1 },
  'day-1000': { name: 'a virtual day of 1,000 devices', secondsMax: 90, residentMaxMB: 500 },
  'year-100': { name: 'a virtual year of 100 devices', secondsMax: 90 },
}

export function simulationTargets(simulations: readonly SimulationTime[]): Target[] {
  return Object.entries(SIMULATION_TARGETS).flatMap(([scenario, { name, secondsMax, residentMaxMB }]) => {
    const found = simulations.find((each) => each.scenario === scenario)
    const time = {
      name,
      limit: `under ${secondsMax} s`,
      measured: found === undefined ? null : `${found.seconds.toFixed(2)} s`,
      reached: found === undefined ? null : found.passed && found.seconds < secondsMax,
    }
    if (residentMaxMB === undefined) return [time]
    const memory = {
      name: `memory of ${name}`,
      limit: `under ${residentMaxMB} MB`,
      measured: found === undefined ? null : `${found.residentMaxMB.toFixed(0)} MB`,
      reached: found === undefined ? null : found.residentMaxMB < residentMaxMB,
    }
    return [time, memory]
  })
}

export function simulationLines(simulations: readonly SimulationTime[]): string[] {
  const rows = simulations.map(({ scenario, messages, tickets, seconds, residentMaxMB, passed }) => [
    scenario,
    ...[count(messages), count(tickets), seconds.toFixed(2), count(messages / seconds), residentMaxMB.toFixed(0)],
    passed ? 'passed' : 'FAILED',
  ])
  const head = ['in virtual time', 'messages', 'tickets', 's', 'messages/s', 'MB at most', '']
  return table(head, rows, [0, 6])
}
