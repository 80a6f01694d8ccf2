import type { NewSite, TicketCategory } from '../../rules/model.ts'
import type { DeviceDescription, Fault } from '../devices/index.ts'

/** Something that goes wrong at one device. */
export interface Emergency {
  device: string
  fault: Fault
}

/** One turn of the round: one of these devices, not already faulty, gets the fault. */
export interface Turn {
  fault: Fault
  devices: readonly string[]
  /** In what share of its turns it really comes; else the next turn is taken at once. Always, unless set. */
  chance?: number
}

/** One emergency each `everyMs` (from, to), in the order of the turns, round and round. */
export interface Round {
  everyMs: readonly [number, number]
  turns: readonly Turn[]
}

export interface CrewMember {
  name: string
  /** What this person is sent to first. */
  categories: readonly TicketCategory[]
}

/** A building and what goes wrong in it: data, nothing else. Times are in milliseconds. */
export interface Scenario {
  name: string
  title: { zh: string; en: string }
  site: NewSite
  /** Of the site's local time, for everything that follows the day. */
  utcOffsetMs: number
  devices: readonly DeviceDescription[]
  opening: readonly (Emergency & { afterMs: number })[]
  /** What comes after the opening, side by side. */
  rounds: readonly Round[]
  /** A fault that nobody repairs passes by itself after this. */
  passesAfterMs: number
  crew: readonly CrewMember[]
  /** Who signs that the work is done. */
  signers: readonly string[]
}
