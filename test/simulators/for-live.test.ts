import { basename } from 'node:path'
import { expect, it } from 'vitest'
import { isForLive, notForLive } from '../../simulators/for-live.ts'
import { shippedScenarios } from '../../simulators/reading/library.ts'
import { readAll } from '../../simulators/reading/read-all.ts'

const { scenarios, faults } = readAll(shippedScenarios(), {})
const named = (name: string) => scenarios.find((each) => each.name === name)!

it('is what lasts at most half a minute and needs nothing that only virtual time can do', () => {
  expect(faults).toEqual([])
  const restart = named('restart-at-minute-five')
  const quick = named('quick-leak')
  const shown = [quick, named('two-criticals-at-once'), { ...quick, lastsMs: 30_001 }, { ...restart, lastsMs: 30_000 }]
  expect(shown.map(isForLive)).toEqual([true, true, false, false])
})

it('is whatever is called quick', () => {
  const quick = scenarios.filter(({ name }) => name.startsWith('quick-'))
  expect(quick.filter((each) => !isForLive(each)).map(({ name }) => name)).toEqual([])
  expect(new Set(quick.map(({ site }) => site.id)).size).toBe(quick.length)
})

it('says what needs virtual time, and where it stands', () => {
  const told = ['restart-at-minute-five', 'provider-down', 'stale-retained', 'quick-leak'].map((name) => {
    const [first] = notForLive(named(name))
    return first && `${basename(first.place.file)}:${first.place.line} ${first.message}`
  })
  expect(told).toEqual([
    expect.stringMatching(/^restart-at-minute-five\.yaml:\d+ a live service is not ours to end; .* without --live$/),
    expect.stringMatching(/^provider-down\.yaml:\d+ what real providers answer is not ours to say; /),
    expect.stringMatching(/^stale-retained\.yaml:\d+ what a real broker has kept is not ours to send; /),
    undefined,
  ])
})
