import { describe, expect, it } from 'vitest'
import { examine } from '../../../simulators/explore/examine.ts'
import { explore } from '../../../simulators/explore/explore.ts'
import { INVARIANTS, type Invariant } from '../../../simulators/explore/invariants.ts'
import { invent } from '../../../simulators/explore/invent.ts'
import { spellTree } from '../../../simulators/explore/print.ts'
import { seededRandom } from '../../../simulators/random.ts'
import { readScenario } from '../../../simulators/reading/read.ts'

/** Broken whenever water is found: what is left must be one sensor and what made it wet. */
const NO_WATER: Invariant = {
  id: 'no-water',
  number: null,
  words: 'Nothing is ever wet.',
  broken: ({ tickets }) =>
    tickets.flatMap(({ ticket }) => (ticket.category === 'water_leak' && ticket.origin === 'alarm' ? ['wet'] : [])),
}

/** Each with a service of its own, the first played twice. */
const SCENARIOS = 6

describe('exploring', () => {
  it('finds nothing in a few scenarios, and the service takes each', async () => {
    const explored = await explore({ seed: 'test', scenariosMax: SCENARIOS })
    expect(explored.found?.yaml ?? '').toBe('')
    expect(explored.refused).toEqual([])
    expect(explored).toMatchObject({ scenarios: SCENARIOS, shrinking: 0 })
  }, 300_000)

  it('invents the same for the same seed, and another for another', () => {
    const of = (seed: string) => spellTree(invent(seededRandom(seed)))
    expect(of('a')).toBe(of('a'))
    expect(of('a')).not.toBe(of('b'))
  })

  it('prints the smallest scenario that shows what was found, which shows it again', async () => {
    const invariants = [NO_WATER]
    const { found, shrinking } = await explore({ seed: 'wet', scenariosMax: 50, triesMax: 150, invariants })
    expect(found?.finding).toMatchObject({ invariant: 'no-water' })
    expect(found?.tree.devices).toEqual([expect.objectContaining({ kind: 'water_leak' })])
    expect(found?.tree.timeline.length).toBeLessThanOrEqual(1)
    expect(found?.tree.people.responders).toEqual([])
    expect(shrinking).toBeLessThanOrEqual(150)
    expect(found?.yaml).toContain('# Broken (no-water): wet')

    const read = readScenario('found.yaml', { readFile: () => found!.yaml })
    if (!read.ok) throw new Error(JSON.stringify(read.faults))
    const again = await examine({ scenario: read.scenario, seed: found!.seed, invariants: [...INVARIANTS, NO_WATER] })
    expect(again.findings.map(({ invariant }) => invariant)).toEqual(['no-water'])
  }, 300_000)
})
