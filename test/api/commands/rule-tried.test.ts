import { describe, expect, it } from 'vitest'
import { toldTried, type TriedRule } from '../../../api/commands/rule-tried.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 10, 16)
const at = (hours: number) => new Date(START + hours * HOUR).toISOString()
const episode = (hours: number, forHours: number | null, ticket = false) => ({
  device: 'meter-1',
  raisedAt: at(hours),
  clearedAt: forHours === null ? null : at(hours + forHours),
  priority: 'high',
  value: 71.5,
  ticketAt: ticket ? at(hours) : null,
})
const version = (perBucket: number[], episodes = [episode(1, 2)]) => ({
  raised: perBucket.reduce((sum, count) => sum + count, 0),
  cleared: 1,
  tickets: 1,
  standing: 0,
  devices: 1,
  perBucket,
  episodes,
  faults: { count: 0, message: null },
})
const tried = (rest: Partial<TriedRule>): TriedRule => ({
  type: 'result',
  rule: 'mine.hot',
  from: at(0),
  to: at(8 * 24),
  readings: 1_234_567,
  tookMs: 8_250,
  bucketMs: 24 * HOUR,
  draft: version([0, 1, 2, 4, 8, 0, 0, 3]),
  live: null,
  differs: null,
  ...rest,
})

describe('what a try of a rule came to', () => {
  it('is counts, bars of one scale, and what differs', () => {
    const none = { count: 0, episodes: [] }
    const onlyLive = { count: 25, episodes: Array.from({ length: 25 }, (_, index) => episode(index, null, true)) }
    const differs = { onlyDraft: none, onlyLive, draftEarlier: 1, draftLater: 2 }
    const lines = toldTried(tried({ live: version([0, 16, 0, 0, 0, 0, 0, 1]), differs }))
    expect(lines[0]).toMatch(/1,234,567 readings in 8\.3 s$/)
    expect(lines.slice(2, 4)).toEqual([
      `${' '.repeat(10)}     draft  in force`,
      `raised    ${'18'.padStart(10)}${'17'.padStart(10)}`,
    ])
    expect(lines).toContain('draft     ·▁▂▃▅··▂')
    expect(lines).toContain('in force  ·█·····▁')
    expect(lines).toContain('only the version in force raised: 25')
    expect(lines.filter((line) => line.endsWith('still up\tmeter-1\thigh\t71.5\tticket'))).toHaveLength(20)
    expect(lines).toContain('  and 5 more; --json has the first 1,000')
    expect(lines.at(-1)).toBe('of those that both raised the draft came 1 times earlier, 2 times later')
  })

  it('lists what the draft would have raised where no version is in force, and says where it failed', () => {
    const draft = { ...version([1]), faults: { count: 3, message: 'division by zero' } }
    const lines = toldTried(tried({ draft }))
    expect(lines).toContain('the draft would have raised: 1')
    expect(lines.some((line) => /to 2026-11-16 .*meter-1\thigh\t71\.5$/.test(line))).toBe(true)
    expect(lines).toContain('the draft could not be evaluated 3 times; first: division by zero')
  })

  it('draws several days in one column where they are many', () => {
    const lines = toldTried(tried({ draft: version(Array.from({ length: 400 }, () => 1)) }))
    expect(lines).toContain(`draft     ${'█'.repeat(57)}▂`)
    expect(lines.some((line) => line.startsWith('raised per 7 days, at most 7;'))).toBe(true)
  })
})
