import { field, isObject } from '../devices/family.ts'
import { atCharacter, misfit, type Parsed, parsed } from './fault.ts'

/** `[*]`: every element of a list. */
const EACH = Symbol('each')
type Step = string | number | typeof EACH

/** Where a value stands in a payload. */
export interface JsonPath {
  source: string
  steps: readonly Step[]
  /** It has `[*]`: what it finds is a list. */
  many: boolean
}

const STEPS_MAX = 32
/** Numbers of elements, `*`, and quoted keys stand in brackets; a backslash lets a quote stand in its own quotes. */
const BRACKETED = /\[(?:(\d{1,6})|(\*)|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/y
const BARE_KEY = /[^.[\]'"\s]+/y
/** `$` is the whole payload; `$datatype` is a key. */
const ROOT = /\$(?=$|[.[])/y

/** Reads `a.b[0].c`, `$['x y'].d`, `faults[*].code`; `$` is the whole payload. */
export function parsePath(source: string): Parsed<JsonPath> {
  const steps: Step[] = []
  let at = 0
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at
    const match = pattern.exec(source)
    if (match) at = pattern.lastIndex
    return match
  }
  const rooted = take(ROOT) !== null
  while (at < source.length) {
    const dotted = source[at] === '.'
    const bracketed = dotted ? null : take(BRACKETED)
    if (bracketed) {
      const [, index, each, single, double] = bracketed
      if (each !== undefined) steps.push(EACH)
      else steps.push(index === undefined ? (single ?? double ?? '').replace(/\\(.)/g, '$1') : Number(index))
    } else {
      const begins = steps.length === 0 && !rooted
      if (dotted && !begins) at += 1
      const key = dotted !== begins ? take(BARE_KEY) : null
      if (!key) return misfit(`a name, .name, [0], [*] or ['name'] was expected, ${atCharacter(source, at)}`)
      steps.push(key[0])
    }
    if (steps.length > STEPS_MAX) return misfit(`a path has at most ${STEPS_MAX} steps`)
  }
  return parsed({ source, steps, many: steps.includes(EACH) })
}

/** What stands there; `undefined` where nothing does. With `[*]` the list of all that do. Own keys only. */
export function readPath({ steps, many }: JsonPath, payload: unknown): unknown {
  const found = follow(payload, steps, 0)
  if (!many || found === undefined) return found
  return (found as unknown[]).flat(steps.filter((step) => step === EACH).length - 1)
}

function follow(value: unknown, steps: readonly Step[], from: number): unknown {
  let here = value
  for (let index = from; index < steps.length; index++) {
    const step = steps[index]!
    if (typeof step === 'string') here = isObject(here) ? field(here, step) : undefined
    else if (!Array.isArray(here)) return undefined
    else if (typeof step === 'number') here = here[step] as unknown
    else return here.map((each) => follow(each, steps, index + 1)).filter((each) => each !== undefined)
    if (here === undefined) return undefined
  }
  return here
}
