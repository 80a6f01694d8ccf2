import type { Packet } from '../languages/language.ts'
import type { SeededRandom } from '../random.ts'
import type { NetworkTrouble } from '../scenario.ts'
import { corrupted } from './corrupt.ts'

/** What can be wrong with a link; chatter is the device's own: see `createChatter`. */
export type LinkTrouble = Exclude<NetworkTrouble, { kind: 'chatter' }>

/** A trouble that holds, with chance of its own: that one ends moves no other's draws. */
export interface Going {
  trouble: LinkTrouble
  sinceMs: number
  random: SeededRandom
}

/** How a packet fares. */
export interface Passage {
  packet: Packet
  delayMs: number
  /** So much later than its place in the order; `null`: it keeps that. */
  behindMs: number | null
  /** Copies, each so long after the packet itself. */
  copiesAfterMs: readonly number[]
}

/** All that is going on, at once: delays add up, each loss is drawn for itself. `null`: it is lost. */
export function passageOf(packet: Packet, going: readonly Going[]): Passage | null {
  let passing = packet
  let delayMs = 0
  let behindMs: number | null = null
  const copiesAfterMs: number[] = []
  for (const { trouble, random } of going) {
    switch (trouble.kind) {
      case 'drop':
        if (random.chance(trouble.share)) return null
        break
      case 'corrupt':
        if (random.chance(trouble.share)) passing = corrupted(passing, random)
        break
      case 'delay':
        delayMs += random.integer(...trouble.delayMs)
        break
      case 'reorder':
        if (random.chance(trouble.share)) behindMs = (behindMs ?? 0) + random.integer(...trouble.byMs)
        break
      case 'duplicate':
        if (random.chance(trouble.share)) copiesAfterMs.push(random.integer(...trouble.afterMs))
        break
      case 'cut':
      case 'flap':
      case 'clock':
      case 'retained':
        break
    }
  }
  return { packet: passing, delayMs, behindMs, copiesAfterMs }
}

/** What a device takes for the time: ahead by the skew, and by the drift for as long as it has had it. */
export function clockShown(atMs: number, going: readonly Going[]): number {
  let shownMs = atMs
  for (const { trouble, sinceMs } of going) {
    if (trouble.kind === 'clock') shownMs += trouble.skewMs + ((atMs - sinceMs) * trouble.driftPpm) / 1e6
  }
  return Math.round(shownMs)
}
