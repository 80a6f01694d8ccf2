import { describe, expect, it } from 'vitest'
import { decodePacket } from '../../../gateway/decode.ts'
import { compileMappings } from '../../../gateway/mapping/mappings.ts'
import type { MappingInput } from '../../../rules/model.ts'
import { plainContext } from '../../support/memory.ts'
import { mappingOf, RECEIVED_MS } from '../../support/mappings.ts'

const unusable: string[] = []
const inForce = (...different: Partial<MappingInput>[]) =>
  compileMappings(different.map(mappingOf), ({ id }) => unusable.push(id))

function decode(different: Partial<MappingInput>, topic: string, payload: unknown, more: object = {}) {
  const packet = { topic, payload: Buffer.from(JSON.stringify(payload)), receivedAt: RECEIVED_MS, device: null }
  const about = { gateway: 'gw-1', site: 'default', will: false, ...more }
  return decodePacket({ ...packet, ...about }, { ...plainContext(), mappings: inForce(different) })
}

describe('the mappings in force', () => {
  it('are found by site and topic, the site’s own first', () => {
    const mappings = inForce(
      { id: 'all' },
      { id: 'wide', topic: 'lifts/#' },
      { id: 'own', site: 'riverside', topic: 'lifts/+/#', device: { key: 'x', kind: 'elevator' } },
    )
    const id = (site: string, topic: string) => mappings.find(site, topic)?.mapping.id ?? null
    expect(id('default', 'lifts/1/state')).toBe('all')
    expect(id('riverside', 'lifts/1/state')).toBe('own')
    expect(id('default', 'pumps/1/state')).toBeNull()
    // `wide` names no level and has no key.
    expect(unusable.splice(0)).toEqual(['wide'])
  })

  it('that can no longer be used keep no other from its messages', () => {
    const broken = { ...mappingOf({ id: 'old' }), topic: 'lifts/#/x' }
    const mappings = compileMappings([broken, mappingOf()], ({ id }) => unusable.push(id))
    expect(unusable.splice(0)).toEqual(['old'])
    expect(mappings.find('default', 'lifts/1/state')?.mapping.id).toBe('lift-x')
  })
})

describe('a packet of a gateway', () => {
  it('that a mapping knows is a message of a discovered device', () => {
    const { messages } = decode({ silenceMs: 60_000 }, 'lifts/a 7/state', { floor: 2 })
    expect(messages).toMatchObject([
      {
        discovered: {
          gateway: 'gw-1',
          site: 'default',
          key: 'mapping:a 7',
          family: 'mapping',
          kind: 'elevator',
          silenceMs: 60_000,
        },
        live: true,
        heard: true,
        measurements: [{ name: 'lift.floor', value: 2, unit: '1' }],
      },
    ])
  })

  it('that does not fit its mapping is a rejection with the place', () => {
    const { messages, rejections } = decode({}, 'lifts/7/state', { stage: 2 })
    expect(messages).toEqual([])
    expect(rejections).toMatchObject([
      {
        reason: 'invalid_shape',
        device: 'gw-1',
        detail: expect.stringMatching(/^mapping lift-x, points\[0\]/) as string,
      },
    ])
  })

  it('is of the mapping only on its topic, and never where a device speaks under its own login', () => {
    expect(decode({}, 'lifts/7/other', { floor: 2 }).rejections).toMatchObject([{ reason: 'topic_not_bound' }])
    const own = decode({}, 'lifts/7/state', { floor: 2 }, { device: 'leak-1', gateway: undefined })
    expect(own.rejections).toMatchObject([{ reason: 'unknown_topic' }])
  })

  it('that is a will is not live, and one that a broker kept is state', () => {
    const event = { events: [{ code: 'elevator.entrapment', path: 'trapped' }] }
    expect(decode(event, 'lifts/7/state', { trapped: true }, { will: true }).messages).toMatchObject([{ live: false }])
    const kept = decode(event, 'lifts/7/state', { trapped: true }, { retained: true })
    expect(kept.messages).toMatchObject([{ retained: true, heard: false }])
  })

  it('that pulses twice at once is a duplicate', () => {
    const context = {
      ...plainContext(),
      mappings: inForce({ events: [{ code: 'device.test_button', path: 'k', pulse: [1] }] }),
    }
    const packet = { topic: 'lifts/7/state', payload: Buffer.from('{"k":1}'), receivedAt: RECEIVED_MS, device: null }
    const about = { gateway: 'gw-1', site: 'default', will: false }
    expect(decodePacket({ ...packet, ...about }, context).messages).toHaveLength(1)
    expect(decodePacket({ ...packet, ...about }, context)).toMatchObject({ messages: [], passed: 'duplicate' })
  })
})
