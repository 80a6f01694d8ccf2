import { describe, expect, it } from 'vitest'
import { publishOf } from '../../../gateway/devices/family.ts'
import { decodeFamily } from '../../../gateway/devices/index.ts'
import type { Decoded } from '../../../rules/model.ts'
import { corpus, type CorpusEntry, differences, type Given, payloadOf } from '../../support/corpus.ts'
import { plainMemory } from '../../support/memory.ts'

const RECEIVED_MS = Date.UTC(2026, 10, 23, 2)

function decoded(entry: CorpusEntry): Decoded {
  const memory = plainMemory()
  const decode = (message: CorpusEntry | NonNullable<CorpusEntry['preceding']>[number]) => {
    const receivedAt = RECEIVED_MS + (message.receivedOffsetMs ?? 0)
    const { topic, retain } = message
    const publish = publishOf({ topic, payload: payloadOf(message), retain, receivedAt, binding: entry.binding ?? {} })
    return decodeFamily(publish, memory).decoded
  }
  for (const message of entry.preceding ?? []) decode(message)
  return decode(entry)
}

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

function shown(result: Decoded): Given {
  return {
    ...result,
    time: { ...result.time, device: iso(result.time.device) },
    readings: result.readings.map((row) => ({ ...row, time: iso(row.time) ?? '' })),
  } as unknown as Given
}

describe('the corpus of real messages', () => {
  it('is here', () => expect(corpus.length).toBeGreaterThanOrEqual(110))

  it.each(corpus.map((entry) => [entry.id, entry] as const))('%s', (_id, entry) => {
    expect(differences(shown(decoded(entry)), entry.expected)).toEqual([])
  })
})
