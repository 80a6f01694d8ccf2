export type Values = Record<string, string | number>

/** Marks and letters that turn what stands beside them round. */
const TURNING = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/
const ISOLATES = /[\u2066-\u2069]/g
const END = '\u2069'

/** Whether each isolate in it ends, as in a sentence with names that stands in another one. */
function isBalanced(value: string): boolean {
  let open = 0
  for (const [mark] of value.matchAll(ISOLATES)) {
    open += mark === END ? -1 : 1
    if (open < 0) return false
  }
  return open === 0
}

/** What stands beside other words, so that it cannot turn them round; a name without such marks is as it was. */
export function alone(text: string): string {
  return TURNING.test(text) ? `\u2068${isBalanced(text) ? text : text.replace(ISOLATES, '')}${END}` : text
}

/** What is filled into a sentence. */
export const isolated = (values: Values): Values =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? alone(value) : value]),
  )
