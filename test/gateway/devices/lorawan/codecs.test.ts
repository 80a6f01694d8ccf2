import { describe, expect, it } from 'vitest'
import { states, uplink } from '../../../support/lorawan.ts'

describe('whose bytes they are', () => {
  it.each([
    ['the binding before all', { binding: { profile: 'Netvox R718WA' }, profile: 'EM300-ZLD' }],
    ['a tag where the profile is a general one', { profile: 'Class A OTAA', tags: { model: 'R718WA' } }],
    ['the name that a person gave', { profile: 'Class A', name: 'R718WA kitchen' }],
    ['the EUI where the bytes leave no doubt', { profile: 'Class A', name: 'kitchen', eui: '00137a1000000001' }],
  ])('%s', (_, sent) => {
    expect(states(uplink({ ...sent, fPort: 6, hex: '0132011E01' }))).toContain('water.leak active')
  })

  it('an EUI alone decides nothing where the maker has several layouts', () => {
    const rope = uplink({ eui: 'a840410000000001', fPort: 2, hex: '0100000A00000A635CD2F2' })
    expect(rope.conditions).toEqual([])
    expect(rope.warnings).toContain('no_decoder_for_profile')
    const contact = uplink({ eui: 'a840410000000001', fPort: 10, hex: '4B7602000018000005' })
    expect(states(contact)).toEqual(['water.leak active'])
  })

  it('takes the model from the name where the profile tells the maker alone', () => {
    const decoded = uplink({ profile: 'Dragino', name: 'LWL03A cellar', fPort: 2, hex: '0100000A00000A635CD2F2' })
    expect(states(decoded)).toEqual(['water.leak active'])
  })

  it('bytes of nobody are heard and not guessed', () => {
    const decoded = uplink({ profile: 'Test', hex: 'AA' })
    expect(decoded).toMatchObject({ disposition: 'accept', measurements: [], conditions: [] })
    expect(decoded.warnings).toContain('no_decoder_for_profile')
  })

  it('keeps the kind that earlier uplinks told, and that the site says', () => {
    expect(uplink({ hex: 'AA', binding: { kind: 'water_leak' } }).device?.kind).toBe('water_leak')
  })
})
