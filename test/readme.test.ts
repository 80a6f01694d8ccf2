import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { publishOf } from '../gateway/devices/family.ts'
import { decodeFamily } from '../gateway/devices/index.ts'
import { plainMemory } from './support/memory.ts'

const READMES = ['README.md', 'README.zh-CN.md']
const read = (file: string) => readFileSync(join(import.meta.dirname, '..', file), 'utf8')

/** Family, topic and payload of each row of the table of families. */
function examples(file: string): [family: string, topic: string, payload: string][] {
  const rows = [...read(file).matchAll(/^\| ([^|`]+) \| (?:`([^`]+)`|any|任意) \| `([^`]+)` \|$/gm)]
  return rows.map(([, family, topic, payload]) => [family!, topic ?? 'any/topic', payload!])
}

describe.each(READMES)('the examples of %s', (file) => {
  it('are of all kinds of families', () => expect(examples(file).length).toBeGreaterThanOrEqual(24))

  it.each(examples(file))('%s says something on %s', (_family, topic, payload) => {
    const publish = publishOf({ topic, payload: Buffer.from(payload), receivedAt: Date.UTC(2026, 10, 23) })
    const { family, decoded } = decodeFamily(publish, plainMemory())
    expect(family).not.toBeNull()
    expect(decoded.disposition).toBe('accept')
    expect(decoded.measurements.length + decoded.conditions.length).toBeGreaterThan(0)
  })
})

it('both have the same examples', () => {
  const [english, chinese] = READMES.map((file) => examples(file).map(([, topic, payload]) => [topic, payload]))
  expect(chinese).toEqual(english)
})
