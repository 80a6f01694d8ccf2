import type { ConditionState, MappedEvent, MappingFault } from '../../rules/model.ts'
import { report } from '../devices/decoded.ts'
import { orFault } from './fault.ts'
import { knownCode } from './names.ts'
import { type Read, type Reading, shown } from './reading.ts'
import { compileSource, single, type Source } from './source.ts'
import { ambiguousWords, isWord, nativeWord, stateReader, type Word, wordOf } from './words.ts'

const STATES: readonly ConditionState[] = ['active', 'cleared', 'pulse', 'unknown']

export function compileEvent(event: MappedEvent, place: string, faults: MappingFault[]): Read | null {
  if (event.table !== undefined) return compileTable(event, event.table, place, faults)
  const code = orFault(knownCode(event.code ?? ''), `${place}.code`, faults)
  for (const word of ambiguousWords(event)) faults.push({ place, message: `${word} is listed for two states` })
  const source = single(compileSource(event, place, ['bool', 'string'], faults), faults)
  if (code === null || source === null) return null
  const stateOf = event.cel === undefined ? stateReader(event) : stateOfExpression
  return (said, reading) => {
    const found = source.read(said)
    if ('missing' in found) return void reading.notes.push({ place: source.place, message: found.missing })
    const state = stateOf(found.value)
    if (state !== null) return report(reading.decoded, code, state, nativeWord(found.value))
    if (found.value === null) reading.unavailable = true
    else report(reading.decoded, code, 'unknown', nativeWord(found.value))
    reading.decoded.warnings.push(`unmapped_value:${source.written}`)
    reading.notes.push({ place: source.place, message: `${shown(found.value)} says nothing of ${code}; list it` })
  }
}

/** `true`, `false`, or a state's name. */
function stateOfExpression(value: unknown): ConditionState | null {
  if (typeof value === 'boolean') return value ? 'active' : 'cleared'
  return STATES.find((state) => state === value) ?? null
}

type Table = NonNullable<MappedEvent['table']>
type Coded = Table[string]

function compileTable(event: MappedEvent, table: Table, place: string, faults: MappingFault[]): Read | null {
  const byWord = new Map<string, Coded>()
  for (const [native, to] of Object.entries(table)) {
    const word = wordOf(native)
    if (byWord.has(word))
      faults.push({ place: `${place}.table.${native}`, message: 'this value is in the table twice' })
    orFault(knownCode(to.code), `${place}.table.${native}`, faults)
    byWord.set(word, to)
  }
  if (byWord.size === 0) faults.push({ place: `${place}.table`, message: 'it is empty' })
  if (event.other !== undefined) orFault(knownCode(event.other), `${place}.other`, faults)
  const source = compileSource(event, place, ['string', 'double', 'int', 'bool', 'list'], faults)
  if (source === null) return null
  const { other, fullState = false } = event
  const none = new Set((event.none ?? []).map(wordOf))
  const clearable = new Set([...levelCodes(table), ...(other === undefined ? [] : [other])])
  const coded = (native: Word): Coded =>
    byWord.get(wordOf(native)) ?? { code: other ?? generic(native), state: 'active' }

  return (said, reading) => {
    const natives = nativeCodes(source, none, said, reading)
    if (natives === null) return
    const wrong = natives.filter((native) => !none.has(wordOf(native)))
    const told = new Set<string>()
    for (const native of wrong) {
      const { code, state } = coded(native)
      if (!byWord.has(wordOf(native))) reading.decoded.warnings.push(`unmapped_code:${shown(native)}`)
      report(reading.decoded, code, state, nativeWord(native))
      told.add(code)
    }
    const allIsTold = fullState || wrong.length < natives.length
    if (allIsTold) for (const code of clearable) if (!told.has(code)) report(reading.decoded, code, 'cleared')
  }
}

/** Those that are a state: a pulse is over by itself. */
function levelCodes(table: Table): string[] {
  return Object.values(table).flatMap(({ code, state }) => (state === 'pulse' ? [] : [code]))
}

const NATIVES_MAX = 200

function nativeCodes(
  source: Source,
  none: ReadonlySet<string>,
  said: Parameters<Read>[0],
  reading: Reading,
): Word[] | null {
  const found = source.read(said)
  if ('missing' in found) {
    reading.notes.push({ place: source.place, message: found.missing })
    return null
  }
  const list: readonly unknown[] = Array.isArray(found.value) ? found.value : [found.value]
  const natives = list.filter((each): each is Word => isWord(each) && (each !== '' || none.has('')))
  // A null or an empty text among them says "unknown": what it hides is neither there nor over.
  if (natives.length === list.length && natives.length <= NATIVES_MAX) return natives
  if (list.every((each) => each === null || each === '')) reading.unavailable = true
  reading.decoded.warnings.push(`unmapped_value:${source.written}`)
  reading.notes.push({ place: source.place, message: `${shown(found.value)} is no code and no list of codes` })
  return null
}

const GENERIC_MAX = 64

/** A code that nobody mapped stays to be seen. */
function generic(native: Word): string {
  const word = wordOf(native)
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .slice(0, GENERIC_MAX)
  return `generic.${word === '' ? '_' : word}`
}
