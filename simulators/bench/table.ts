/** Columns two spaces apart; `leftAligned` names those that are not numbers. */
export function table(header: string[], rows: string[][], leftAligned: number[] = []): string[] {
  const all = [header, ...rows]
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const cell = (text: string, column: number) =>
    leftAligned.includes(column) ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)
  return all.map((row) => row.map(cell).join('  ').trimEnd())
}

export const ms = (value: number) => (value < 10 ? value.toFixed(2) : value.toFixed(1))

export const count = (value: number) => Math.round(value).toLocaleString('en-US')
