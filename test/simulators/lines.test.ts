import { describe, expect, it } from 'vitest'
import { stepLine } from '../../simulators/lines.ts'

describe('stepLine', () => {
  it('tells once of somebody who is away for a while, with how long', () => {
    const act = { do: 'person', person: 'zhang', event: 'takes_break', forMs: 3_600_000 } as const
    expect(stepLine(act, [], false)).toBe('zhang takes break for 1 h')
    expect(stepLine(act, [], true)).toBeNull()
  })
})
