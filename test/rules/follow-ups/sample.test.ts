import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { drawn, households, seedOf } from '../../../rules/follow-ups/sample.ts'

const jobs = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `T${index}` }))
const ids = (some: readonly { id: string }[]) => some.map(({ id }) => id)

it('the same seed draws the same, in whatever order they come; another seed draws others', () => {
  const first = ids(drawn(jobs(200), 7))
  expect(ids(drawn(jobs(200).reverse(), 7))).toEqual(first)
  expect(ids(drawn(jobs(200), 8))).not.toEqual(first)
  expect(new Set(first).size).toBe(20)
})

it('anybody can draw it again: the first by the SHA-256 of seed and id', () => {
  const rank = (id: string) => createHash('sha256').update(`42:${id}`).digest('hex')
  const sorted = ids(jobs(30)).sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
  expect(ids(drawn(jobs(30), 42))).toEqual(sorted.slice(0, 5))
})

it.each([
  [0, undefined, 0],
  [3, undefined, 3],
  [50, undefined, 5],
  [51, undefined, 6],
  [51, { percent: 50, atLeast: 1 }, 26],
  [4, { percent: 10, atLeast: 2 }, 2],
])('of %i households, by %j, %i are drawn', (count, size, expected) => {
  expect(drawn(jobs(count), 1, size)).toHaveLength(expected)
})

it('of a household the job that was completed last stands for it', () => {
  const all = [
    { id: 'a', household: '1-101' },
    { id: 'b', household: '1-102' },
    { id: 'c', household: '1-101' },
  ]
  expect(ids(households(all)).sort()).toEqual(['b', 'c'])
})

it('every household is drawn about as often as any other', () => {
  const counts = new Map<string, number>()
  for (let n = 0; n < 2_000; n++) {
    for (const { id } of drawn(jobs(10), seedOf(`id ${n}`), { percent: 10, atLeast: 1 })) {
      counts.set(id, (counts.get(id) ?? 0) + 1)
    }
  }
  expect(counts.size).toBe(10)
  for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(70)
})
