import { expect, it } from 'vitest'
import { scaleLines, scaleTargets } from '../../../simulators/bench/report-scale.ts'
import { aCost, aScale } from './scale.ts'

const verdicts = (overrides: Parameters<typeof aScale>[0]) =>
  scaleTargets(aScale(overrides)).map(({ reached }) => reached)

it('holds each target on its own, evaluation by the message in the middle', () => {
  expect(verdicts({})).toEqual([true, true, true])
  const costs = (share: number) => [aCost('a meter', 5, 1 - share), aCost('a lift', 0.3, share)]
  expect(verdicts({ evaluation: costs(0.49) })).toEqual([false, true, true])
  expect(verdicts({ evaluation: costs(0.51) })).toEqual([true, true, true])
  expect(verdicts({ start: { ...aScale().start, readyMs: 3_000 } })).toEqual([true, false, true])
  const late = { ...aScale().silence.late, maxMs: 1_001 }
  expect(verdicts({ silence: { ...aScale().silence, late } })).toEqual([true, true, false])
})

it('tells how many rules a message met, and what they cost beside the rest', () => {
  const text = scaleLines(aScale()).join('\n')
  expect(text).toMatch(/a meter +60 % +27\.3 +4\.9 +3\.9 to 5\.9 +12\.0/)
  expect(text).toContain('1,000 open alarms, from launch to ready: 2.90 s, resident 190 MB')
  expect(text).toContain('at most 1000.0 ms')
  const start = { ...aScale().start, residentMB: null }
  expect(scaleLines(aScale({ start })).join('\n')).not.toContain('resident')
})
