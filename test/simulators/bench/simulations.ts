import type { SimulationTime } from '../../../simulators/bench/simulation.ts'

/** What the night leak, the day and the year took, in seconds. */
export const simulationsTook = (nightLeak: number, day: number, year: number, residentMaxMB = 400): SimulationTime[] =>
  Object.entries({ 'night-leak': nightLeak, 'day-1000': day, 'year-100': year }).map(([scenario, seconds]) => {
    return { scenario, passed: true, messages: 1_000, tickets: 3, seconds, residentMaxMB }
  })
