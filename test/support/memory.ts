import type { DecodeContext } from '../../gateway/decode.ts'
import type { Memory } from '../../gateway/devices/family.ts'

/** What families remember, without rows below it. */
export function plainMemory(): Memory & { readonly values: Map<string, unknown> } {
  const values = new Map<string, unknown>()
  return {
    values,
    get: <T>(key: string) => values.get(key) as T | undefined,
    set(key, value) {
      if (value === undefined) values.delete(key)
      else values.set(key, JSON.parse(JSON.stringify(value)))
    },
  }
}

/** Decoding without anything that a site knows. */
export function plainContext(): DecodeContext {
  const memory = plainMemory()
  return { memory: () => memory, binding: () => ({}) }
}
