import { describe, expect, it } from 'vitest'
import { fingerprint } from '../../../rules/alarms/fingerprint.ts'
import type { DeviceMessage, Measurement } from '../../../rules/model.ts'

const measured = (name: string, value: Measurement['value'], derived = false): Measurement => ({
  ...{ name, value, unit: null },
  ...(derived && { derived }),
})

const said = (about: Partial<DeviceMessage> = {}): DeviceMessage => ({
  ...{ device: 'meter-1', receivedAt: 1_000, deviceAt: 900, live: true, heard: true, seq: 7 },
  measurements: [measured('voltage.l1', 229.87), measured('voltage.l2', 230.1)],
  conditions: [{ code: 'power.phase_lost', state: 'cleared' }],
  health: { batteryPercent: 80 },
  ...about,
})

describe('the fingerprint of a message', () => {
  it('is the same for the same content, whenever it comes, and with what was derived from it', () => {
    const { measurements } = said()
    const derived = [...measurements, measured('voltage.unbalance', 0.4, true)]
    for (const again of [said(), said({ receivedAt: 9_000 }), said({ measurements: derived })]) {
      expect(fingerprint(again)).toBe(fingerprint(said()))
    }
  })

  it('is another one for any other content', () => {
    const others: Partial<DeviceMessage>[] = [
      { deviceAt: 901 },
      { deviceAt: null },
      { measurements: [] },
      { measurements: [measured('voltage.l1', 229.88), measured('voltage.l2', 230.1)] },
      { measurements: [measured('voltage.l1', 230.1), measured('voltage.l2', 229.87)] },
      { measurements: [measured('voltage.l1', 229.87), measured('voltage.l3', 230.1)] },
      { measurements: [measured('voltage.l1', '229.87'), measured('voltage.l2', 230.1)] },
      { conditions: [] },
      { conditions: [{ code: 'power.phase_lost', state: 'active' }] },
      { conditions: [{ code: 'power.phase_lost', state: 'pulse' }] },
      { health: {} },
      { health: { batteryPercent: 81 } },
    ]
    const found = [said(), ...others.map(said)].map(fingerprint)
    expect(new Set(found).size).toBe(found.length)
  })

  it('is that of the message as the journal knows it, which has no negative zero', () => {
    const of = (value: number) => fingerprint(said({ measurements: [measured('power.active', value)] }))
    expect(of(-0)).toBe(of(0))
    expect(of(Number(JSON.parse(JSON.stringify(-0))))).toBe(of(-0))
  })

  it('hardly ever meets that of another reading', () => {
    const found = new Set<number>()
    for (let tenth = 0; tenth < 20_000; tenth += 1) {
      found.add(fingerprint(said({ measurements: [measured('voltage.l1', tenth / 10)] })))
    }
    // Of 20 000 in 2^32 by chance 0.05 pairs meet.
    expect(found.size).toBeGreaterThan(19_997)
  })
})
