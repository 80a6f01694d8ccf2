import type { MappingFault } from '../../rules/model.ts'

/** A piece of a mapping, understood, or why not. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; message: string }

export const parsed = <T>(value: T): Parsed<T> => ({ ok: true, value })
export const misfit = <T>(message: string): Parsed<T> => ({ ok: false, message })

/** The value, or `null` with a fault at its place, so that a person sees all faults at once. */
export function orFault<T>(result: Parsed<T>, place: string, faults: MappingFault[]): T | null {
  if (result.ok) return result.value
  faults.push({ place, message: result.message })
  return null
}

const SHOWN = 40

/** Where in what a person wrote, counted from 1. */
export function atCharacter(source: string, position: number): string {
  const rest = source.slice(position, position + SHOWN).trim()
  return rest === '' ? 'at the end' : `at character ${position + 1}: ${rest}`
}
