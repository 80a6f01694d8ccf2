import { type CelSource, guard, variable } from './cel-source.ts'
import { type CelProblem, explain, type Explanation } from './checks/explain.ts'

/** A condition met a value that it cannot be asked of: a text where it needs a number, a division by zero. */
export class ConditionFailure extends Error {
  constructor(
    message: string,
    readonly position: number | null,
  ) {
    super(message)
    this.name = 'ConditionFailure'
  }
}

/** So many characters tell a person where. */
const PLACE_SHOWN = 40

/** `position` is the one in the source; an `expected` is what to write instead. */
export type Reason = Omit<Explanation, 'expected'> & { expected?: string | null }

/** Why CEL refuses a text, in a person's names and at the place in the source; `null`: the text is the source. */
export function explained(problem: CelProblem | undefined, text: string, rewritten: CelSource | null): Reason {
  if (problem === undefined) return { why: 'not a CEL expression', position: null }
  const { why, expected, position } = explain(problem, text)
  if (rewritten === null) return { why, expected, position: position ?? text.length }
  return {
    why: inWords(why, rewritten),
    expected: expected === null ? null : inWords(expected, rewritten),
    position: position === null ? null : rewritten.sourceAt(position),
  }
}

/** Variables back to the names that the person wrote. */
function inWords(text: string, { names }: CelSource): string {
  const shown = new Map<string, string>()
  for (const { key, shown: name } of names.values()) {
    shown.set(variable(key), name)
    shown.set(guard(key), `has(${name})`)
  }
  return text.replace(/(?:has_)?point_\w+/g, (found) => shown.get(found) ?? found)
}

/** A reason with what to write instead and where. */
export function placed({ why, position, expected }: Reason, source: string): string {
  const what = expected ? `${why}; ${expected}` : why
  if (position === null) return what
  const rest = source.slice(position, position + PLACE_SHOWN).trim()
  return rest === '' ? `${what}, at the end` : `${what}, at character ${position + 1}: ${rest}`
}

/** What the library threw while it evaluated; not all that it throws is an error of CEL. */
export function failed(error: CelProblem, source: string, rewritten: CelSource): ConditionFailure {
  const isCel = typeof error.code === 'string' && typeof error.summary === 'string'
  const reason = isCel
    ? explained(error, rewritten.expression, rewritten)
    : { why: (error as unknown as Error).message, position: null }
  return new ConditionFailure(placed(reason, source), reason.position)
}
