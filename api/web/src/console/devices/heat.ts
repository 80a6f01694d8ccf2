import type { HeatCell } from '../../api/devices.ts'
import type { AlarmView } from '../../api/types.ts'

/** Height of a cell's bar as a share of the strip, so that colour is not the only sign. */
export const HEAT_HEIGHTS: Record<Exclude<HeatCell, null>, number> = {
  critical: 1,
  high: 0.75,
  medium: 0.5,
  low: 0.3,
  silent: 1,
}

/** How many hours of each there were, worst first; empty where all was quiet. */
export function heatCounts(cells: readonly HeatCell[]): { cell: Exclude<HeatCell, null>; hours: number }[] {
  return (Object.keys(HEAT_HEIGHTS) as Exclude<HeatCell, null>[])
    .map((cell) => ({ cell, hours: cells.filter((each) => each === cell).length }))
    .filter(({ hours }) => hours > 0)
}

/** With what stands at this moment, which the last hours were perhaps read before. */
export function heatNow(cells: readonly HeatCell[], alarms: readonly AlarmView[]): readonly HeatCell[] {
  const last = cells.at(-1) ?? null
  const worst = RANKS.find(
    (rank) => rank === last || alarms.some(({ active, priority }) => active && priority === rank),
  )
  return worst === undefined || worst === last ? cells : [...cells.slice(0, -1), worst]
}

const RANKS = ['critical', 'high', 'medium', 'low'] as const
