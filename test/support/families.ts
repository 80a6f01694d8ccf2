import { type Binding, type Family, publishOf } from '../../gateway/devices/family.ts'
import { decodeFamily } from '../../gateway/devices/index.ts'
import type { Decoded } from '../../rules/model.ts'
import { plainMemory } from './memory.ts'

export const RECEIVED_MS = Date.UTC(2026, 10, 23, 2)

export interface Told {
  retain?: boolean
  afterMs?: number
  binding?: Binding
}

/** Whoever listens to messages of other families: they go the whole way through the list of families. */
export interface Listener {
  /** `content` is text or bytes as they are, everything else JSON. */
  hear: (topic: string, content: unknown, told?: Told) => Decoded
  /** Which family took the last message. */
  family: () => Family | null
  memory: ReturnType<typeof plainMemory>
}

export function listener(memory = plainMemory()): Listener {
  let family: Family | null = null
  return {
    memory,
    family: () => family,
    hear(topic, content, { retain = false, afterMs = 0, binding = {} } = {}) {
      const text = typeof content === 'string' ? content : JSON.stringify(content)
      const payload = content instanceof Uint8Array ? content : Buffer.from(text)
      const publish = publishOf({ topic, payload, retain, receivedAt: RECEIVED_MS + afterMs, binding })
      const result = decodeFamily(publish, memory)
      family = result.family
      return result.decoded
    },
  }
}

/** The same memory as a new process finds it: what was kept as JSON. */
export function restarted({ memory }: Listener): Listener {
  const next = plainMemory()
  for (const [key, value] of memory.values) next.set(key, JSON.parse(JSON.stringify(value)))
  return listener(next)
}

export const states = ({ conditions }: Decoded) => conditions.map(({ code, state }) => `${code} ${state}`)
export const notCleared = (decoded: Decoded) => states(decoded).filter((each) => !each.endsWith(' cleared'))
export const points = ({ measurements }: Decoded) =>
  Object.fromEntries(measurements.map(({ name, value }) => [name, value]))
