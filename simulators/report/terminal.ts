const WIDE = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\u3000-\u303f\uff01-\uff60]|\p{Emoji_Presentation}/u

/** How many columns a terminal gives it: two for each Chinese character. */
export function columns(text: string): number {
  let sum = 0
  for (const character of text) sum += /\p{Mn}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1
  return sum
}

export const padTo = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - columns(text)))

/** Rows of one width a column; the last is as long as it is. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, columns(cell))))
  return rows.map((row) => row.map((cell, at) => (at === row.length - 1 ? cell : padTo(cell, widths[at]!))).join('  '))
}

/** What a device says cannot move the cursor or colour the screen. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '\ufffd')

const CODES = { bold: 1, faint: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 }

/** ANSI colours, or none. */
export type Paint = (as: keyof typeof CODES, text: string) => string

export const paint = (colour: boolean): Paint =>
  colour ? (as, text) => `\u001b[${CODES[as]}m${text}\u001b[0m` : (_, text) => text
