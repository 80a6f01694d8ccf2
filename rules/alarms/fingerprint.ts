import { kept } from '../kept.ts'
import type { DeviceMessage, Health, PointValue } from '../model.ts'

const FIGURE = new Float64Array(1)
const WORDS = new Uint32Array(FIGURE.buffer)

const NAMES_KEPT = 10_000

/**
 * Recognises the same content again: 32 bits of what the device told and of its own time. What was derived from it is
 * left out, so that it is the same before and after, and for the message that the journal keeps.
 */
export function fingerprint({ measurements, conditions, health, deviceAt }: DeviceMessage): number {
  let hash = 0
  for (const { name, value, derived } of measurements) if (!derived) hash = withValue(hash, name, value)
  for (const { code, state } of conditions) hash = mixed(mixed(hash, hashOfName(code)), hashOfName(state))
  for (const name in health) hash = withValue(hash, name, health[name as keyof Health]!)
  return (deviceAt === null ? hash : withFigure(hash, deviceAt)) >>> 0
}

function withValue(hash: number, name: string, value: PointValue): number {
  const named = mixed(hash, hashOfName(name))
  return typeof value === 'number' ? withFigure(named, value) : mixed(named, hashOf(String(value)))
}

/** JSON knows no negative zero. */
function withFigure(hash: number, figure: number): number {
  FIGURE[0] = figure + 0
  return mixed(mixed(hash, WORDS[0]!), WORDS[1]!)
}

/** One round of MurmurHash3. */
function mixed(hash: number, word: number): number {
  const scattered = Math.imul(word, 0xcc9e2d51)
  const next = hash ^ Math.imul((scattered << 15) | (scattered >>> 17), 0x1b873593)
  return (Math.imul((next << 13) | (next >>> 19), 5) + 0xe6546b64) | 0
}

/** Names come again with every message. */
const hashOfName = kept(NAMES_KEPT, hashOf)

/** FNV-1a of its UTF-16 units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash
}
