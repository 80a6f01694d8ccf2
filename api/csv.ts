/** So that Excel reads UTF-8. */
export const CSV_START = '\ufeff'
export const CSV_TYPE = 'text/csv; charset=utf-8'

export type CsvCell = string | number | null

/**
 * One line by RFC 4180. A text that a spreadsheet would take for a formula (it begins with =, +, -, @, a tab or a line
 * break) gets a `'` before it.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(cell: CsvCell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const harmless = /^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
