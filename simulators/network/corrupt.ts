import type { Packet } from '../languages/language.ts'
import type { SeededRandom } from '../random.ts'

const ADDED_MAX = 8
const FLIPPED_MAX = 3

/** The same packet with other bytes: up to three bits of one flipped, the end cut off, or up to eight added. */
export function corrupted(packet: Packet, random: SeededRandom): Packet {
  const bytes = Buffer.from(packet.payload)
  const ways = bytes.length === 0 ? [added] : [flipped, shortened, added]
  return { ...packet, payload: random.pick(ways)(bytes, random) }
}

function flipped(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const changed = Uint8Array.from(bytes)
  const bits = new Set(Array.from({ length: random.integer(1, FLIPPED_MAX) }, () => random.integer(0, 7)))
  const at = random.integer(0, bytes.length - 1)
  for (const bit of bits) changed[at] = changed[at]! ^ (1 << bit)
  return changed
}

const shortened = (bytes: Uint8Array, random: SeededRandom) =>
  Uint8Array.from(bytes.subarray(0, random.integer(0, bytes.length - 1)))

const added = (bytes: Uint8Array, random: SeededRandom) =>
  Uint8Array.from([...bytes, ...Array.from({ length: random.integer(1, ADDED_MAX) }, () => random.integer(0, 255))])
