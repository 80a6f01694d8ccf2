import { describe, expect, it } from 'vitest'
import { ROOF } from '../../../../api/web/src/live/place.ts'
import { type Plan, type PlannedDevice, planOf as drawnOf, surveyOf } from '../../../../api/web/src/live/plan.ts'
import { alarmView } from '../views.ts'

const device = (id: string, location: string, building: string | null = null, site = 'home'): PlannedDevice => ({
  ...{ id, site, building, location },
})
const HOUSE = [
  device('pump', 'B2 水泵房'),
  device('switchgear', '配电房', 'B1'),
  device('riser', '1号楼 9层 管道井'),
  device('hall', '1号楼 大堂'),
  device('tank', '1号楼 屋顶水箱间'),
  device('lift', '1号楼 1号客梯'),
  device('riser-2', '2层', '2 栋'),
  device('garage', '2号楼 B1 车库'),
  device('odd', '厨房'),
]
const at = (device: string, changes = {}) => alarmView(device, { device, ...changes })
const planOf = (devices: readonly PlannedDevice[], alarms: Parameters<typeof drawnOf>[1]) =>
  drawnOf(surveyOf(devices), alarms)
const shapeOf = ({ towers }: Plan) =>
  towers.map(({ key, bands }) => [key, bands.map(({ from, to }) => (from === to ? from : `${from}..${to}`))])

describe('the plan of a property', () => {
  it('has a tower for each building, with the floors that devices are on, and what is below all of them', () => {
    const plan = planOf(HOUSE, [])
    expect(shapeOf(plan)).toEqual([
      ['1', [ROOF, 9, 1, null]],
      ['2', [2]],
    ])
    expect(plan.towers.map(({ name, top }) => [name, top])).toEqual([
      ['1号楼', 9],
      ['2 栋', 2],
    ])
    expect(plan.basement.map(({ level }) => level)).toEqual([-1, -2])
    expect(plan.elsewhere).toBeNull()
  })

  it('has a pin where an alarm stands, and below the building that the basement belongs to', () => {
    const plan = planOf(HOUSE, [at('riser', { location: '9层' }), at('pump'), at('garage'), at('odd')])
    const [first] = plan.towers
    expect(first!.bands.map(({ pin }) => pin?.alarms ?? 0)).toEqual([0, 1, 0, 0])
    expect(first!.bands[1]!.pin).toEqual({
      ...{ priority: 'critical', alarms: 1, unacknowledged: true, locations: ['9层'] },
    })
    expect(plan.basement.map(({ pins }) => pins.map(({ tower }) => tower))).toEqual([[1], [null]])
    expect(plan.elsewhere?.alarms).toBe(1)
  })

  it('shows the worst of several at one place, and how many', () => {
    const alarms = [at('lift', { priority: 'low', state: 'acked' }), at('lift', { priority: 'high', state: 'acked' })]
    const { pin } = planOf(HOUSE, alarms).towers[0]!.bands[3]!
    expect(pin).toMatchObject({ priority: 'high', alarms: 2, unacknowledged: false })
  })

  it('draws nothing of what is muted, and puts what it does not know elsewhere', () => {
    const muted = {
      id: 'm',
      kind: 'shelved',
      reason: '',
      reasons: { zh: '', en: '' },
      by: '',
      until: null,
      oneShot: false,
    }
    const plan = planOf(HOUSE, [at('pump', { muted }), at('of-yesterday')])
    expect(plan.basement.flatMap(({ pins }) => pins)).toEqual([])
    expect(plan.elsewhere?.alarms).toBe(1)
  })

  it('stands still while alarms come and go', () => {
    const quiet = planOf(HOUSE, [])
    expect(shapeOf(planOf(HOUSE, [at('pump'), at('riser'), at('unknown')]))).toEqual(shapeOf(quiet))
  })

  it('is one tower without a name where no device tells its building', () => {
    const plan = planOf([device('a', '9楼走廊'), device('b', '12F'), device('c', 'B1')], [at('a')])
    expect(shapeOf(plan)).toEqual([['', [12, 9]]])
    expect(plan.towers[0]!.bands[1]!.pin?.alarms).toBe(1)
    expect(plan.elsewhere).toBeNull()
  })

  it('keeps buildings of two sites apart, however they are called', () => {
    const both = [device('a', '1号楼 3层', null, 'north'), device('b', '1号楼 3层', null, 'south')]
    const { towers } = planOf(both, [at('b')])
    expect(towers.map(({ site, bands }) => [site, bands[0]!.pin?.alarms ?? 0])).toEqual([
      ['north', 0],
      ['south', 1],
    ])
  })

  it('draws many floors as a few, and loses no alarm by it', () => {
    const devices = Array.from({ length: 2_000 }, (_, index) =>
      device(`d${index}`, `${(index % 30) + 1}号楼 ${(index % 33) + 1}层`),
    )
    const roofs = [device('roof', '7号楼 屋顶')]
    const alarms = devices.filter((_, index) => index % 7 === 0).map(({ id }) => at(id))
    const start = performance.now()
    const plan = planOf([...devices, ...roofs], alarms)
    expect(performance.now() - start).toBeLessThan(500)
    expect(plan.towers.map(({ name }) => name).slice(0, 3)).toEqual(['1号楼', '2号楼', '3号楼'])
    expect(plan.towers.every(({ bands }) => bands.length <= 4)).toBe(true)
    expect(plan.towers[6]!.bands[0]).toMatchObject({ from: ROOF, to: ROOF })
    const shown = plan.towers.flatMap(({ bands }) => bands).reduce((sum, { pin }) => sum + (pin?.alarms ?? 0), 0)
    expect(shown).toBe(alarms.length)
  })
})
