import { meant } from './faults.ts'
import type { Faults } from './faults.ts'
import { placeOf } from './written.ts'
import type { Scalar, Written, WrittenMap } from './written.ts'

const USE = /\$\{([^}]*)\}/g
const WHOLE = /^\$\{([^}]*)\}$/
/** Their own values are no place for parameters. */
const UNTOUCHED = 'parameters'

/** Puts the parameters' values in the place of `${name}`; tells which ones were used. */
export function filled(
  tree: WrittenMap,
  values: ReadonlyMap<string, Scalar>,
  faults: Faults,
): { tree: WrittenMap; used: ReadonlySet<string> } {
  const used = new Set<string>()
  const valueOf = (name: string, at: Written): Scalar => {
    used.add(name)
    const value = values.get(name)
    if (value !== undefined) return value
    const inside = at.source.text.slice(at.from, at.to).indexOf(`\${${name}}`)
    faults.add(placeOf(at, Math.max(0, inside)), `there is no parameter "${name}"; ${meant(name, [...values.keys()])}`)
    faults.spoil(at)
    return null
  }
  const fill = (written: Written): Written => {
    switch (written.is) {
      case 'scalar': {
        if (typeof written.value !== 'string' || !written.value.includes('${')) return written
        const whole = WHOLE.exec(written.value)?.[1]
        const text = written.value
        if (whole !== undefined) return { ...written, value: valueOf(whole, written) }
        return { ...written, value: text.replace(USE, (_, name: string) => String(valueOf(name, written))) }
      }
      case 'list':
        return { ...written, items: written.items.map(fill) }
      case 'map':
        return fillMap(written, null)
    }
  }
  const fillMap = (written: WrittenMap, untouched: string | null): WrittenMap => ({
    ...written,
    entries: new Map(
      [...written.entries].map(([key, { key: word, value }]) => [
        key,
        { key: word, value: key === untouched ? value : fill(value) },
      ]),
    ),
  })
  return { tree: fillMap(tree, UNTOUCHED), used }
}

/** What was given outside of the file, as YAML would read it. */
export function givenScalar(text: string): Scalar {
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text)
  return text === 'true' || text === 'false' ? text === 'true' : text
}
