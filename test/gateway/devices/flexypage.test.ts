import { describe, expect, it } from 'vitest'
import { listener } from '../../support/families.ts'

const CLOCK = 'diagnose/current-timestamp'

describe('flexyPage', () => {
  it('tells its clock, and with it that it is there', () => {
    expect(listener().hear(CLOCK, '1767225600')).toMatchObject({
      device: { key: 'flexypage:diagnose', kind: 'elevator' },
      time: { device: 1_767_225_600_000, basis: 'epoch_s' },
      health: { online: true },
    })
    expect(listener().hear(`lift-3/${CLOCK}`, '1767225600').device?.key).toBe('flexypage:lift-3/diagnose')
  })

  it.each([['unavailable'], ['0'], ['-5']])('%s is no time', (text) => {
    expect(listener().hear(CLOCK, text)).toMatchObject({ disposition: 'accept', time: { basis: 'none' }, health: {} })
  })

  it.each([
    ['NaN', 'invalid_value'],
    ['noon', 'invalid_value'],
    ['{}', 'invalid_shape'],
    [Buffer.from([0xc3]), 'invalid_utf8'],
  ])('%s is refused as %s', (content, reason) => {
    expect(listener().hear(CLOCK, content)).toMatchObject({ disposition: 'reject', reason })
  })

  it('commands, interfaces and removals are passed over; foreign topics are left alone', () => {
    const { hear, family } = listener()
    expect(hear('control/current-timestamp', '1767225600').disposition).toBe('ignore')
    expect(hear('diagnose/interface/can0', 'CAN').disposition).toBe('ignore')
    expect(hear(CLOCK, '').disposition).toBe('ignore')
    hear('diagnose/temperature', '21')
    expect(family()).toBeNull()
  })
})
