import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Document, Node, YAMLError } from 'yaml'
import type { Place } from '../scenario.ts'

export interface Source {
  file: string
  text: string
  lines: LineCounter
}

export type Scalar = string | number | boolean | null

interface At {
  source: Source
  /** Offsets in the source's text. */
  from: number
  to: number
}

/** What somebody wrote, with where: values of several files can stand in one tree. */
export type Written =
  | (At & { is: 'scalar'; value: Scalar })
  | (At & { is: 'list'; items: readonly Written[] })
  | (At & { is: 'map'; entries: ReadonlyMap<string, Entry> })
export type WrittenMap = Extract<Written, { is: 'map' }>

export interface Entry {
  key: Written
  value: Written
}

/** Where it begins, or `offset` characters behind that. */
export function placeOf({ source, from }: At, offset = 0): Place {
  const { line, col } = source.lines.linePos(from + offset)
  return { file: source.file, line, column: col }
}

/** Values in a file; more come from aliases that name aliases. */
const VALUES_MAX = 200_000

export type ReadText = { ok: true; written: WrittenMap } | { ok: false; faults: { place: Place; message: string }[] }

/** A file's text as a tree, or what is wrong with its YAML. */
export function readText(file: string, text: string): ReadText {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
  const source: Source = { file, text, lines }
  const faults: { place: Place; message: string }[] = []
  const fail = (from: number, message: string) => faults.push({ place: placeOf({ source, from, to: from }), message })
  for (const error of [...document.errors, ...document.warnings]) fail(error.pos[0], spellError(error))
  if (faults.length > 0) return { ok: false, faults }
  if (!isMap(document.contents)) {
    fail(0, 'a scenario is a map: its first lines are such as "title: …" and "about: …"')
    return { ok: false, faults }
  }
  const written = treeOf(document, source, fail)
  return faults.length === 0 && written?.is === 'map' ? { ok: true, written } : { ok: false, faults }
}

function treeOf(document: Document, source: Source, fail: (from: number, message: string) => void): Written | null {
  let values = 0
  const within = new Set<Node>()
  const convert = (node: unknown, before: number): Written => {
    const [from, to] = (node as Node | null)?.range ?? [before, before]
    const at = { source, from, to }
    values += 1
    if (values > VALUES_MAX) throw new RangeError(`more than ${VALUES_MAX} values; aliases must not name each other`)
    if (isAlias(node)) {
      const target = node.resolve(document)
      if (target !== undefined && !within.has(target)) return convert(target, from)
      fail(from, target ? `the alias *${node.source} lies within what it names` : NO_ANCHOR)
      return { ...at, is: 'scalar', value: null }
    }
    if (isScalar(node)) return { ...at, is: 'scalar', value: scalarOf(node.value) }
    if (!isMap(node) && !isSeq(node)) return { ...at, is: 'scalar', value: null }
    within.add(node)
    const inside = (): Written => {
      if (isSeq(node)) return { ...at, is: 'list', items: node.items.map((item) => convert(item, from)) }
      const entries = node.items.map(({ key, value }): [string, Entry] => {
        const word = convert(key, from)
        if (word.is !== 'scalar') fail(word.from, 'a key is a word, not a list or a map')
        const name = word.is === 'scalar' ? String(word.value) : ''
        return [name, { key: word, value: convert(value, word.to) }]
      })
      return { ...at, is: 'map', entries: new Map(entries) }
    }
    const tree = inside()
    within.delete(node)
    return tree
  }
  try {
    return convert(document.contents, 0)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    fail(0, error.message)
    return null
  }
}

const scalarOf = (value: unknown): Scalar =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null

const NO_ANCHOR = 'there is no such anchor before this alias; a text that begins with * needs quotes'

/** Mistakes that the YAML reader names in words of its own. */
const ERRORS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'this key is written twice in one map; leave one out',
  TAB_AS_INDENT: 'a tab cannot indent in YAML; use spaces',
  MULTIPLE_DOCS: 'a file holds one scenario; take the "---" away',
  BAD_INDENT: 'this line is not indented like its neighbours',
  TAG_RESOLVE_FAILED: 'tags that begin with "!" have no meaning here; a text that begins so needs quotes',
}

const spellError = ({ code, message }: YAMLError): string =>
  ERRORS[code] ?? `the YAML cannot be read here: ${message.charAt(0).toLowerCase()}${message.slice(1)}`

/** As plain data. */
export function plain(written: Written): unknown {
  switch (written.is) {
    case 'scalar':
      return written.value
    case 'list':
      return written.items.map(plain)
    case 'map':
      return Object.fromEntries([...written.entries].map(([key, { value }]) => [key, plain(value)]))
  }
}

/** What lies on a path of keys and indices, or the last thing before it that is there. */
export function follow(written: Written, path: readonly PropertyKey[]): Written {
  const [step, ...rest] = path
  const next =
    step === undefined
      ? undefined
      : written.is === 'map'
        ? written.entries.get(String(step))?.value
        : written.is === 'list'
          ? written.items[Number(step)]
          : undefined
  return next === undefined ? written : follow(next, rest)
}

/** The value of a key of a map, where there is one. */
export const valueOf = (written: Written | undefined, key: string): Written | undefined =>
  written?.is === 'map' ? written.entries.get(key)?.value : undefined

/** The word of a key, else the map itself. */
export const keyOf = (written: Written, key: string): Written =>
  (written.is === 'map' ? written.entries.get(key)?.key : undefined) ?? written

/** The items of a list; what is no list has none. */
export const itemsOf = (written: Written | undefined): readonly Written[] =>
  written?.is === 'list' ? written.items : []

/** On one line, as it could be written; a map at the top without its braces. */
export function spellWritten(written: Written, top = true): string {
  switch (written.is) {
    case 'scalar':
      return spellScalar(written.value)
    case 'list':
      return `[${written.items.map((item) => spellWritten(item, false)).join(', ')}]`
    case 'map': {
      const inside = [...written.entries].map(([key, { value }]) => `${key}: ${spellWritten(value, false)}`).join(', ')
      return top ? inside : `{${inside}}`
    }
  }
}

const PLAIN = /^[\p{L}\p{N}_./][\p{L}\p{N} _./*%-]*$/u

const spellScalar = (value: Scalar): string =>
  typeof value !== 'string' || PLAIN.test(value) ? String(value) : JSON.stringify(value)
