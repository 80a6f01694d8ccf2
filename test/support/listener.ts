import { type Binding, publishOf } from '../../gateway/devices/family.ts'
import { decodeFamily } from '../../gateway/devices/index.ts'
import type { Decoded } from '../../rules/model.ts'
import { plainMemory } from './memory.ts'

export const START_MS = Date.UTC(2026, 10, 23, 2)

interface Heard {
  retain?: boolean
  binding?: Binding
  /** After the message before; a minute unless told, so that nothing is taken for a repeat. */
  afterMs?: number
}

/** Hears messages one after the other, as one gateway's decoders do. */
export function listener(values?: Iterable<[string, unknown]>) {
  const memory = plainMemory()
  for (const [key, value] of values ?? []) memory.set(key, value)
  let now = START_MS
  const hear = (topic: string, content: unknown, { retain, binding, afterMs = 60_000 }: Heard = {}) => {
    now += afterMs
    const payload = content instanceof Uint8Array ? content : Buffer.from(textOf(content))
    return decodeFamily(publishOf({ topic, payload, retain, receivedAt: now, binding }), memory)
  }
  return {
    memory,
    hear: (...given: Parameters<typeof hear>): Decoded => hear(...given).decoded,
    familyOf: (...given: Parameters<typeof hear>): string | null => hear(...given).family?.id ?? null,
    /** After a restart: what was remembered, read from its rows. */
    restarted: () => listener(JSON.parse(JSON.stringify([...memory.values])) as [string, unknown][]),
  }
}

const textOf = (content: unknown) => (typeof content === 'string' ? content : JSON.stringify(content))

/** `{"voltage.l1": 230}`. */
export const values = ({ measurements }: Decoded): Record<string, unknown> =>
  Object.fromEntries(measurements.map(({ name, value }) => [name, value]))

/** `{"water.leak": "active"}`. */
export const states = ({ conditions }: Decoded): Record<string, string> =>
  Object.fromEntries(conditions.map(({ code, state }) => [code, state]))

/** Codes that are not cleared. */
export const risen = ({ conditions }: Decoded): string[] =>
  conditions.filter(({ state }) => state !== 'cleared').map(({ code, state }) => `${code} ${state}`)
