import { describe, expect, it } from 'vitest'
import { spellFault } from '../../../simulators/reading/faults.ts'
import { findScenario, shippedScenarios } from '../../../simulators/reading/library.ts'
import { readScenario } from '../../../simulators/reading/read.ts'
import { jsonReport } from '../../../simulators/report/json.ts'
import { playVirtually } from '../../../simulators/simulate.ts'

const SEED = 'library'

/** Those that take long: what is played of them here. Whole they are played by the bench. */
const IN_SMALL: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'day-1000': { size: '40', lasts: '1h', leaks_every: '20m', faults_every: '30m' },
  'year-100': { size: '20', lasts: '2d', leaks_every: '8h' },
  storm: { leaks: '24' },
}

function shipped(name: string) {
  const found = findScenario(name)
  if (!found.ok) throw new Error(found.message)
  const read = readScenario(found.file, { set: IN_SMALL[name] ?? {} })
  if (!read.ok) throw new Error(read.faults.map(spellFault).join('\n'))
  expect(read.warnings.map(spellFault)).toEqual([])
  return read.scenario
}

describe.each(shippedScenarios())('the shipped scenario %s', (name) => {
  it('passes, and says the same byte for byte when it is played again with its seed', async () => {
    const scenario = shipped(name)
    const played = await playVirtually({ scenario, seed: SEED })
    const missed = played.verdicts.filter(({ met }) => !met)
    expect(missed.map(({ expectation, happened }) => `${expectation.text}: ${happened}`)).toEqual([])
    expect(played.passed).toBe(true)
    const again = await playVirtually({ scenario, seed: SEED })
    expect(jsonReport([again])).toBe(jsonReport([played]))
  }, 120_000)
})
