/** A file that spreadsheets open: RFC 4180, in UTF-8 with the mark by which they know it. */
export const CSV_TYPE = 'text/csv; charset=utf-8'

export type Cell = string | number | boolean | null

/** What a spreadsheet would take for a formula and run, in the wide signs of Chinese keyboards too. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/

export function csvOf(header: readonly string[], rows: Iterable<readonly Cell[]>): string {
  const lines = [header, ...rows].map((row) => row.map(cellOf).join(','))
  return `\ufeff${lines.join('\r\n')}\r\n`
}

/** A text that begins as a formula does gets an apostrophe before it, which makes it a text and is not shown. */
function cellOf(value: Cell): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const text = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
