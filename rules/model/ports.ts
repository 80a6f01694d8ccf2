import type { ControlArgs } from './commands.ts'
import type { Mapping, MappingExample, MappingFault } from './mappings.ts'
import type { Decoded, DeviceMessage, Outgoing } from './messages.ts'
import type { Device } from './words.ts'

/** What one room needs of another, handed in by the composition root. */

/** One device's login, or that of a gateway, which speaks for many. */
export interface MqttLogin {
  credential: string
  /** The user name, which client ids begin with. */
  clientId: string
  site: string
  /** `null` for a gateway. */
  device: string | null
  /** Topic filters that a gateway may publish and subscribe to. */
  topics: readonly string[]
}

/** Answers a login, or `null` to refuse it. */
export type VerifyLogin = (username: string, password: string) => Promise<MqttLogin | null>

export interface ExampleMessage {
  topic: string
  payload: Uint8Array
  retain: boolean
  /** When it came, relative to the message that is asked about. */
  receivedOffsetMs?: number | undefined
}

export interface Example {
  message: ExampleMessage
  preceding: readonly ExampleMessage[]
  /** What a site would know: kind, fields, metrics, codes, timezone, ct, pt, profile, family. */
  binding: Readonly<Record<string, unknown>>
  receivedAt: number
}

/** What a message says by itself. Stores nothing. */
export type DecodeExample = (example: Example) => Decoded

export interface HistoryPoint {
  at: number
  min: number
  max: number
  average: number
  count: number
}

export interface HistoryQuery {
  /** The device's row and those of devices that were merged into it. */
  deviceKeys: readonly number[]
  point: string
  fromMs: number
  toMs: number
  maxPoints: number
}

/** Readings of one point, downsampled so that peaks stay. */
export type ReadHistory = (query: HistoryQuery) => Promise<HistoryPoint[]>

export interface MessagesQuery {
  /** UTC milliseconds of receive time; `toMs` is not included. */
  fromMs: number
  toMs: number
  /** Whose messages: device ids by the numbers of the rows that they spoke in. */
  devices: ReadonlyMap<number, string>
  /** The points, conditions and fields of health that are wanted; messages without any of them come all the same. */
  names: ReadonlySet<string>
}

/** A piece of the past; between two of them others have their turn. */
export interface MessageSlice {
  messages: readonly DeviceMessage[]
  /** Stored messages of all devices up to the end of this slice, and in the whole time. */
  rows: number
  of: number
  /** When the last of them was received. */
  at: number
}

/** Stored messages in the order in which they came. */
export type ReadMessages = (query: MessagesQuery) => AsyncIterable<MessageSlice>

/** What an example of a mapping is read with. */
export interface TryingMapping {
  mapping: Mapping
  example: MappingExample | null
  /** IANA name: what local times without a zone are in. */
  timezone: string
  receivedAt: number
}

export type MappingTried =
  | {
      ok: true
      /** `null` without an example. */
      decoded: Decoded | null
      /** The named levels of the example's topic. */
      levels: Readonly<Record<string, string>>
      /** What of the mapping found nothing in the example, which otherwise fits. */
      notes: readonly MappingFault[]
    }
  | { ok: false; faults: readonly MappingFault[] }

/** Whether a mapping can be used, and what its example says by it. Stores nothing. */
export type TryMapping = (trying: TryingMapping) => MappingTried

/** A message to a device, and the gateway or outside broker that it goes through; `null`: the embedded broker alone. */
export interface Sending {
  gateway: string | null
  message: Outgoing
}

export type Carried = { ok: true; sending: Sending } | { ok: false; reason: string }

/** What a family remembers under a key for a gateway or broker; `undefined`: nothing. */
export type Recall = (source: string, key: string) => unknown

/** Which message carries a command to a device; in words why none does. Pure. */
export type CarryCommand = (
  device: Device,
  command: { id: string; command: string; args: ControlArgs },
  recall: Recall,
) => Carried
