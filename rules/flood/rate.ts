/** What one operator can take in, and who watches what. */
export interface FloodPolicy {
  /** Told alarms of one operator position; more of them within the time are a flood (EEMUA 191: 10 in 10 minutes). */
  alarms: number
  /** Told alarms of one device within the time; what is more is gathered too. */
  alarmsOfDevice: number
  withinMs: number
  /** Sites that one operator position watches together; a site that none names is a position of its own. */
  positions: Readonly<Record<string, readonly string[]>>
}

export const DEFAULT_FLOOD_POLICY: FloodPolicy = {
  alarms: 10,
  alarmsOfDevice: 5,
  withinMs: 10 * 60_000,
  positions: {},
}

/** When something was told, oldest first: no more times than decide whether one more is too many. */
export type ToldTimes = readonly number[]

export function withOneMore(times: ToldTimes, at: number, limit: number): ToldTimes {
  return [...times, at].slice(-(limit + 1))
}

/** Whether the last of them is beyond the limit. */
export function isTooMany(times: ToldTimes, limit: number, withinMs: number): boolean {
  const first = times.at(-(limit + 1))
  return first !== undefined && times.at(-1)! - first < withinMs
}

/** What an alarm is counted for, each with its limit. */
export function countedFor(policy: FloodPolicy, site: string, device: string): { key: string; limit: number }[] {
  const position = Object.entries(policy.positions).find(([, sites]) => sites.includes(site))?.[0]
  return [
    { key: position === undefined ? `site:${site}` : `position:${position}`, limit: policy.alarms },
    { key: `device:${device}`, limit: policy.alarmsOfDevice },
  ]
}
