import { expect, it } from 'vitest'
import type { Pin, Plan } from '../../../../api/web/src/live/plan.ts'
import { pageAt, pagesOf } from '../../../../api/web/src/wall/planPages.ts'

const pin: Pin = { priority: 'critical', alarms: 1, unacknowledged: true, locations: [] }
const tower = (key: string, at: Pin | null) => ({
  ...{ key, site: 'a', name: key, top: 1, bands: [{ from: 1, to: 1, pin: at }] },
})
const plan = (marked: readonly (Pin | null)[], rest: Partial<Plan> = {}): Plan => ({
  towers: marked.map((at, index) => tower(String(index), at)),
  ...{ basement: [], elsewhere: null, ...rest },
})
const site = (name: string, of: Plan) => ({ site: name, name, plan: of })
const namesOf = (pages: ReturnType<typeof pagesOf>) => pages.map((page) => page.plan.towers.map(({ key }) => key))

it('gives each site pages of its own, about equally full, with what is below the buildings of each', () => {
  const basement = [{ level: -1, pins: [1, 3, null].map((at) => ({ tower: at, pin })) }]
  const pages = pagesOf([site('a', plan([null, null, null, null, null], { basement })), site('b', plan([null]))], 4)
  expect(namesOf(pages)).toEqual([['0', '1', '2'], ['3', '4'], ['0']])
  expect(pages.map((page) => page.plan.basement.flatMap(({ pins }) => pins.map((each) => each.tower)))).toEqual([
    ...[[1, null], [0, null], []],
  ])
  expect(pagesOf([site('a', plan([]))], 4)).toHaveLength(1)
})

it('shows in turn those with alarms, and all while there is none', () => {
  const pages = pagesOf(
    [site('a', plan([null, pin])), site('b', plan([null])), site('c', plan([], { elsewhere: pin }))],
    1,
  )
  const seen = (of: typeof pages) => [...new Set(Array.from({ length: 40 }, (_, s) => pageAt(of, s * 1_000)))]
  expect(seen(pages)).toEqual([pages[1], pages[3]])
  expect(seen(pages.slice(0, 1))).toEqual([pages[0]])
  const quiet = [pages[0]!, pages[2]!]
  expect(seen(quiet)).toEqual(quiet)
  expect(pageAt([], 5)).toBeNull()
})
