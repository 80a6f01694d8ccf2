import fc from 'fast-check'
import { expect, it } from 'vitest'
import { lineFen, totalFen } from '../../../rules/jobs/costs.ts'

const line = (quantity: number, unitPriceFen: number) =>
  ({ kind: 'material', name: '水管', unit: 'm', quantity, unitPriceFen }) as const

it.each([
  [2, 350, 700],
  [0.5, 1, 1],
  [0.499, 1, 0],
  [1.005, 100, 101],
  [0.001, 499, 0],
  [0.001, 500, 1],
  [1.255, 1_000, 1_255],
  [1_000_000, 1_000_000_000, 1_000_000_000_000_000],
  [999_999.999, 999_999_999, 999_999_998_000_000],
  [0, 1_000, 0],
])('%d at %d fen are %d fen: half a fen is rounded up', (quantity, price, fen) => {
  expect(lineFen(line(quantity, price))).toBe(fen)
})

it('is rounded by line and summed in whole fen', () => {
  expect(totalFen([line(0.5, 1), line(0.5, 1), line(0.5, 1)])).toBe(3)
  expect(totalFen([])).toBe(0)
})

it('is the exact product, rounded, for every quantity of three decimals', () => {
  const thousandths = fc.integer({ min: 0, max: 1_000_000_000 })
  fc.assert(
    fc.property(thousandths, fc.integer({ min: 0, max: 1_000_000_000 }), (milli, price) => {
      const exact = BigInt(milli) * BigInt(price)
      const rounded = exact / 1_000n + (exact % 1_000n >= 500n ? 1n : 0n)
      expect(BigInt(lineFen(line(milli / 1_000, price)))).toBe(rounded)
    }),
  )
})
