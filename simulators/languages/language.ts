import type { DeviceKind, PointValue } from '../../rules/model.ts'
import type { SeededRandom } from '../random.ts'

export type Values = Record<string, PointValue>

/** Conditions that are or are not the case. */
export type Levels = Readonly<Record<string, boolean>>

/**
 * What a device has to say at one moment, before any protocol: points, conditions and health by the names and units of
 * the product's own messages (`voltage.l1` in V, `water.leak`, `batteryPercent`).
 */
export interface Statement {
  /** Every measured value and every word about its health that it has. */
  values: () => Values
  /** Conditions that are or are not the case. */
  levels: Record<string, boolean>
  /** Conditions held when it last spoke; `null` after a connect, when it tells everything it knows. */
  levelsBefore: Record<string, boolean> | null
  /** Conditions that only happen, as often as they happened. */
  pulses?: readonly string[]
  /** More about a condition, by its code. */
  data?: Record<string, Values>
  /** The values are worth telling before the interval is over. */
  changed: boolean
  /** Commands that it has done or refused. */
  answers?: readonly Answer[]
}

/** A command as it comes in. */
export interface Told {
  id: string
  command: string
}

/** What a device answers to a command. */
export interface Answer {
  id: string
  ok: boolean
  message: string
}

/** One moment at which a device may speak. */
export interface Occasion {
  /** By the device's own clock, which may be wrong. */
  atMs: number
  /** Its report interval has passed. */
  due: boolean
}

export interface Packet {
  /** Whose words these are. */
  device: string
  topic: string
  payload: string | Uint8Array
  /** Nothing the device says later repeats it (a button press), so it must outlast a lost connection. */
  once: boolean
  /** The broker keeps it; not set where it does not. */
  retain?: boolean
}

/** Who speaks, and behind what. */
export interface Address {
  site: string
  id: string
  kind: DeviceKind
  /** As a person calls it; some families publish under it. */
  name: string
  location: string
  /** `null` for a device with a login of its own. */
  gateway: string | null
}

/** What the devices behind one gateway share: counters, sessions, what was announced. */
export type Edge = Map<string, unknown>

/** One device's own encoder, with what it has to remember (frame counters, sequences). */
export interface Speaker {
  /** The packets for a statement, in the order they are published; none where the family has no word for it. */
  say(statement: Statement, occasion: Occasion): Packet[]
  /** A command as it came over the wire; `null` where it is none of the device's own. */
  hear?(topic: string, payload: string): Told | null
  /** What the broker says for it when its link breaks without a farewell; `null` where its family has no such word. */
  will?(atMs: number): Packet | null
}

/**
 * A protocol family as its devices write it: the counterpart of a decoder, made from the family's description and never
 * from the decoder, so that a shared mistake cannot hide itself.
 */
export interface Language {
  /** As scenarios name it, such as `zigbee2mqtt` or `chirpstack-em300-zld`. */
  id: string
  /** Devices that speak it. */
  kinds: readonly DeviceKind[]
  /** Topic filters that a gateway's login needs for such devices; empty where devices have a login of their own. */
  topics: (gateway: string) => readonly string[]
  /** The device as the service discovers it, `family:id`; `null` where it has a login of its own. */
  identity: (address: Address) => string | null
  /** Conditions and points that get through; the others have no word in this family. */
  tells: readonly string[]
  speaker: (address: Address, random: SeededRandom, edge: Edge) => Speaker
}
