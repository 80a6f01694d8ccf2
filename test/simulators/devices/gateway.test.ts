import { describe, expect, it } from 'vitest'
import { startDevice } from '../../../simulators/devices/index.ts'
import { seededRandom } from '../../../simulators/random.ts'

const about = { id: 'gw-1', name: 'gateway', location: 'B1', building: 'B', kind: 'gateway' } as const

describe('a gateway', () => {
  it('tells how it is itself, each minute', () => {
    const device = startDevice(about, { site: 'site', random: seededRandom(1), startMs: 0 })
    const said: unknown[] = []
    for (let minute = 1; minute <= 60; minute += 1) {
      said.push(...device.advance({ atMs: minute * 60_000, hourOfDay: 8 }).packets)
    }
    expect(said).toHaveLength(60)
    const [whole] = device.whole(3_600_000)
    const { values } = JSON.parse(String(whole!.payload)) as { values: Record<string, number> }
    expect(values).toMatchObject({ online: true, externalPower: true, 'gateway.offline': false })
    expect(Math.abs(values.supplyVoltage! - 12)).toBeLessThan(0.3)
    expect(Math.abs(values['temperature.device']! - 38)).toBeLessThanOrEqual(5)
  })

  it('falls silent without a farewell, and tells everything once it is back', () => {
    const device = startDevice(about, { site: 'site', random: seededRandom(1), startMs: 0 })
    device.suffer('silent')
    expect(device.advance({ atMs: 600_000, hourOfDay: 8 }).packets).toEqual([])
    expect(device.silent()).toBe(true)
    device.repair()
    const { packets } = device.advance({ atMs: 600_001, hourOfDay: 8 })
    expect(JSON.parse(String(packets[0]!.payload))).toMatchObject({ values: { 'gateway.offline': false } })
  })
})
