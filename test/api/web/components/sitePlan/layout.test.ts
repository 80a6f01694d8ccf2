import { expect, it } from 'vitest'
import { layoutOf } from '../../../../../api/web/src/components/sitePlan/layout.ts'
import type { Plan } from '../../../../../api/web/src/live/plan.ts'

const pin = { priority: 'critical', alarms: 2, unacknowledged: true, locations: ['1号楼'] } as const
const planOf = (towers: number): Plan => ({
  towers: Array.from({ length: towers }, (_, index) => ({
    ...{ key: String(index), site: 'default', name: `${index}号楼`, top: 1 },
    bands: [{ from: null, to: null, pin }],
  })),
  basement: [],
  elsewhere: null,
})
const countsAbove = (plan: Plan, aspect: number) =>
  layoutOf(plan, aspect).towers.map(({ bands }) => bands[0]!.pin!.countAbove)

it('writes how many alarms a pin stands for within its own building', () => {
  expect(countsAbove(planOf(1), 2)).toEqual([false])
  expect(countsAbove(planOf(4), 0.8)).toEqual([true, true, true, true])
})
