import { describe, expect, it } from 'vitest'
import { decodePacket } from '../../../gateway/decode.ts'
import { corpus } from '../../support/corpus.ts'
import { plainMemory } from '../../support/memory.ts'

/** A gateway may send 8 MB. What is kept of a message in memory and rows for ever is short all the same. */

const LONG = 'x'.repeat(20_000)
const KEPT_LENGTH = 10_000
const RECEIVED_MS = 1_795_399_200_000

/** The same JSON over and over, each time with another text in it made long. */
function lengthened(value: unknown): unknown[] {
  if (typeof value === 'string') return [value + LONG]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    lengthened(inner).map((each) =>
      Array.isArray(value)
        ? value.map((own: unknown, at) => (String(at) === key ? each : own))
        : { ...value, [key]: each },
    ),
  )
}

const inJson = corpus.filter(({ payload }) => typeof payload === 'object')
const families = [...new Set(inJson.map(({ family }) => family))]
const textOf = (value: unknown) => JSON.stringify(value ?? null)

describe('texts of 20,000 characters', () => {
  it.each(families)('%s', (family) => {
    const found = new Set<string>()
    for (const entry of inJson.filter((each) => each.family === family)) {
      for (const payload of lengthened(entry.payload)) {
        const memory = plainMemory()
        const context = { memory: () => memory, binding: () => entry.binding ?? {} }
        const about = { receivedAt: RECEIVED_MS, device: null, gateway: 'gw', site: 'default', will: false }
        const { messages } = decodePacket(
          { topic: entry.topic, payload: Buffer.from(textOf(payload)), ...about },
          context,
        )
        const natives = messages.flatMap(({ conditions }) => conditions.map(({ code, native }) => [code, native]))
        const kept = [...messages.map(({ discovered }) => discovered), ...natives, ...memory.values]
        for (const each of kept) if (textOf(each).length > KEPT_LENGTH) found.add(textOf(each).slice(0, 80))
      }
    }
    expect([...found]).toEqual([])
  })
})
