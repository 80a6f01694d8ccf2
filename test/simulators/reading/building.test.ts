import { describe, expect, it } from 'vitest'
import { startDevice } from '../../../simulators/devices/index.ts'
import { FAULTS } from '../../../simulators/devices/index.ts'
import { COUNTED, SIMULATED, specOf } from '../../../simulators/reading/kinds.ts'
import { seededRandom } from '../../../simulators/random.ts'
import { scenarioIn } from './files.ts'

const built = (size: string, more = '') => scenarioIn(`title: T\nlasts: 1h\nbuilding: {size: ${size}${more}}\n`).devices
const counted = (devices: ReturnType<typeof built>) =>
  Object.fromEntries(COUNTED.map(({ kind }) => [kind, devices.filter((each) => each.kind === kind).length]))

describe('a generated building', () => {
  it('knows every kind that can be simulated', () => {
    expect([...SIMULATED].sort()).toEqual(Object.keys(FAULTS).sort())
  })

  it.each([1, 2, 7, 41, 100, 1_000, 5_000])('of %i devices has as many, with ids and places of their own', (total) => {
    const devices = built(String(total))
    expect(devices).toHaveLength(total)
    expect(new Set(devices.map(({ id }) => id)).size).toBe(total)
    expect(new Set(devices.map(({ name }) => name)).size).toBe(total)
    for (const { id, building, location } of devices) {
      expect(id).toMatch(/^[a-z0-9-]{1,64}$/)
      expect(building).toMatch(/^(地下室|\d+号楼)$/)
      expect(location).toMatch(/^(B\d|\d+号楼) /)
    }
    expect(built(String(total))).toEqual(devices)
  })

  it('is spread as in the field', () => {
    const shares = COUNTED.reduce((sum, { share }) => sum + share, 0)
    const counts = counted(built('1000'))
    for (const { kind, share } of COUNTED) expect(Math.abs(counts[kind]! - (1_000 * share) / shares)).toBeLessThan(1)
    expect(counts.water_leak! / 1_000).toBeGreaterThanOrEqual(0.6)
  })

  it('has exactly what is asked for', () => {
    const asked = Object.fromEntries(COUNTED.map(({ kind }, index) => [kind, 3 + 17 * index]))
    const size = COUNTED.map(({ kind, many }) => `${many}: ${asked[kind]}`).join(', ')
    expect(counted(built(`{towers: 2, floors: 6, ${size}}`))).toEqual(asked)
  })

  it('speaks and reports as is said by kind', () => {
    const devices = built('40', ', reports_every: {water_leak: 12h}, speaks: {water_leak: native}')
    for (const { kind, speaks, reportEveryMs } of devices) {
      const leak = kind === 'water_leak'
      expect([speaks, reportEveryMs]).toEqual(leak ? ['native', 43_200_000] : [undefined, undefined])
    }
  })

  it('joins a valve with the sensor of its room', () => {
    const zones = built('{leak_sensors: 3, valves: 1}').map(({ zone }) => zone)
    expect(zones).toEqual(['b2-pump-room', undefined, undefined, 'b2-pump-room'])
    expect(built('{leak_sensors: 1}')[0]?.zone).toBeUndefined()
  })

  it('can be switched on', () => {
    for (const device of built('100')) {
      const started = startDevice(device, { site: 'riverside', random: seededRandom(1), startMs: 0 })
      started.advance({ atMs: 60_000, hourOfDay: 8 })
      expect(started.whole(60_000).length).toBeGreaterThan(0)
    }
  })

  it('takes lengths of time under the names of the physics', () => {
    expect(specOf('valve', { travel: 5_000 })).toMatchObject({ travelMs: 5_000 })
    expect(specOf('elevator', { rated_mps: 2 })).toMatchObject({ ratedMps: 2, tellsMoves: false })
  })
})
