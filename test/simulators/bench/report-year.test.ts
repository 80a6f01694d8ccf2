import { expect, it } from 'vitest'
import { yearLines, yearTargets } from '../../../simulators/bench/report-year.ts'
import { aYear } from './year.ts'

const verdicts = (year: ReturnType<typeof aYear>) => yearTargets(year).map(({ reached }) => reached)

it('holds each target on its own: the slowest list, the report of a month, the memory of an export', () => {
  expect(verdicts(aYear())).toEqual([true, true, true])
  expect(verdicts(aYear(100))).toEqual([false, true, true])
  expect(verdicts(aYear(99, 500))).toEqual([true, false, true])
  expect(verdicts(aYear(99, 499, 100))).toEqual([true, true, false])
  expect(yearTargets(aYear())[0]!.measured).toBe('99.0 ms (by device)')
})

it('judges no export where there is none, and says so', () => {
  expect(verdicts(aYear(99, 499, null))).toEqual([true, true, null])
  expect(yearLines(aYear(99, 499, null)).at(-1)).toBe('This service has no export of tickets.')
})

it('tells the report beside the lists, and how long it kept others waiting', () => {
  const text = yearLines(aYear()).join('\n')
  expect(text).toMatch(/service report of 8,500 tickets +100 +8\.00 +499\.0 +500\.0/)
  expect(text).toContain("A year's export: 100,000 lines in 12.3 s.")
})
