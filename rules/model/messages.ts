import type { DeviceKind } from './words.ts'

/** What a device says, and what is known of it from that. */

export type PointValue = number | boolean | string

export interface Measurement {
  name: string
  value: PointValue
  unit: string | null
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

/** What one device says in one message (devices' families all give this). */
export interface Decoded {
  disposition: Disposition
  /** Why it was not accepted: a stable word, then what was wrong. */
  reason?: RejectionReason
  detail?: string
  device: { key: string; kind: DeviceKind } | null
  time: { device: number | null; basis: TimeBasis }
  seq: number | null
  historical: boolean
  measurements: Measurement[]
  conditions: ConditionReport[]
  health: Health
  simulated: boolean
  warnings: string[]
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

/** What the engine takes in: one normalised message of one known device. */
export interface DeviceMessage {
  device: string
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

export interface Batch {
  messages: readonly DeviceMessage[]
  rejections: readonly Rejection[]
}

/** What became of a batch. */
export interface Taken {
  /** Messages recognised as re-sent: acknowledged, counted and not stored again. */
  duplicates: number
}

export interface PointState {
  value: PointValue
  unit: string | null
  at: number
}

export interface ConditionKnown {
  state: ConditionState
  since: number
}

/** A cache of rows: the last checkpoint plus the journal after it gives the same. */
export interface DeviceState {
  points: ReadonlyMap<string, PointState>
  conditions: ReadonlyMap<string, ConditionKnown>
  health: Readonly<Health>
  lastSeenAt: number | null
  /** `lastSeenAt` moved on by the time the service itself did not listen: what silence is measured from. */
  silentSince: number | null
  /** Numbered messages of the last ten minutes, oldest first: what a re-sent one is recognised by. */
  recent: readonly RecentMessage[]
}

export interface RecentMessage {
  seq: number
  fingerprint: number
  receivedAt: number
}
