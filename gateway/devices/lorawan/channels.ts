import type { ConditionReport } from '../../../rules/model.ts'

/** Numbers of the channels on which a condition is active now, by code. */
export type OpenChannels = Readonly<Record<string, readonly number[]>>

/**
 * A device with several inputs tells of one at a time and has one condition for all: it is over when it is over on
 * each. Conditions tell their input in `detail.channel`.
 */
export function settleChannels(
  conditions: readonly ConditionReport[],
  known: OpenChannels,
): { conditions: ConditionReport[]; open: OpenChannels } {
  if (!conditions.some(({ detail }) => detail?.channel !== undefined))
    return { conditions: [...conditions], open: known }
  let open = known
  const changed = new Map<string, ConditionReport>()
  for (const condition of conditions) {
    const channel = condition.detail?.channel
    if (typeof channel !== 'number') {
      changed.set(condition.code, condition)
      continue
    }
    const others = (open[condition.code] ?? []).filter((each) => each !== channel)
    const channels = condition.state === 'active' ? [...others, channel] : others
    open = { ...open, [condition.code]: channels }
    changed.set(condition.code, channels.length > 0 ? { ...condition, state: 'active' } : condition)
  }
  return { conditions: [...changed.values()], open }
}
