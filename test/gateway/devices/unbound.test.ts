import { describe, expect, it } from 'vitest'
import { listener, risen, values } from '../../support/listener.ts'

const hear = (content: unknown, given?: Parameters<ReturnType<typeof listener>['hear']>[2]) =>
  listener().hear('building/leak/b2', content, given)

describe('a topic that nobody knows', () => {
  it.each(['ON', '1', 'true', 'leak', '{}', '{"leak":true}', '{"__proto__":{"leak":true},"constructor":1}', 'a\0b'])(
    '%s is kept, and nothing is guessed',
    (text) => {
      const decoded = hear(text)
      expect(decoded).toMatchObject({ disposition: 'accept', measurements: [], conditions: [], health: {} })
      expect(decoded.device).toEqual({ key: 'raw:building/leak/b2', kind: 'unknown' })
      expect(decoded.warnings).toContain('topic_not_bound')
    },
  )

  it.each([
    '{"leak": tr',
    '"{\\"leak\\":true}"',
    '[1,2,3]',
    '['.repeat(5_000),
    '{"leak":true,}',
    "{'leak': true}",
    'nan',
    Buffer.from('7b226e616d65223a224be9636865227d', 'hex'),
  ])('%s is rejected', (content) => expect(hear(content).disposition).toBe('reject'))
})

describe('a binding', () => {
  it('in a unit of another quantity measures nothing', () => {
    const decoded = hear({ u: 230 }, { binding: { kind: 'power_meter', fields: { u: 'voltage.l1 (kWh)' } } })
    expect(decoded).toMatchObject({ measurements: [], warnings: ['unit_mismatch:u'] })
  })

  it('reads the fields that it names', () => {
    const fields = { u: 'voltage.l1', 'p.sum': 'power.active (kW)', alarm: 'condition:meter.phase_loss' }
    const decoded = hear({ u: '230.5', p: { sum: 1.2 }, alarm: 1 }, { binding: { kind: 'power_meter', fields } })
    expect(decoded.device).toEqual({ key: 'raw:building/leak/b2', kind: 'power_meter' })
    expect(values(decoded)).toEqual({ 'voltage.l1': 230.5, 'power.active': 1_200 })
    expect(risen(decoded)).toEqual(['meter.phase_loss active'])
    expect(decoded.warnings).not.toContain('topic_not_bound')
  })

  it('reads no power that voltage and current cannot make', () => {
    const fields = { u: 'voltage.l1', i: 'current.l1', p: 'power.active' }
    expect(values(hear({ u: 230, i: 1, p: 42_949 }, { binding: { fields } }))).toEqual({
      'voltage.l1': 230,
      'current.l1': 1,
    })
  })

  it.each([
    ['ON', ['water.leak active']],
    ['off', []],
    ['unavailable', ['water.leak unknown']],
  ])('a bare %s is its field `value`', (text, expected) => {
    const binding = { kind: 'water_leak', fields: { value: 'condition:water.leak' } } as const
    expect(risen(hear(text, { binding }))).toEqual(expected)
  })

  it('of which nothing came leaves the topic unbound', () => {
    expect(hear({ other: 1 }, { binding: { fields: { u: 'voltage.l1' } } }).warnings).toContain('topic_not_bound')
  })
})
