import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Binding } from '../../gateway/devices/family.ts'

/** One PUBLISH of a real device, and what it says. */
export interface CorpusMessage {
  topic: string
  payload?: unknown
  payloadText?: string
  payloadHex?: string
  qos: 0 | 1 | 2
  retain: boolean
  dup?: boolean
  receivedOffsetMs?: number
}

export interface CorpusEntry extends CorpusMessage {
  id: string
  family: string
  preceding?: CorpusMessage[]
  binding?: Binding
  expected: Expected
}

export interface Expected {
  disposition: string
  device: { key: string; kind: string } | null
  time: { device: string | null; basis: string }
  seq: { type: string; value: number } | null
  historical: boolean
  measurements: { name: string; value: number | string; unit: string }[]
  conditions: { code: string; state: string }[]
  health: Record<string, number | boolean>
  warnings: string[]
  readings?: { time: string; measurements: Expected['measurements']; conditions: Expected['conditions'] }[]
}

const folder = join(import.meta.dirname, '..', 'fixtures', 'devices')

export const corpus: readonly CorpusEntry[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as CorpusEntry)

export function payloadOf(message: CorpusMessage): Buffer {
  if (message.payloadHex !== undefined) return Buffer.from(message.payloadHex, 'hex')
  return Buffer.from(message.payloadText ?? JSON.stringify(message.payload))
}

/** What a decoder or the API gave, in the API's own form (times as ISO text). */
export type Given = Omit<Expected, 'device'> & { device: { key: string; kind: string } | null }

/** Where the result differs from what is expected; empty when it fits. */
export function differences(given: Given, expected: Expected): string[] {
  const found: string[] = []
  const same = (what: string, a: unknown, b: unknown) => {
    if (a !== b) found.push(`${what}: ${JSON.stringify(a)}, expected ${JSON.stringify(b)}`)
  }
  same('disposition', given.disposition, expected.disposition)
  if (expected.device !== null || given.disposition === 'accept') {
    same('device.key', given.device?.key, expected.device?.key)
    same('device.kind', given.device?.kind, expected.device?.kind)
  }
  same('time.device', instant(given.time.device), instant(expected.time.device))
  same('time.basis', given.time.basis, expected.time.basis)
  same('seq', JSON.stringify(given.seq), JSON.stringify(expected.seq))
  same('historical', given.historical, expected.historical)
  compareValues(given, expected, '', found)
  for (const [name, value] of Object.entries(expected.health)) {
    const got = given.health[name]
    if (!near(got, value)) same(`health.${name}`, got, value)
  }
  const rows = given.readings ?? []
  for (const row of expected.readings ?? []) {
    const match = rows.find(({ time }) => instant(time) === instant(row.time))
    if (match === undefined) found.push(`a reading at ${row.time} is missing`)
    else compareValues(match, row, `reading ${row.time} `, found)
  }
  // A value that is a placeholder or impossible must not be produced under any name.
  if (expected.warnings.some((warning) => /^(sentinel|implausible):/.test(warning))) {
    const wanted = new Set(expected.measurements.map(({ name }) => name))
    for (const { name } of given.measurements) if (!wanted.has(name)) found.push(`${name} was produced`)
  }
  return found
}

type Values = Pick<Expected, 'measurements' | 'conditions'>

function compareValues(given: Values, expected: Values, where: string, found: string[]): void {
  for (const { name, value, unit } of expected.measurements) {
    const got = given.measurements.find((each) => each.name === name)
    if (got === undefined) found.push(`${where}${name} is missing`)
    else if (!near(got.value, value)) found.push(`${where}${name}: ${got.value}, expected ${value}`)
    else if (got.unit !== unit) found.push(`${where}${name} in ${got.unit}, expected ${unit}`)
  }
  const states = (values: Values) => values.conditions.map(({ code, state }) => `${code} ${state}`)
  const got = new Set(states(given))
  for (const state of states(expected)) if (!got.has(state)) found.push(`${where}${state} is missing`)
  const wanted = new Set(states(expected))
  for (const state of got) {
    if (!state.endsWith(' cleared') && !wanted.has(state)) found.push(`${where}${state} is too much`)
  }
}

const instant = (text: string | null) => (text === null ? null : Math.trunc(Date.parse(text)))

function near(a: unknown, b: unknown): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b
  return Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b))
}
