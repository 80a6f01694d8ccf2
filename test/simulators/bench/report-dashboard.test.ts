import { expect, it } from 'vitest'
import { dashboardLines, dashboardTargets } from '../../../simulators/bench/report-dashboard.ts'
import { aDashboard } from './dashboard.ts'

const reached = (found: Parameters<typeof dashboardTargets>[0]) =>
  dashboardTargets(found).map((target) => target.reached)
const [console, wallboard] = aDashboard().frames
const [wallboardLoad, consoleLoad, phoneLoad] = aDashboard().loads

it('holds each face to its own size', () => {
  const loads = (...bytes: number[]) =>
    [wallboardLoad, consoleLoad, phoneLoad].map((load, index) => ({ face: load!.face, bytes: bytes[index]! }))
  expect(reached(aDashboard({ loads: loads(150_000, 350_000, 150_000) })).slice(0, 3)).toEqual([true, true, true])
  expect(reached(aDashboard({ loads: loads(150_001, 350_001, 150_001) })).slice(0, 3)).toEqual([false, false, false])
  expect(reached(aDashboard({ loads: [] })).slice(0, 3)).toEqual([null, null, null])
})

it('judges the ring by its 95th percentile, frames by the worse face, growth by the whole half hour', () => {
  const slow = aDashboard({ ring: { ...aDashboard().ring, p95Ms: 200 } })
  expect(reached(slow).slice(3)).toEqual([false, true, true])
  const jerky = aDashboard({ frames: [{ ...console!, shareUnder50Ms: 0.949 }, wallboard!] })
  expect(reached(jerky).slice(3)).toEqual([true, false, true])
  const growing = aDashboard({ growth: { minutes: 30, changesPerSecond: 50, bytes: 20_000_000 } })
  expect(reached(growing).slice(3)).toEqual([true, true, false])
  const short = aDashboard({ growth: { minutes: 1, changesPerSecond: 50, bytes: 0 } })
  expect(reached(short).slice(3)).toEqual([true, true, null])
})

it('says what was not measured, and tells what was', () => {
  expect(reached(null)).toEqual([null, null, null, null, null, null])
  expect(dashboardLines(null).join()).toContain('Not measured')
  const text = dashboardLines(aDashboard()).join('\n')
  expect(text).toContain('wallboard 120 KB, console 300 KB, phone 140 KB')
  expect(text).toMatch(/wallboard +200 +50\.0 +99\.0 % +17\.0/)
  expect(text).toContain('3.0 MB more after 30 minutes')
})
