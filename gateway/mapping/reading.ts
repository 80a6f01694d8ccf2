import type { Decoded, MappingFault } from '../../rules/model.ts'

/** One message while a mapping reads it. */
export interface Reading {
  decoded: Decoded
  /** What found nothing, and where in the mapping. */
  notes: MappingFault[]
  /** A value was there and said that it is not known (null, "unavailable"). */
  unavailable: boolean
}

/** Reads one item of a mapping; compiled once. */
export type Read = (said: { payload: unknown; topic: readonly string[] }, reading: Reading) => void

const SHOWN = 60

/** A device's own value, in a sentence. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? `"${value}"` : (JSON.stringify(value) ?? String(value))
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}
