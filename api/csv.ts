/** Files that spreadsheets open: RFC 4180, in UTF-8 with the mark by which they know it. */
export const CSV_TYPE = 'text/csv; charset=utf-8'
export const CSV_START = '\ufeff'

export type Cell = string | number | boolean | null

/** What a spreadsheet would take for a formula and run, in the wide signs of Chinese keyboards too. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/

export function csvOf(header: readonly string[], rows: Iterable<readonly Cell[]>): string {
  return CSV_START + [header, ...rows].map(csvLine).join('')
}

export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`
}

/** A text that begins as a formula does gets an apostrophe before it, which makes it a text and is not shown. */
function cellOf(value: Cell): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const text = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
