import { hash } from 'node:crypto'
import type { Memory } from './family.ts'

/** Recognising what was sent before. Everything here is remembered in rows, so that a restart changes nothing. */

interface Recent {
  print: string
  at: number
}

const KEPT = 16

const SHORT = 48

/** A short print of content: what is short stands for itself. */
export function printOf(content: string): string {
  return content.length <= SHORT ? content : digestOf(content)
}

/** 16 letters, digits, `-` and `_`: 96 bits of SHA-1, which guards no secret here. */
export function digestOf(content: string): string {
  return hash('sha1', content, 'base64url').slice(0, 16)
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
