import type { Health, MappedHealth, MappedPoint, MappingFault, PointDefinition } from '../../rules/model.ts'
import { HEALTH_POINTS } from '../../rules/model.ts'
import { label, measure, measureHealth } from '../devices/decoded.ts'
import { finiteNumber } from '../devices/numbers.ts'
import { orFault } from './fault.ts'
import { knownPoint } from './names.ts'
import { type Read, type Reading, shown } from './reading.ts'
import { compileSource, single, type Source } from './source.ts'
import type { Conversion } from '../units.ts'
import { conversionOf, converted } from './units.ts'
import { ambiguousWords, stateReader } from './words.ts'

const NUMBER_TYPES = ['double', 'int', 'uint']

export function compilePoint(point: MappedPoint, place: string, faults: MappingFault[]): Read | null {
  const definition = orFault(knownPoint(point.name), `${place}.name`, faults)
  const types = definition?.type === 'text' ? ['string'] : NUMBER_TYPES
  const source = single(compileSource(point, place, types, faults), faults)
  if (definition === null) return null
  if (definition.type === 'text') return compileText(point, place, source, faults)
  const convert = conversion(point, definition, place, faults)
  if (source === null || convert === null) return null
  return (said, reading) => {
    const number = numberOf(source, said, reading)
    if (number === null) return
    const value = convert(number)
    if (measure(reading.decoded, point.name, value) === null) implausible(reading, source, value, definition)
  }
}

function compileText(point: MappedPoint, place: string, source: Source | null, faults: MappingFault[]): Read | null {
  for (const name of ['scale', 'offset', 'unit'] as const) {
    if (point[name] !== undefined) faults.push({ place: `${place}.${name}`, message: `${point.name} is a text` })
  }
  if (source === null) return null
  return (said, reading) => {
    const found = source.read(said)
    if ('missing' in found) return void reading.notes.push({ place: source.place, message: found.missing })
    const before = reading.decoded.measurements.length
    label(reading.decoded, point.name, found.value)
    if (reading.decoded.measurements.length > before) return
    if (found.value === null || found.value === '') reading.unavailable = true
    reading.notes.push({ place: source.place, message: `${shown(found.value)} is no short text` })
  }
}

/** Health of the device itself: numbers as points are read, yes and no as conditions are. */
export function compileHealth(name: string, health: MappedHealth, place: string, faults: MappingFault[]): Read | null {
  const definition = HEALTH_POINTS.get(name)
  if (definition === undefined) return null
  if (definition === 'boolean') return compileYesNo(name as BooleanHealth, health, place, faults)
  for (const word of ['active', 'cleared', 'otherwise'] as const) {
    if (health[word] !== undefined) faults.push({ place: `${place}.${word}`, message: `${name} is a number` })
  }
  const source = single(compileSource(health, place, NUMBER_TYPES, faults), faults)
  const convert = conversion(health, definition, place, faults)
  if (source === null || convert === null) return null
  return (said, reading) => {
    const number = numberOf(source, said, reading)
    if (number === null) return
    const value = convert(number)
    measureHealth(reading.decoded, name as NumericHealth, value)
    if (reading.decoded.health[name as NumericHealth] !== value) implausible(reading, source, value, definition)
  }
}

type BooleanHealth = 'batteryLow' | 'online' | 'tamper' | 'externalPower'
type NumericHealth = Exclude<keyof Health, BooleanHealth>

function compileYesNo(name: BooleanHealth, health: MappedHealth, place: string, faults: MappingFault[]): Read | null {
  for (const number of ['scale', 'offset', 'unit'] as const) {
    if (health[number] !== undefined) faults.push({ place: `${place}.${number}`, message: `${name} is yes or no` })
  }
  for (const word of ambiguousWords(health)) {
    faults.push({ place: `${place}.cleared`, message: `${word} is in \`active\` too` })
  }
  const source = single(compileSource(health, place, ['bool'], faults), faults)
  if (source === null) return null
  const stateOf = stateReader(health)
  return (said, reading) => {
    const found = source.read(said)
    if ('missing' in found) return void reading.notes.push({ place: source.place, message: found.missing })
    const state = stateOf(found.value)
    if (state !== null) return void (reading.decoded.health[name] = state === 'active')
    if (found.value === null) reading.unavailable = true
    reading.decoded.warnings.push(`unmapped_value:${name}`)
    reading.notes.push({ place: source.place, message: `${shown(found.value)} says neither yes nor no` })
  }
}

function conversion(
  { scale, offset, unit }: Pick<MappedPoint, 'scale' | 'offset' | 'unit'>,
  { unit: coherent }: PointDefinition,
  place: string,
  faults: MappingFault[],
): ((value: number) => number) | null {
  const units = orFault<Conversion>(conversionOf(unit, coherent), `${place}.unit`, faults)
  return units && ((value) => converted(value, units, scale, offset))
}

function numberOf(source: Source, said: Parameters<Read>[0], reading: Reading): number | null {
  const found = source.read(said)
  if ('missing' in found) {
    reading.notes.push({ place: source.place, message: found.missing })
    return null
  }
  const { warnings } = reading.decoded
  const before = warnings.length
  const number = finiteNumber(found.value, source.written, warnings)
  if (number !== null) return number
  const why = warnings.slice(before).join(', ')
  if (/^(null_value|value_unavailable|sentinel):/.test(why)) reading.unavailable = true
  reading.notes.push({ place: source.place, message: `${shown(found.value)} is no number that can be used` })
  return null
}

function implausible(reading: Reading, { place }: Source, value: number, { min, max, unit }: PointDefinition): void {
  const message = `${value} ${unit} cannot be: from ${min} to ${max} is possible; is the scale or the unit right?`
  reading.notes.push({ place, message })
}
