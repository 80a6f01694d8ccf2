import { expect, it } from 'vitest'
import { layoutOf, towersIn } from '../../../../../api/web/src/components/sitePlan/layout.ts'
import type { Plan } from '../../../../../api/web/src/live/plan.ts'

const pin = { priority: 'critical', alarms: 2, unacknowledged: true, locations: ['1号楼'] } as const
const planOf = (towers: number, bands: number): Plan => ({
  towers: Array.from({ length: towers }, (_, index) => ({
    ...{ key: String(index), site: 'default', name: `${index}号楼`, top: 1 },
    bands: Array.from({ length: bands }, () => ({ from: null, to: null, pin })),
  })),
  basement: [],
  elsewhere: null,
})
const at = (aspect: number) => ({ aspect, textMin: 0 })

it('writes how many alarms a pin stands for within its own building: above, beside, or for the name of the floor', () => {
  const { towers } = layoutOf(planOf(4, 1), at(0.8))
  expect(towers.map(({ bands }) => bands[0]!.pin!.countAbove)).toEqual([true, true, true, true])
  for (const plan of [
    layoutOf(planOf(4, 5), at(1.4)),
    layoutOf(planOf(1, 5), at(2)),
    layoutOf(planOf(8, 4), at(1.2)),
  ]) {
    for (const { x, width, bands } of plan.towers) {
      for (const band of bands) {
        const isWithin = band.pin!.x + plan.pinSize * 1.6 <= x + width + 0.001
        expect(band.pin!.countAbove === true || isWithin || width < plan.pinSize * 2.2).toBe(true)
        expect(band.pin!.x).toBeGreaterThanOrEqual(x + plan.pinSize * 0.5)
      }
    }
  }
})

it('writes nothing smaller than is asked for, and says how many buildings it then has room for', () => {
  const small = { aspect: 2, textMin: 11 }
  expect(towersIn(small)).toBe(4)
  expect(towersIn(at(2))).toBe(33)
  const drawn = layoutOf(planOf(towersIn(small), 2), small)
  expect([drawn.textSize, drawn.labelSize]).toEqual([11, 11])
  expect(new Set(drawn.towers.map(({ y, height }) => y + height)).size).toBe(1)
  for (const { bands } of drawn.towers) {
    for (const { pin: at, y, height } of bands) expect(Math.abs(at!.y - y - height / 2)).toBeLessThan(0.001)
  }
  expect(drawn.pinSize).toBeGreaterThan(12)
})
