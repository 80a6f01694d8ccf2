import type { DeviceKind } from '../../../rules/model.ts'
import type { Values } from '../language.ts'

/** Why a device sends: it joined, a condition began or ended, or its interval is over. */
export type Reason = 'join' | 'event' | 'report'

/** One uplink before its network server. */
export interface Frame {
  fPort: number
  bytes: readonly number[]
}

/** What a device knows when it sends. */
export interface Told {
  why: Reason
  values: Values
  levels: Readonly<Record<string, boolean>>
  /** Codes whose level is not what was last sent; after a join all of them. */
  changed: readonly string[]
  /** By the device's own clock. */
  atMs: number
  /** Uplinks sent since the join. */
  sent: number
}

/** One model's bytes. */
export interface Layout {
  /** As languages are named by it, such as `em300-zld`. */
  id: string
  vendor: string
  model: string
  /** The first digits of its EUIs, in lower case, as the IEEE registered them for its maker. */
  oui: string
  kind: DeviceKind
  /** Conditions and points that get through. */
  tells: readonly string[]
  /** The uplinks that it sends, in order; none where it has nothing to say for that reason. */
  frames(told: Told): Frame[]
}

/** A measured number; 0 where there is nothing to measure. */
export function numberOf(values: Values, point: string): number {
  const value = values[point]
  return typeof value === 'number' ? value : 0
}

/** A device fed from what it measures is silent without it. */
export const isFed = (values: Values, points: readonly string[]): boolean =>
  points.some((point) => numberOf(values, point) > RUNS_ABOVE_V)

/** Switched power supplies for 230 V run from about a third of it. */
const RUNS_ABOVE_V = 80
