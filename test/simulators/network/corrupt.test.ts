import { expect, it } from 'vitest'
import { corrupted } from '../../../simulators/network/corrupt.ts'
import { seededRandom } from '../../../simulators/random.ts'

const bytesOf = (payload: string | Uint8Array) => Buffer.from(payload)
const from = (low: number, high: number) => Array.from({ length: high - low + 1 }, (_, index) => low + index)
const seen = (numbers: readonly number[]) => [...new Set(numbers)].sort((a, b) => a - b)
const bitsOf = (byte: number) => byte.toString(2).replaceAll('0', '').length

it('flips up to three bits of any one byte, cuts anywhere, or adds up to eight: never nothing', () => {
  const random = seededRandom(7)
  const packet = { device: 'leak-1', topic: 'any', payload: 'wet!', once: true }
  const whole = bytesOf(packet.payload)
  const damaged = Array.from({ length: 3_000 }, () => corrupted(packet, random))
  expect(damaged.map(({ payload: _, ...rest }) => JSON.stringify(rest))).toEqual(
    damaged.map(() => JSON.stringify({ device: 'leak-1', topic: 'any', once: true })),
  )
  const all = damaged.map(({ payload }) => bytesOf(payload))
  expect(all.filter((bytes) => bytes.equals(whole))).toEqual([])
  expect(seen(all.map((bytes) => bytes.length))).toEqual(from(0, whole.length + 8))
  const flipped = all.filter(({ length }) => length === whole.length)
  const changed = flipped.map((bytes) => from(0, 3).filter((at) => bytes[at] !== whole[at]))
  expect(seen(changed.map(({ length }) => length))).toEqual([1])
  expect(seen(changed.flat())).toEqual(from(0, 3))
  expect(seen(flipped.map((bytes, nth) => bitsOf(bytes[changed[nth]![0]!]! ^ whole[changed[nth]![0]!]!)))).toEqual(
    from(1, 3),
  )
  const others = all.filter(({ length }) => length !== whole.length)
  const kept = (bytes: Buffer) => Math.min(bytes.length, whole.length)
  expect(others.filter((bytes) => !bytes.subarray(0, kept(bytes)).equals(whole.subarray(0, kept(bytes))))).toEqual([])
  expect(seen(others.flatMap((bytes) => [...bytes.subarray(whole.length)]))).toEqual(from(0, 255))
})

it('makes something of nothing', () => {
  const { payload } = corrupted({ device: 'a', topic: 'b', payload: '', once: true }, seededRandom(1))
  expect(payload.length).toBeGreaterThan(0)
})
