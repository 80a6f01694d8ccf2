import type { CostLine } from '../../api/jobs.ts'

/** Money as people type it; kept in fen, 100 to a yuan. Pure. */

const UNIT_PRICE_MAX_FEN = 1_000_000_000
const QUANTITY_MAX = 1_000_000

/** `12.5` → 1250; `null`: no price. */
export function fenOf(yuan: string): number | null {
  const match = /^(\d{1,8})(?:[.,](\d{0,2}))?$/.exec(yuan.trim())
  if (!match) return null
  const fen = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
  return fen <= UNIT_PRICE_MAX_FEN ? fen : null
}

/** `2.5`, at most three decimals; `null`: no quantity. */
export function quantityOf(text: string): number | null {
  const match = /^(\d{1,7})(?:[.,](\d{0,3}))?$/.exec(text.trim())
  if (!match) return null
  const quantity = Number(`${match[1]}.${match[2] || '0'}`)
  return quantity <= QUANTITY_MAX ? quantity : null
}

/** Two decimals. */
export const yuanOf = (fen: number): string => (fen / 100).toFixed(2)

/** Half a fen rounded up, line by line, as the work order counts it. */
export const lineFen = ({ quantity, unitPriceFen }: Pick<CostLine, 'quantity' | 'unitPriceFen'>): number =>
  Math.floor((Math.round(quantity * 1_000) * unitPriceFen + 500) / 1_000)

export const totalFen = (costs: readonly CostLine[]): number => costs.reduce((sum, line) => sum + lineFen(line), 0)
