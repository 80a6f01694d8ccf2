import type { CostLine } from '../../rules/model.ts'

/** What a line costs, in fen: half a fen and more is a whole one. Quantities have up to three decimals. */
export const lineFen = ({ quantity, unitPriceFen }: CostLine): number =>
  Math.round((Math.round(quantity * 1_000) * unitPriceFen) / 1_000)

export const totalFen = (lines: readonly CostLine[]): number => lines.reduce((sum, line) => sum + lineFen(line), 0)

/** `1,234.50`, of fen. */
export function yuan(fen: number): string {
  const [whole, parts] = [Math.trunc(Math.abs(fen) / 100), Math.abs(fen) % 100]
  return `${fen < 0 ? '-' : ''}${whole.toLocaleString('en-US')}.${String(parts).padStart(2, '0')}`
}
