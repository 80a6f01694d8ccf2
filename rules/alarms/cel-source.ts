import { HEALTH_POINTS, isConditionCode, pointDefinition } from '../model.ts'

type CelType = 'double' | 'bool' | 'string'

export function celType(name: string): CelType | undefined {
  if (isConditionCode(name)) return 'bool'
  const definition = pointDefinition(name) ?? HEALTH_POINTS.get(name)
  if (definition === undefined) return undefined
  if (definition === 'boolean') return 'bool'
  return definition.type === 'text' ? 'string' : 'double'
}

/** `power.active` and `power.active.l1` both exist, so a dotted chain is one variable, never a field selection. */
export const variable = (name: string) => `point_${name.replaceAll('_', '_u').replaceAll('.', '_d')}`
export const guard = (name: string) => `has_${variable(name)}`

const CHAIN = String.raw`[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*`
/** Comments, texts and numbers stand as they are; `has(chain)` and chains may name points. */
const TOKENS = new RegExp(
  [
    String.raw`\/\/[^\n]*`,
    String.raw`"""(?:[^\\]|\\[^])*?"""`,
    String.raw`'''(?:[^\\]|\\[^])*?'''`,
    String.raw`"(?:[^"\\]|\\.)*"`,
    String.raw`'(?:[^'\\]|\\.)*'`,
    String.raw`\d[\w.]*`,
    String.raw`has\(\s*(?<guarded>${CHAIN})\s*\)`,
    `(?<chain>${CHAIN})`,
  ].join('|'),
  'g',
)

/** CEL with one variable for each point, and where its pieces stand in what the person wrote. */
export interface CelSource {
  expression: string
  /** Points and condition codes, in order of appearance. */
  inputs: ReadonlySet<string>
  /** Those that `has()` asks for. */
  guarded: ReadonlySet<string>
  /** The first name that `has()` asks for and that is nothing known. */
  unknown: string | null
  /** From a position in `expression` to the one in the source. */
  sourceAt(position: number): number
}

export function rewriteSource(source: string): CelSource {
  const inputs = new Set<string>()
  const guarded = new Set<string>()
  const pieces: { at: number; sourceAt: number; named: boolean }[] = []
  let expression = ''
  let unknown: string | null = null
  let end = 0
  const put = (text: string, sourceAt: number, named: boolean) => {
    pieces.push({ at: expression.length, sourceAt, named })
    expression += text
  }
  for (const match of source.matchAll(TOKENS)) {
    const { guarded: asked, chain } = match.groups!
    const name = asked ?? (chain === undefined ? undefined : longestKnown(chain))
    if (name === undefined) continue
    if (celType(name) === undefined) unknown ??= name
    put(source.slice(end, match.index), end, false)
    put(asked === undefined ? variable(name) : guard(name), match.index, true)
    end = match.index + (asked === undefined ? name.length : match[0].length)
    inputs.add(name)
    if (asked !== undefined) guarded.add(name)
  }
  put(source.slice(end), end, false)

  const sourceAt = (position: number) => {
    const piece = pieces.findLast(({ at }) => at <= position)!
    return piece.named ? piece.sourceAt : piece.sourceAt + position - piece.at
  }
  return { expression, inputs, guarded, unknown, sourceAt }
}

function longestKnown(chain: string): string | undefined {
  for (let end = chain.length; end > 0; end = chain.lastIndexOf('.', end - 1)) {
    const name = chain.slice(0, end)
    if (celType(name)) return name
  }
  return undefined
}
