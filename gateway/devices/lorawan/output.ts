import { measure, measureHealth, report } from '../decoded.ts'
import { entry, field, isObject, type JsonObject } from '../family.ts'
import { truthOf } from '../numbers.ts'
import { writtenTime } from '../times.ts'
import { onlyStored, type OutputField, type OutputFields, type Said, storedRow } from './codec.ts'
import type { Chosen } from './codecs.ts'

/** What a network server's own codec made of the bytes: `object`, `decoded_payload`, `normalized_payload`. */

const LEAK: OutputField = { code: 'water.leak' }

/** Fields that mean the same whoever wrote the codec. Voltages, currents and batteries do not. */
const COMMON_FIELDS: OutputFields = {
  temperature: { point: 'temperature.ambient' },
  humidity: { point: 'humidity.relative' },
  leakage_status: LEAK,
  leak_status: LEAK,
  leak: LEAK,
  leakage: LEAK,
  water_leak: LEAK,
  water_leak_status: LEAK,
  water_leakage: LEAK,
  waterLeak: LEAK,
  waterleak: LEAK,
  WATER_LEAK_STATUS: LEAK,
  battery_voltage: { health: 'batteryVoltage' },
  battery_percent: { health: 'batteryPercent' },
}

const FIELDS_LOOKED_AT = 200
const ROWS_LOOKED_AT = 1_000

/** Where to look a field up: the model's own table, the maker's, then that of all. */
type Tables = readonly (OutputFields | undefined)[]

export function readOutput(output: JsonObject, chosen: Chosen | null, into: Said): void {
  const model = chosen?.codec.modelOutput?.find(([pattern]) => pattern.test(chosen.name))?.[1]
  const tables: Tables = [model, chosen?.codec.output, COMMON_FIELDS]
  for (const key of Object.keys(output).slice(0, FIELDS_LOOKED_AT)) readField(key, field(output, key), tables, into)
  const history = field(output, 'history')
  if (Array.isArray(history)) readHistory(history.slice(0, ROWS_LOOKED_AT), tables, into)
}

function readField(key: string, raw: unknown, [model, maker, common]: Tables, into: Said): void {
  const known = entry(model, key) ?? entry(maker, key) ?? entry(common, key)
  if (known === undefined || raw === undefined) return
  if ('code' in known) readCondition(known.code, key, raw, into)
  else if ('health' in known) measureHealth(into, known.health, raw, known.scale, key)
  else measure(into, known.point, raw, known.scale, key)
}

function readCondition(code: string, key: string, raw: unknown, into: Said): void {
  const told = into.conditions.findIndex((each) => each.code === code)
  if (told >= 0) {
    // Where each probe has a field of its own, one that is wet counts.
    if (wordOf(raw) !== true) return
    into.conditions.splice(told, 1)
  }
  if (raw === null) {
    report(into, code, 'unknown', null)
    into.warnings.push(`null_value:${key}`)
    return
  }
  const truth = wordOf(raw)
  if (truth !== null) report(into, code, truth, raw)
  else into.warnings.push(`not_understood:${key}`)
}

const YES = new Set([
  'leak',
  'leaking',
  'water leak',
  'water',
  'wet',
  'alarm',
  'open',
  'opened',
  'detected',
  'leak detected',
])
const NO = new Set(['normal', 'no leak', 'no_leak', 'noleak', 'dry', 'close', 'closed', 'none', 'no water', 'ok'])

function wordOf(raw: unknown): boolean | null {
  const truth = truthOf(raw)
  if (truth !== null) return truth
  // A leak told as a number says how wet it is.
  if (typeof raw === 'number') return raw > 0 ? true : null
  if (typeof raw !== 'string') return null
  const word = raw.trim().toLowerCase()
  if (YES.has(word)) return true
  return NO.has(word) ? false : null
}

/** Stored readings with an epoch each, as Milesight's codecs give them. */
function readHistory(history: readonly unknown[], tables: Tables, into: Said): void {
  const current = into.measurements.length + into.conditions.length > 0
  for (const each of history) {
    const seconds = isObject(each) ? field(each, 'timestamp') : null
    if (!isObject(each) || typeof seconds !== 'number') continue
    const row = storedRow(seconds, into)
    if (row === null) continue
    const values: Said = { ...into, measurements: row.measurements, conditions: row.conditions, health: {} }
    for (const key of Object.keys(each).slice(0, FIELDS_LOOKED_AT)) readField(key, field(each, key), tables, values)
  }
  if (!current) onlyStored(into)
}

/**
 * The Things Stack's normalized payload: one entry or several, each for one probe or, with a `time`, one moment. Of
 * entries without time any leak counts; of timed ones the last is current and the others are stored readings.
 */
export function readNormalized(normalized: unknown, into: Said): void {
  const entries = (Array.isArray(normalized) ? normalized.slice(0, ROWS_LOOKED_AT) : [normalized]).filter(isObject)
  const timed = entries.filter((entry) => timeOf(entry) !== null)
  const last = timed.reduce((latest, entry) => Math.max(latest, timeOf(entry)!), -Infinity)
  for (const entry of entries) {
    const time = timeOf(entry)
    if (time === null || time === last) readEntry(entry, into)
    else {
      const row = storedRow(time / 1_000, into)
      if (row) readEntry(entry, { ...into, measurements: row.measurements, conditions: row.conditions, health: {} })
    }
  }
  if (timed.length > 0) into.time = { device: last, basis: 'utc' }
}

const timeOf = (entry: JsonObject) => writtenTime(field(entry, 'time')).device

function readEntry(entry: JsonObject, into: Said): void {
  const inner = (key: string) => {
    const value = field(entry, key)
    return isObject(value) ? value : {}
  }
  const air = inner('air')
  const point = (name: string, raw: unknown) => {
    if (!into.measurements.some((each) => each.name === name)) measure(into, name, raw)
  }
  point('temperature.ambient', field(air, 'temperature'))
  point('humidity.relative', field(air, 'relativeHumidity'))
  if (into.health.batteryVoltage === undefined) measureHealth(into, 'batteryVoltage', field(entry, 'battery'))
  const contact = field(inner('action'), 'contactState')
  if (contact !== undefined) readCondition('door.open', 'contactState', contact, into)
  const leak = field(inner('water'), 'leak')
  if (leak !== undefined) readCondition('water.leak', 'leak', leak, into)
}
