import { expect, it } from 'vitest'
import { layoutOf } from '../../../../../api/web/src/components/sitePlan/layout.ts'
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
it('writes how many alarms a pin stands for within its own building: above, beside, or for the name of the floor', () => {
  const { towers } = layoutOf(planOf(4, 1), 0.8)
  expect(towers.map(({ bands }) => bands[0]!.pin!.countAbove)).toEqual([true, true, true, true])
  for (const plan of [layoutOf(planOf(4, 5), 1.4), layoutOf(planOf(1, 5), 2), layoutOf(planOf(8, 4), 1.2)]) {
    for (const { x, width, bands } of plan.towers) {
      for (const band of bands) {
        const isWithin = band.pin!.x + plan.pinSize * 1.6 <= x + width + 0.001
        expect(band.pin!.countAbove === true || isWithin || width < plan.pinSize * 2.2).toBe(true)
        expect(band.pin!.x).toBeGreaterThanOrEqual(x + plan.pinSize * 0.5)
      }
    }
  }
})
