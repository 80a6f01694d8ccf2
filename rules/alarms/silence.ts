import type { Device, DeviceState, Rule } from '../model.ts'
import { agree } from './companions.ts'
import type { Sight } from './observe.ts'
import type { CompiledRule } from './ruleset.ts'
import type { Downtime, OpenAlarms } from './surroundings.ts'

/** Whether a rule's silence has come, in its windows and where others agree, and is not known yet. */
export function isNewlySilent(compiled: CompiledRule, sight: SilenceSight, alarms: OpenAlarms): boolean {
  const { device, now, rules, surroundings } = sight
  if (isKnownSilent(compiled, alarms) || !isSilent(compiled, sight)) return false
  const isOpen = rules.isOpen(compiled.rule, surroundings.timezoneOf(device.site), now)
  return isOpen && agree(sight, compiled, null)
}

/** Also where it has not come often enough to be raised. */
export function isKnownSilent({ rule }: CompiledRule, alarms: OpenAlarms): boolean {
  return alarms.get(rule.id)?.levels.some(({ seen }) => seen) ?? false
}

export function isSilent(compiled: CompiledRule, { device, state, now, surroundings }: SilenceSight): boolean {
  const lastsUntil = silenceEndsAt(compiled, device, state, surroundings.downtimes)
  return lastsUntil !== null && now > lastsUntil
}

type SilenceSight = Pick<Sight, 'device' | 'state' | 'now' | 'rules' | 'surroundings'>

/**
 * Until when nothing need be heard; `null`: a device that never spoke is not silent. For the device as a whole three
 * missed reports where it tells its interval, else what suits it, else the rule's own figure. For one of its points or
 * conditions the rule's figure since it was last told, or since the device was placed where it never was. While the
 * service itself did not listen, nobody was silent.
 */
export function silenceEndsAt(
  { rule }: CompiledRule,
  device: Device,
  state: DeviceState,
  downtimes: readonly Downtime[],
): number | null {
  const { silenceOf } = rule
  const withinMs = silenceAllowedMs(rule, device, state)
  if (withinMs === null) return null
  if (silenceOf === undefined) {
    return state.silentSince === null ? null : listened(state.silentSince, withinMs, downtimes)
  }
  const heardAt = (state.points.get(silenceOf) ?? state.conditions.get(silenceOf))?.heardAt
  return listened(heardAt ?? device.placedAt ?? device.createdAt, withinMs, downtimes)
}

/** How long a device, or what the rule names of it, may be silent; `null` where the rule does not watch for that. */
export function silenceAllowedMs({ silenceMs, silenceOf }: Rule, device: Device, state: DeviceState): number | null {
  if (silenceMs === undefined) return null
  if (silenceOf !== undefined) return silenceMs
  const interval = state.health.reportIntervalS
  return interval === undefined ? (device.silenceMs ?? silenceMs) : interval * 3_000
}

/** When the service has listened for so long since a moment. */
export function listened(since: number, forMs: number, downtimes: readonly Downtime[]): number {
  let first = downtimes.length
  while (first > 0 && downtimes[first - 1]!.to > since) first -= 1
  let end = since + forMs
  for (let index = first; index < downtimes.length; index++) {
    const { from, to } = downtimes[index]!
    if (from <= end) end += to - Math.max(from, since)
  }
  return end
}
