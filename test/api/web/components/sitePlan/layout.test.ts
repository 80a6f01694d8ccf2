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
const countsAbove = (plan: Plan, aspect: number) =>
  layoutOf(plan, aspect).towers.map(({ bands }) => bands[0]!.pin!.countAbove)

it('writes how many alarms a pin stands for within its own building, where its floor is high enough', () => {
  expect(countsAbove(planOf(4, 1), 0.8)).toEqual([true, true, true, true])
  expect(countsAbove(planOf(1, 5), 2)).toEqual([false])
})
