import { describe, expect, it } from 'vitest'
import { PAYLOADS, telemetry } from '../../../simulators/bench/messages.ts'

describe.each([
  ['one-point', 1],
  ['ten-point', 10],
] as const)('%s messages', (name, points) => {
  const message = telemetry(name)
  const values = message.payloads.map(
    (payload) => (JSON.parse(payload.toString()) as { values: Record<string, number> }).values,
  )

  it(`carry ${points} numeric points each, in payloads of one length`, () => {
    expect(message.points).toBe(points)
    expect(values).toHaveLength(PAYLOADS)
    for (const each of values) {
      expect(Object.keys(each)).toHaveLength(points)
      expect(Object.values(each).every(Number.isFinite)).toBe(true)
    }
    expect(new Set(message.payloads.map((payload) => payload.length)).size).toBe(1)
  })

  it('differ from one to the next', () => {
    for (const [index, payload] of message.payloads.entries()) {
      expect(payload.equals(message.payloads[(index + 1) % PAYLOADS]!)).toBe(false)
    }
  })

  it('stay where a healthy 220 V supply is', () => {
    for (const each of values) {
      for (const [point, value] of Object.entries(each)) {
        if (!point.startsWith('voltage.')) continue
        expect(value).toBeGreaterThanOrEqual(215)
        expect(value).toBeLessThanOrEqual(229)
      }
    }
  })
})
