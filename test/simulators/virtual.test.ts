import { describe, expect, it } from 'vitest'
import { readScenario } from '../../simulators/reading/read.ts'
import { playVirtually } from '../../simulators/simulate.ts'

const scenarioOf = (text: string) => {
  const read = readScenario('own.yaml', { readFile: () => text })
  if (!read.ok) throw new Error(JSON.stringify(read.faults))
  return read.scenario
}

const DOWN_OVER_THE_DUE_TIME = `
title: A restart over the due time
lasts: 40m
devices: [{ id: leak-1, kind: water_leak, location: B2 水泵房 }]
timeline:
  - { at: 10m, device: leak-1, fault: leak, as: leak }
  - { after: leak, by: 5m, restart: 6m }
expect:
  - clock breached: { milestone: arrive }
    after: leak
    within: 11m
`

describe('a service in this process', () => {
  it('tells what fell due while it was away, as soon as it is back', async () => {
    const played = await playVirtually({ scenario: scenarioOf(DOWN_OVER_THE_DUE_TIME), seed: '1' })
    expect(played.verdicts.map(({ met, happened }) => [met, happened])).toEqual([[true, expect.anything()]])
  })

  it('has looked at its clock up to its end, so that nobody is excused for more than it was away', async () => {
    const silent = `
title: Silent over a restart
lasts: 60m
devices: [{ id: meter-1, kind: power_meter, location: B1 配电房, reports_every: 5m }]
timeline:
  - { at: 10m, device: meter-1, network: cut, as: cut }
  - { after: cut, by: 9m, restart: 1s }
expect:
  - alarm raised: { rule: power_meter.silent }
    after: cut
    within: 16m
`
    const played = await playVirtually({ scenario: scenarioOf(silent), seed: '1' })
    expect(played.verdicts.map(({ met }) => met)).toEqual([true])
  })
})
