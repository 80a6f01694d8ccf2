import { describe, expect, it } from 'vitest'
import { decodeExample } from '../../../api/service.ts'
import { measureDecoding } from '../../../simulators/bench/decoding.ts'
import { familyMessages } from '../../../simulators/bench/families.ts'

describe('the messages that decoding is measured on', () => {
  it.each(familyMessages.map((each) => [each.family, each] as const))('%s says something', (_, { topic, payload }) => {
    const message = { topic, payload: Buffer.from(JSON.stringify(payload)), retain: false }
    const said = decodeExample({ message, preceding: [], binding: {}, receivedAt: 1_772_453_721_000 })
    expect(said.disposition).toBe('accept')
    expect(said.measurements.length + said.conditions.length).toBeGreaterThan(0)
  })

  it('are refused where nobody knows them: something else would be measured', () => {
    expect(() => measureDecoding([{ family: 'x', topic: 'nobody/knows', payload: { a: 1 } }])).toThrow(
      /topic_not_bound/,
    )
    expect(() => measureDecoding([{ family: 'x', topic: 'zigbee2mqtt/x', payload: [] }])).toThrow(/not accepted/)
  })
})
