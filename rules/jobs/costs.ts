import type { CostLine } from '../model.ts'

export const COST_LINES_MAX = 200
export const QUANTITY_MAX = 1_000_000
export const UNIT_PRICE_MAX_FEN = 1_000_000_000
/** Beyond it fen are no longer counted one by one. */
export const TOTAL_MAX_FEN = Number.MAX_SAFE_INTEGER

const MILLI = 1_000n

/** Of one line in fen, half a fen rounded up. Counted in whole thousandths, so that no fraction is lost on the way. */
export function lineFen({ quantity, unitPriceFen }: CostLine): number {
  const thousandths = BigInt(Math.round(quantity * 1_000)) * BigInt(unitPriceFen)
  return Number((thousandths + MILLI / 2n) / MILLI)
}

/** Of all lines, each rounded by itself, as they stand on paper. */
export const totalFen = (costs: readonly CostLine[]): number => costs.reduce((sum, line) => sum + lineFen(line), 0)
