import { expect, it } from 'vitest'
import { simulationLines, simulationTargets } from '../../../simulators/bench/report-simulations.ts'
import type { SimulationTime } from '../../../simulators/bench/simulation.ts'
import { simulationsTook } from './simulations.ts'

const verdicts = (simulations: readonly SimulationTime[]) =>
  simulationTargets(simulations).map(({ reached }) => reached)

it('holds each scenario to its own time, and the day to its memory too', () => {
  expect(verdicts(simulationsTook(0.9, 89, 89))).toEqual([true, true, true, true])
  expect(verdicts(simulationsTook(1, 89, 89))).toEqual([false, true, true, true])
  expect(verdicts(simulationsTook(0.9, 90, 89))).toEqual([true, false, true, true])
  expect(verdicts(simulationsTook(0.9, 89, 90))).toEqual([true, true, true, false])
  expect(verdicts(simulationsTook(0.9, 89, 89, 500))).toEqual([true, true, false, true])
})

it('takes no time for reached where the scenario failed, nor where it was not played', () => {
  const [leak, ...others] = simulationsTook(0.5, 80, 80)
  expect(verdicts([{ ...leak!, passed: false }, ...others])).toEqual([false, true, true, true])
  expect(verdicts([leak!])).toEqual([true, null, null, null])
})

it('tells each with its rate', () => {
  const text = simulationLines(simulationsTook(0.5, 80, 80)).join('\n')
  expect(text).toMatch(/night-leak +1,000 +3 +0\.50 +2,000 +400 +passed/)
})
