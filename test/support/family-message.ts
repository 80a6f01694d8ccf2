import { type Binding, type Memory, publishOf } from '../../gateway/devices/family.ts'
import { decodeFamily } from '../../gateway/devices/index.ts'
import type { Decoded } from '../../rules/model.ts'
import { plainMemory } from './memory.ts'

/** 2026-11-23T02:00:00Z */
export const RECEIVED_MS = Date.UTC(2026, 10, 23, 2)

export interface Received {
  topic: string
  /** An object is sent as JSON. */
  payload: Uint8Array | string | object
  atMs?: number
  binding?: Binding
  memory?: Memory
}

/** What the families make of one message. */
export function decodedOf({ topic, payload, atMs = 0, binding = {}, memory = plainMemory() }: Received): Decoded {
  const bytes =
    payload instanceof Uint8Array
      ? payload
      : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
  return decodeFamily(publishOf({ topic, payload: bytes, receivedAt: RECEIVED_MS + atMs, binding }), memory).decoded
}

/** Points by name. */
export function pointsOf({ measurements }: Pick<Decoded, 'measurements'>): Record<string, unknown> {
  return Object.fromEntries(measurements.map(({ name, value }) => [name, value]))
}

/** `code state`, in order. */
export function statesOf({ conditions }: Pick<Decoded, 'conditions'>): string[] {
  return conditions.map(({ code, state }) => `${code} ${state}`)
}

/** What a restart leaves of a memory: its rows as JSON. */
export function restarted(memory: ReturnType<typeof plainMemory>): ReturnType<typeof plainMemory> {
  const next = plainMemory()
  const rows = JSON.parse(JSON.stringify([...memory.values])) as [string, unknown][]
  for (const [key, value] of rows) next.set(key, value)
  return next
}
