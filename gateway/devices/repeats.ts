import type { Memory } from './family.ts'

/** Recognising what was sent before. Everything here is remembered in rows, so that a restart changes nothing. */

interface Recent {
  print: string
  at: number
}

const KEPT = 16

/** A short print of content: 53 bits, mixed by multiplication. Two contents share one by chance once in 10^16. */
export function printOf(content: string): string {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let index = 0; index < content.length; index++) {
    const code = content.charCodeAt(index)
    high = Math.imul(high ^ code, 2_654_435_761)
    low = Math.imul(low ^ code, 1_597_334_677)
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909)
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909)
  return (4_294_967_296 * (2_097_151 & low) + (high >>> 0)).toString(36)
}

/**
 * Whether `print` was seen under `key` within the window before `now`, and remembers it. Messages that cross on the way
 * may come in any order, so the last sixteen are kept.
 */
export function isRepeated(memory: Memory, key: string, print: string, now: number, windowMs: number): boolean {
  const known = memory.get<readonly Recent[]>(key) ?? []
  const recent = known.filter(({ at }) => Math.abs(now - at) <= windowMs)
  if (recent.some((each) => each.print === print)) return true
  memory.set(key, [...recent.slice(1 - KEPT), { print, at: now }])
  return false
}

/** Where a family has no key of its own, the same content on the same topic within this time is the same message. */
export const CONTENT_WINDOW_MS = 5_000

/**
 * Whether `print` is what came last under `key`, within the window before `now`, and remembers it. For levels without a
 * time or a number of their own: wet, dry, wet within seconds is three messages, only wet, wet is one sent twice.
 */
export function isSentAgain(memory: Memory, key: string, print: string, now: number, windowMs: number): boolean {
  const last = memory.get<Recent>(key)
  if (last?.print === print && Math.abs(now - last.at) <= windowMs) return true
  memory.set(key, { print, at: now })
  return false
}
