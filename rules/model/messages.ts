import type { MeasureMemory } from '../alarms/measures/measure.ts'
import type { DeviceKind } from './words.ts'

/** What a device says, and what is known of it from that. */

export type PointValue = number | boolean | string

export interface Measurement {
  name: string
  value: PointValue
  unit: string | null
  /** The service computed it from what the device tells. */
  derived?: true
}

export type ConditionState = 'active' | 'cleared' | 'pulse' | 'unknown'

export interface ConditionReport {
  code: string
  state: ConditionState
  /** What the device itself said. */
  native?: unknown
  detail?: Record<string, unknown>
}

export type Disposition = 'accept' | 'duplicate' | 'stale' | 'ignore' | 'reject' | 'needs_context'

export type TimeBasis =
  'utc' | 'offset' | 'epoch_s' | 'epoch_ms' | 'network_rx' | 'gateway_rx' | 'local_unzoned' | 'none'

/** Who a family says that spoke. `key` is `family:id`; a name that a person gave is told where it is known. */
export interface DecodedDevice {
  key: string
  kind: DeviceKind
  vendor?: string
  model?: string
}

/** UTC epoch milliseconds of the device's own time, or `null` where it told none that can be placed. */
export interface DecodedTime {
  device: number | null
  basis: TimeBasis
  /** As the device wrote it. */
  raw?: unknown
}

/** A time-stamped row of a batch or a log in one message, beside what is current. */
export interface Row {
  time: number | null
  historical: boolean
  measurements: Measurement[]
  conditions: ConditionReport[]
}

/** What one device says in one message (devices' families all give this). */
export interface Decoded {
  disposition: Disposition
  /** Why it is not `accept`: for a `reject` one of `REJECTION_REASONS`, else in words. */
  reason?: string
  /** What was wrong, in words that an engineer understands. */
  detail?: string
  device: DecodedDevice | null
  time: DecodedTime
  seq: { type: string; value: number } | null
  historical: boolean
  measurements: Measurement[]
  conditions: ConditionReport[]
  health: Health
  simulated: boolean
  readings: Row[]
  warnings: string[]
  /** What other devices say in the same message. */
  others?: Decoded[]
  /** Keys of devices that are out of reach now, this one being their gateway. */
  unreachable?: string[]
  /** The answer to a command that was sent. */
  reply?: CommandReply
  /** What the family asks its device for, sent once the message is committed. */
  requests?: Outgoing[]
}

export interface CommandReply {
  id: string
  ok: boolean
  message: string
}

/** A message from the service to a device. */
export interface Outgoing {
  topic: string
  payload: Uint8Array | string
}

/** State of the device itself; names and units as devices publish them (percent, V, dBm, dB, seconds). */
export interface Health {
  batteryPercent?: number
  batteryVoltage?: number
  batteryLow?: boolean
  linkQuality?: number
  rssi?: number
  snr?: number
  linkMargin?: number
  signalPercent?: number
  signalRaw?: number
  online?: boolean
  tamper?: boolean
  externalPower?: boolean
  supplyVoltage?: number
  reportIntervalS?: number
}

export const REJECTION_REASONS = [
  'not_allowed',
  'too_large',
  'unknown_topic',
  'invalid_utf8',
  'invalid_json',
  'invalid_shape',
  'invalid_value',
  'unknown_point',
  'unknown_event',
  'too_many_elements',
  'empty',
  'topic_not_bound',
  'needs_context',
  'not_plausible',
  'checksum',
  'truncated',
  'unknown_site',
  'retired_device',
  'too_many_devices',
  'unknown_command',
  'internal_error',
] as const
export type RejectionReason = (typeof REJECTION_REASONS)[number]

/** A message that was acknowledged but says nothing that can be used: kept, counted and shown, never dropped. */
export interface Rejection {
  receivedAt: number
  site: string | null
  device: string | null
  topic: string
  reason: RejectionReason
  detail: string
  /** The first bytes of the payload. */
  payload: Uint8Array
  /** Length of the whole payload, in bytes. */
  sizeBytes: number
}

/** A device behind a gateway or an outside broker, which is discovered by what it says. */
export interface Discovered {
  /** The gateway's id, or `broker:` and the name of an outside broker. */
  gateway: string
  site: string
  /** The family's name for it; it stays when the device is renamed or placed. */
  key: string
  family: string
  kind: DeviceKind
  vendor: string | null
  model: string | null
  /** After so long without a word it counts as silent; `null` where its kind's rule knows better. */
  silenceMs: number | null
}

/** What the engine takes in: one normalised message of one device. */
export interface DeviceMessage {
  /** A known device's id; for a discovered one the id that it takes if it is new and nobody has it. */
  device: string
  discovered?: Discovered
  /** State of unknown age that a broker kept: what is already recorded changes nothing. */
  retained?: boolean
  /** Under what it is remembered that this retained message was taken: forgotten where the engine refuses it. */
  retainedKey?: string
  /** The answer to a command. */
  reply?: CommandReply
  /** Identities of devices that are out of reach now: what they reported is unknown, not over. */
  unreachable?: readonly string[]
  receivedAt: number
  /** The device's own time, shown but never used for a deadline. */
  deviceAt: number | null
  /** `false` for history and for wills: stored, never alarming. */
  live: boolean
  /** `false` where others speak for the device (a will): then it was not heard. */
  heard: boolean
  seq: number | null
  measurements: readonly Measurement[]
  conditions: readonly ConditionReport[]
  health: Health
}

/** What a family remembers between messages: one JSON value a key, apart for each gateway or broker. */
export interface Remembered {
  source: string
  key: string
  /** `undefined`: forgotten. */
  value: unknown
}

export interface Batch {
  messages: readonly DeviceMessage[]
  rejections: readonly Rejection[]
  remembered?: readonly Remembered[]
}

/** What became of a batch. */
export interface Taken {
  /** Messages recognised as re-sent: acknowledged, counted and not stored again. */
  duplicates: number
  /** What the engine itself could not use: a device too many, a retired one, a site that does not exist. */
  rejections: readonly Rejection[]
}

export interface PointState {
  value: PointValue
  unit: string | null
  at: number
  /** The reading before this one, also where it was the same; absent after the first. */
  previous?: PointValue
  /** When the server received it. */
  heardAt: number
}

export interface ConditionKnown {
  state: ConditionState
  since: number
  /** What was reported before the last report, also where it was the same; absent after the first. */
  previous?: ConditionState
  /** When the server last received a report of it. */
  heardAt: number
}

/** A cache of rows: the last checkpoint plus the journal after it gives the same. */
export interface DeviceState {
  points: ReadonlyMap<string, PointState>
  conditions: ReadonlyMap<string, ConditionKnown>
  health: Readonly<Health>
  /** What each of these was before it was last told. */
  previousHealth: Readonly<Health>
  lastSeenAt: number | null
  /** `lastSeenAt` moved on by the time the service itself did not listen: what silence is measured from. */
  silentSince: number | null
  recent: RecentMessages
  /** What measures remember, by their keys. */
  measures: ReadonlyMap<string, MeasureMemory>
  /** When conditions that have to come true together became true, by their keys. */
  onsets: ReadonlyMap<string, Onset>
}

/** When a condition last became true. */
export interface Onset {
  at: number
  /** Whether it still was when it was last seen. */
  lasts: boolean
}

/** Numbered messages of the last ten minutes, oldest first, in pieces that tell what cannot be in them. */
export type RecentMessages = readonly {
  lowest: number
  highest: number
  latestAt: number
  messages: readonly RecentMessage[]
}[]

export interface RecentMessage {
  seq: number
  fingerprint: number
  receivedAt: number
}
