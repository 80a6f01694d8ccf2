import { describe, expect, it } from 'vitest'
import { againCommand, grouped } from '../../../simulators/report/outcome.ts'
import { scenarioOf } from './played.ts'

describe('how to run it again', () => {
  it.each([
    ['simulators/scenarios/night-leak.yaml', '7', 'npx shifen simulate night-leak --seed 7'],
    ['simulators\\scenarios\\night-leak.yaml', '7', 'npx shifen simulate night-leak --seed 7'],
    ['', '7', 'npx shifen simulate night-leak --seed 7'],
    ['tests/our leak.yml', "it's", "npx shifen simulate 'tests/our leak.yml' --seed 'it'\\''s'"],
  ])('%s', (file, seed, command) => {
    expect(againCommand({ scenario: scenarioOf({ file }), seed })).toBe(command)
  })

  it('sets what was set', () => {
    const scenario = scenarioOf({ set: { arrives_within: '1s', place: 'B2 east' } })
    const command = "npx shifen simulate night-leak --seed 7 --set arrives_within=1s --set 'place=B2 east'"
    expect(againCommand({ scenario, seed: '7' })).toBe(command)
  })
})

it.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1,000'],
  [1_440_000, '1,440,000'],
])('%d in groups', (count, text) => expect(grouped(count)).toBe(text))
