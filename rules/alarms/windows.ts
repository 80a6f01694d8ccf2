import type { World } from '../world.ts'

/** Rules to be evaluated without a message. */
export interface Reevaluation {
  /** Their ids; `null`: all. */
  rules: ReadonlySet<string> | null
  /** What is open now, by rule and time zone: what was seen when they were evaluated. */
  windows: ReadonlyMap<string, boolean>
}

/** Everything once after the start; then the rules whose windows have opened or closed. `null`: nothing. */
export function dueReevaluation({ rules, sites, windows: seen }: World, now: number): Reevaluation | null {
  const windows = new Map<string, boolean>()
  const moved = new Set<string>()
  const timezones = new Set([...sites.values()].map(({ timezone }) => timezone))
  for (const { rule } of rules.gated) {
    for (const timezone of timezones) {
      const key = `${rule.id} ${timezone}`
      const isOpen = rules.isOpen(rule, timezone, now)
      windows.set(key, isOpen)
      if (seen?.get(key) !== isOpen) moved.add(rule.id)
    }
  }
  if (seen === null) return { rules: null, windows }
  return moved.size > 0 ? { rules: moved, windows } : null
}
