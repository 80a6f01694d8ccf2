import { describe, expect, it } from 'vitest'
import { combinations, samplesOf } from '../../../../rules/alarms/checks/samples.ts'

describe('what an input is tried with', () => {
  it('is each literal, what lies between, and the ends of what it can say', () => {
    const samples = samplesOf('humidity.relative', 'double', [40, 120], false) as number[]
    expect(samples).toContain(40)
    expect(samples.some((value) => value > 1 && value < 40)).toBe(true)
    expect(samples.some((value) => value > 40 && value < 100)).toBe(true)
    expect([Math.min(...samples), Math.max(...samples)]).toEqual([0, 100])
    expect(samplesOf('previous:humidity.relative', 'double', [40, 120], false)).toEqual(samples)
  })

  it('is also unreported where has() asks', () => {
    expect(samplesOf('water.leak', 'bool', [], true)).toEqual([undefined, true, false])
    expect(samplesOf('water.leak', 'bool', [], false)).toEqual([true, false])
  })

  it('is each text, another one, and lists of them', () => {
    expect(samplesOf('device:model', 'string', ['a', 'b'], false)).toEqual(['a', 'b', 'ab', 'ba', 'another text', ''])
    expect(samplesOf('device:tags', 'list<string>', ['a', 'b'], false)).toEqual([[], ['a'], ['b'], ['a', 'b']])
  })

  it('is of the type that it is compared with where it may be of any', () => {
    expect(samplesOf('mode', 'dyn', ['on'], false)).toContain('on')
    expect(samplesOf('mode', 'dyn', [], false)).toContain(true)
    expect(samplesOf('flow', 'dyn', [3], false)).not.toContain(true)
  })
})

describe('combinations', () => {
  const axes = [
    [1, 2, 3],
    [true, false],
    [undefined, 'a'],
  ]

  it('are all of them where they are few', () => {
    const { isComplete, samples } = combinations(axes, 12)
    const all = [...samples]
    expect(isComplete).toBe(true)
    expect(new Set(all.map((each) => JSON.stringify(each))).size).toBe(12)
  })

  it('are drawn where they are many, always the same', () => {
    const draw = () => [...combinations(axes, 11).samples]
    expect(combinations(axes, 11).isComplete).toBe(false)
    expect(draw()).toHaveLength(11)
    expect(draw()).toEqual(draw())
    expect(new Set([...combinations(Array(40).fill([0, 1]), 4_096).samples].map(String)).size).toBeGreaterThan(4_000)
  })
})
