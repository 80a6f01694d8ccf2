import type { Mapping, MappingExample, MappingFault } from './mappings.ts'
import type { Decoded } from './messages.ts'

/** What one room needs of another, handed in by the composition root. */

export interface MqttLogin {
  credential: string
  device: string
  site: string
  clientId: string
}

/** Answers a login, or `null` to refuse it. */
export type VerifyLogin = (username: string, password: string) => Promise<MqttLogin | null>

export interface HistoryPoint {
  at: number
  min: number
  max: number
  average: number
  count: number
}

export interface HistoryQuery {
  deviceKey: number
  point: string
  fromMs: number
  toMs: number
  maxPoints: number
}

/** Readings of one point, downsampled so that peaks stay. */
export type ReadHistory = (query: HistoryQuery) => Promise<HistoryPoint[]>

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
